#include "api/authenticate.h"

#include <gtest/gtest.h>

namespace keepline::api {
namespace {

using base::Errc;

const std::string kToken = "0123456789abcdefghijklmnopqrstuvwxyzABCDE-_";
const std::string kOther = "x123456789abcdefghijklmnopqrstuvwxyzABCDE-_";

net::Request with(std::vector<net::Header> headers) {
  net::Request request;
  request.headers = std::move(headers);
  return request;
}

TEST(Credentials, ComeAsACookieOrAsABearerToken) {
  const auto cookie = with({{"cookie", "a=b; keepline=" + kToken}});
  EXPECT_EQ(read_credentials(cookie, false)->token, kToken);
  EXPECT_TRUE(read_credentials(cookie, false)->cookie);
  const auto bearer = with({{"authorization", "BEARER  " + kToken}});
  EXPECT_EQ(read_credentials(bearer, false)->token, kToken);
  EXPECT_FALSE(read_credentials(bearer, false)->cookie);
  EXPECT_EQ(read_credentials(with({}), false)->token, "");
}

TEST(Credentials, HaveACookieOfTheirOwnOverHttps) {
  const auto plain = with({{"cookie", "keepline=" + kToken}});
  const auto secure = with({{"cookie", "__Host-keepline=" + kToken}});
  EXPECT_EQ(read_credentials(plain, true)->token, "");
  EXPECT_EQ(read_credentials(secure, true)->token, kToken);
  EXPECT_EQ(read_credentials(secure, false)->token, "");
}

TEST(Credentials, MustAgree) {
  const auto different =
      with({{"cookie", "keepline=" + kToken}, {"authorization", "Bearer " + kOther}});
  ASSERT_FALSE(read_credentials(different, false));
  EXPECT_EQ(read_credentials(different, false).error().code, Errc::kSignInRequired);
  const auto same = with({{"cookie", "keepline=" + kToken}, {"authorization", "Bearer " + kToken}});
  EXPECT_EQ(read_credentials(same, false)->token, kToken);
  EXPECT_FALSE(read_credentials(same, false)->cookie);
}

TEST(Credentials, LeaveOtherSchemesToProxies) {
  const auto basic =
      with({{"cookie", "keepline=" + kToken}, {"authorization", "Basic dXNlcjpwYXNz"}});
  EXPECT_EQ(read_credentials(basic, false)->token, kToken);
}

TEST(Credentials, AreNoTokenUnlessTheyLookLikeOne) {
  for (const std::string& text : {std::string("short"), kToken + "x", std::string(43, ' '),
                                  std::string(42, 'a') + "=", std::string(100'000, 'a')}) {
    const auto read = read_credentials(with({{"authorization", "Bearer " + text}}), false);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->token, "");
  }
  const auto broken_cookie = read_credentials(with({{"cookie", "keepline=short"}}), false);
  EXPECT_TRUE(broken_cookie->cookie) << "a browser sent it, so the rules about origins apply";
}

TEST(SessionCookie, IsOutOfReachOfScriptsAndOtherSites) {
  EXPECT_EQ(session_cookie("t", std::chrono::hours(1), false),
            "keepline=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600");
  EXPECT_EQ(session_cookie("t", std::chrono::hours(1), true),
            "__Host-keepline=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure");
  EXPECT_EQ(session_cookie("", std::chrono::seconds(0), false),
            "keepline=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST(DeviceCookie, GoesToTheSignInAlone) {
  EXPECT_EQ(device_cookie("d", false),
            "keepline_device=d; Path=/api/v1/login; HttpOnly; SameSite=Lax; Max-Age=34560000");
  EXPECT_EQ(device_cookie("d", true),
            "keepline_device=d; Path=/api/v1/login; HttpOnly; SameSite=Lax; Max-Age=34560000; "
            "Secure");
  EXPECT_EQ(read_device(with({{"cookie", "keepline=x; keepline_device=d"}})), "d");
  EXPECT_EQ(read_device(with({{"cookie", "keepline=x"}})), "");
}

TEST(CheckUser, TellsAPageThatAnotherUserIsSignedIn) {
  EXPECT_TRUE(check_user("7", UserId(7)));
  EXPECT_EQ(check_user("8", UserId(7)).error().code, Errc::kOtherUser);
  for (const std::string_view claim : {"", "liger", "07", "7 ", "-7", "7.0"}) {
    EXPECT_EQ(check_user(claim, UserId(7)).error().code, Errc::kBadRequest) << claim;
  }
}

}  // namespace
}  // namespace keepline::api
