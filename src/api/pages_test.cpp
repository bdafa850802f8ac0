#include "api/pages.h"

#include <gtest/gtest.h>

#include <array>

namespace keepline::api {
namespace {

const std::array kFiles{
    EmbeddedAsset{"/", "text/html", "the client", {}, {}, "W/\"1\"", false},
    EmbeddedAsset{"/classic/", "text/html", "the article's", {}, {}, "W/\"2\"", false},
    EmbeddedAsset{"/index.html", "text/html", "the client", {}, {}, "W/\"1\"", false},
};
const std::span<const EmbeddedAsset> kAll = kFiles;
const std::span<const EmbeddedAsset> kWithoutClient = kAll.subspan(1, 1);

net::Request get(std::string path, std::string accept = "*/*") {
  net::Request request;
  request.path = std::move(path);
  request.headers.push_back({"accept", std::move(accept)});
  return request;
}

class PagesTest : public ::testing::Test {
 protected:
  ServerInfo info{"Our <place>", "0.1.0", "b", false, true};
  Pages pages{kAll, info};
};

TEST_F(PagesTest, ShowTheClientUnderItsAddresses) {
  for (const auto* path : {"/", "/login", "/register", "/c/7", "/c/7/m/12", "/friends", "/search",
                           "/mentions", "/saved", "/settings/profile"}) {
    ASSERT_TRUE(pages.has(get(path))) << path;
    const net::Response page = pages.answer(get(path));
    EXPECT_EQ(page.status, 200) << path;
    ASSERT_NE(page.shared_body, nullptr);
    EXPECT_EQ(*page.shared_body, "the client") << path;
  }
}

TEST_F(PagesTest, TellPeopleThatAnAddressLeadsNowhere) {
  EXPECT_FALSE(pages.has(get("/nothing")));
  ASSERT_TRUE(pages.has(get("/nothing", "text/html,*/*")));
  EXPECT_EQ(pages.answer(get("/nothing", "text/html,*/*")).status, 404);
  for (const auto* path : {"/api/v1/nothing", "/logo.png", "/c.7"}) {
    EXPECT_FALSE(pages.has(get(path, "text/html"))) << path;
  }
}

TEST_F(PagesTest, SayNothingAnewToABrowserThatHasThePage) {
  net::Request request = get("/friends");
  request.headers.push_back({"if-none-match", "W/\"1\""});
  EXPECT_EQ(pages.answer(request).status, 304);
  request.path = "/nothing";
  EXPECT_EQ(pages.answer(request).status, 304);
}

TEST_F(PagesTest, LeadToAFolder) {
  ASSERT_TRUE(pages.has(get("/classic")));
  const net::Response response = pages.answer(get("/classic"));
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.headers.front().second, "/classic/");
}

TEST_F(PagesTest, WithoutTheClientShowTheArticlesOrSayWhatThisIs) {
  const Pages classic(kWithoutClient, info);
  EXPECT_EQ(classic.answer(get("/")).status, 302);
  EXPECT_FALSE(classic.has(get("/login", "text/html")));
  info.classic = false;
  const Pages plain(kWithoutClient, info);
  const net::Response page = plain.answer(get("/"));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Our &lt;place&gt;"), std::string::npos);
  EXPECT_FALSE(plain.has(get("/classic/")));
}

}  // namespace
}  // namespace keepline::api
