#include "api/assets.h"

#include <gtest/gtest.h>

#include <array>

namespace keepline::api {
namespace {

const std::array<EmbeddedAsset, 4> kFiles{{
    {"/api/openapi.yaml", "application/yaml", "openapi", "gz", "", "W/\"1\"", false},
    {"/assets/app-0a1b2c3d.js", "text/javascript; charset=utf-8", "script", "gz", "br", "W/\"2\"",
     true},
    {"/classic/", "text/html; charset=utf-8", "page", "", "", "W/\"3\"", false},
    {"/classic/index.html", "text/html; charset=utf-8", "page", "", "", "W/\"3\"", false},
}};

net::Response get(const Assets& assets, std::string path, std::vector<net::Header> headers = {}) {
  net::Request request;
  request.path = std::move(path);
  request.headers = std::move(headers);
  return assets.answer(request, request.path);
}

std::string header(const net::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

std::string coding_name(std::string_view accept, bool gzip = true, bool brotli = true) {
  switch (choose_coding(accept, gzip, brotli)) {
    case Coding::kIdentity:
      return "identity";
    case Coding::kGzip:
      return "gzip";
    case Coding::kBrotli:
      return "br";
  }
  return {};
}

TEST(Coding, IsTheBestThatTheClientTakes) {
  EXPECT_EQ(coding_name(""), "identity");
  EXPECT_EQ(coding_name("gzip, deflate, br"), "br");
  EXPECT_EQ(coding_name("gzip, deflate"), "gzip");
  EXPECT_EQ(coding_name("gzip;q=1.0, br;q=0.5"), "gzip");
  EXPECT_EQ(coding_name("GZIP;Q=0.5"), "gzip");
  EXPECT_EQ(coding_name("br;q=0"), "identity");
  EXPECT_EQ(coding_name("br; q=0.000, gzip"), "gzip");
  EXPECT_EQ(coding_name("*"), "br");
  EXPECT_EQ(coding_name("*;q=0.1, br;q=0"), "gzip");
  EXPECT_EQ(coding_name("identity;q=1, gzip;q=0.5"), "identity");
  EXPECT_EQ(coding_name("identity;q=0.5, gzip;q=0.5"), "gzip");
  EXPECT_EQ(coding_name("deflate"), "identity");
  EXPECT_EQ(coding_name("br, gzip", true, false), "gzip");
  EXPECT_EQ(coding_name("br, gzip", false, false), "identity");
}

TEST(Coding, TakesNothingThatCannotBeRead) {
  for (const std::string_view accept :
       {"br;q=x", "br;q=", "br;q=-1", "br;level=9", ";;,,;q", "br;q=.5"}) {
    EXPECT_EQ(coding_name(accept), "identity") << accept;
  }
}

TEST(NoneMatch, ComparesTagsWeakly) {
  EXPECT_TRUE(none_match_hits("W/\"1\"", "W/\"1\""));
  EXPECT_TRUE(none_match_hits("\"1\"", "W/\"1\""));
  EXPECT_TRUE(none_match_hits("\"0\", W/\"1\"", "W/\"1\""));
  EXPECT_TRUE(none_match_hits("*", "W/\"1\""));
  EXPECT_FALSE(none_match_hits("\"11\"", "W/\"1\""));
  EXPECT_FALSE(none_match_hits("", "W/\"1\""));
}

TEST(Assets, AnswerWithTheSmallestCodingAndSaySo) {
  const Assets assets(kFiles, true);
  const auto script = get(assets, "/assets/app-0a1b2c3d.js", {{"accept-encoding", "gzip, br"}});
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(*script.shared_body, "br");
  EXPECT_EQ(header(script, "Content-Encoding"), "br");
  EXPECT_EQ(header(script, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  const auto plain = get(assets, "/assets/app-0a1b2c3d.js");
  EXPECT_EQ(*plain.shared_body, "script");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
}

TEST(Assets, AreAskedForAgainUnlessTheirNameHoldsAHash) {
  const Assets assets(kFiles, true);
  EXPECT_EQ(header(get(assets, "/classic/"), "Cache-Control"), "no-cache");
  const auto same = get(assets, "/classic/", {{"if-none-match", "W/\"3\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.shared_body, nullptr);
  EXPECT_EQ(header(same, "ETag"), "W/\"3\"");
  EXPECT_EQ(header(same, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(same, "Cache-Control"), "no-cache");
}

TEST(Assets, HideTheClassicPagesWhereTheEndpointIsOff) {
  EXPECT_TRUE(Assets(kFiles, true).has("/classic/index.html"));
  EXPECT_FALSE(Assets(kFiles, false).has("/classic/index.html"));
  EXPECT_FALSE(Assets(kFiles, false).has("/classic/"));
  EXPECT_TRUE(Assets(kFiles, false).has("/api/openapi.yaml"));
}

}  // namespace
}  // namespace keepline::api
