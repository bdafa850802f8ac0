#include "api/respond.h"

#include <gtest/gtest.h>

#include <set>

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;

std::string header(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

TEST(Problem, SaysWhatWhyAndWhere) {
  const auto answer = problem({Errc::kTooLong, "at most 16 000 code points", "text"});
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(answer.body,
            R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
            R"("detail":"At most 16 000 code points.","code":"too_long","field":"text"})");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
}

TEST(Problem, KeepsTheInsideOfTheServerInside) {
  for (const Errc code : {Errc::kInternal, Errc::kGone, Errc::kAhead}) {
    const auto answer = problem({code, "no such table: user_info", {}});
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("user_info"), std::string::npos);
    EXPECT_NE(answer.body.find("\"internal\""), std::string::npos);
  }
}

TEST(Problem, SaysWhenToComeBack) {
  EXPECT_EQ(header(problem(base::retry_later(Errc::kTooManyAttempts, {}, 90)), "Retry-After"),
            "90");
  for (const Errc code : {Errc::kOverloaded, Errc::kStorageFull, Errc::kShuttingDown,
                          Errc::kRateLimited, Errc::kTooManyAttempts}) {
    EXPECT_NE(header(problem(Error(code)), "Retry-After"), "");
  }
  EXPECT_EQ(header(problem(Error(Errc::kNotFound)), "Retry-After"), "");
}

TEST(Problem, ChallengesWhoMustSignIn) {
  EXPECT_NE(header(problem(Error(Errc::kSignInRequired)), "WWW-Authenticate"), "");
}

TEST(Problem, OfABadOriginOrHostNamesTheSetting) {
  EXPECT_NE(problem(Error(Errc::kBadOrigin)).body.find("server.public_url"), std::string::npos);
  EXPECT_NE(problem(Error(Errc::kWrongHost)).body.find("server.public_url"), std::string::npos);
}

TEST(ErrorTable, HasAStatusForEveryCode) {
  for (int code = 0; code <= static_cast<int>(Errc::kAhead); ++code) {
    const ErrorRow row = error_row(static_cast<Errc>(code));
    EXPECT_GE(row.status, 400);
    EXPECT_LT(row.status, 600);
    EXPECT_FALSE(row.title.empty());
    EXPECT_FALSE(row.detail.empty());
  }
}

TEST(CommonHeaders, ForbidWhatNoPageOfOursNeeds) {
  const std::string headers = common_headers();
  EXPECT_TRUE(headers.ends_with("\r\n"));
  EXPECT_EQ(headers.find("unsafe"), std::string::npos);
  for (const std::string_view part :
       {"Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
        "require-trusted-types-for 'script'; trusted-types svelte-trusted-html; ",
        "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "object-src 'none'",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nReferrer-Policy: ", "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n"}) {
    EXPECT_NE(headers.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace keepline::api
