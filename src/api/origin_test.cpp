#include "api/origin.h"

#include <gtest/gtest.h>

namespace keepline::api {
namespace {

struct Asked {
  std::string host;
  std::string origin;
  std::string site;
  std::string forwarded_proto;
  std::string peer = "192.0.2.1";

  net::Request request() const {
    net::Request out;
    out.peer = *parse_address(peer);
    out.headers.push_back({"host", host});
    if (!origin.empty()) {
      out.headers.push_back({"origin", origin});
    }
    if (!site.empty()) {
      out.headers.push_back({"sec-fetch-site", site});
    }
    if (!forwarded_proto.empty()) {
      out.headers.push_back({"x-forwarded-proto", forwarded_proto});
    }
    return out;
  }
};

const OriginRules kHome({"127.0.0.1:8080", "kitchen"}, {}, {"127.0.0.1"});
const OriginRules kPublic({"10.0.0.5:8080"}, {"https://chat.example.org"}, {"10.0.0.0/8"});

bool host_ok(const OriginRules& rules, std::string host) {
  return rules.check_host(Asked{std::move(host), {}, {}, {}}.request()).has_value();
}

TEST(HostRule, KnowsItsNamesAddressesAndNothingElse) {
  for (const std::string host : {"localhost", "LOCALHOST:8080", "kitchen", "Kitchen.:8080",
                                 "127.0.0.1:8080", "192.168.7.7", "[::1]:8080", "[2001:db8::1]"}) {
    EXPECT_TRUE(host_ok(kHome, host)) << host;
  }
  for (const std::string host :
       {"evil.example", "kitchen.evil.example", "localhost.evil.example", "chat.example.org", "",
        "[kitchen]", "kitchen:0", "kitchen:65536", "kitchen:80x", "a@kitchen", "kitchen/"}) {
    EXPECT_FALSE(host_ok(kHome, host)) << host;
  }
  EXPECT_TRUE(host_ok(kPublic, "chat.example.org"));
  EXPECT_TRUE(host_ok(kPublic, "chat.example.org:443"));
  EXPECT_FALSE(host_ok(kPublic, "example.org"));
}

bool origin_ok(const OriginRules& rules, const Asked& asked, bool cookie = true) {
  return rules.check_origin(asked.request(), cookie).has_value();
}

TEST(OriginRule, WithoutAPublicUrlMeansTheHostItself) {
  EXPECT_TRUE(origin_ok(kHome, {"127.0.0.1:8080", "http://127.0.0.1:8080", {}, {}}));
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", "http://KITCHEN", {}, {}}));
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", "http://kitchen:80", {}, {}}));
  EXPECT_TRUE(origin_ok(kHome, {"[::1]:8080", "http://[::1]:8080", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"127.0.0.1:8080", "http://127.0.0.1:8081", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"127.0.0.1:8080", "http://localhost:8080", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"127.0.0.1:8080", "http://evil.example", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", "http://kitchen.evil.example", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", "null", {}, {}}));
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", "file://", {}, {}}));
}

TEST(OriginRule, WithAPublicUrlMeansThatOne) {
  EXPECT_TRUE(origin_ok(kPublic, {"chat.example.org", "https://chat.example.org", {}, {}}));
  EXPECT_TRUE(origin_ok(kPublic, {"10.0.0.5:8080", "https://chat.example.org", {}, {}}));
  EXPECT_FALSE(origin_ok(kPublic, {"chat.example.org", "http://chat.example.org", {}, {}}));
  EXPECT_FALSE(
      origin_ok(kPublic, {"chat.example.org", "https://chat.example.org.evil.example", {}, {}}));
  EXPECT_FALSE(origin_ok(kPublic, {"10.0.0.5:8080", "http://10.0.0.5:8080", {}, {}}));
}

TEST(OriginRule, BelievesABrowserThatSaysSameOrigin) {
  EXPECT_TRUE(origin_ok(kPublic, {"10.0.0.5:8080", "http://10.0.0.5:8080", "same-origin", {}}));
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", {}, "same-origin", {}}));
  for (const std::string site : {"cross-site", "same-site", "none"}) {
    EXPECT_FALSE(origin_ok(kHome, {"kitchen", {}, site, {}})) << site;
  }
}

TEST(OriginRule, LetsProgramsWithoutACookieThrough) {
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", {}, {}, {}}, /*cookie=*/false));
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", {}, {}, {}}, /*cookie=*/true));
  // A page of another site may not sign its visitor in or register for them either.
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", "http://evil.example", {}, {}}, /*cookie=*/false));
}

TEST(OriginRule, NamesTheSettingThatHelps) {
  const auto refused =
      kHome.check_origin(Asked{"kitchen", "http://evil.example", {}, {}}.request(), true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Errc::kBadOrigin);
}

TEST(OriginRule, AsksATrustedProxyForTheScheme) {
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", "https://kitchen", {}, "https", "127.0.0.1"}));
  EXPECT_FALSE(origin_ok(kHome, {"kitchen", "http://kitchen", {}, "https", "127.0.0.1"}));
  EXPECT_TRUE(origin_ok(kHome, {"kitchen", "http://kitchen", {}, "https", "192.0.2.1"}))
      << "whoever is not trusted is not heard";
}

TEST(IsHttps, IsKnownFromThePublicUrlOrATrustedProxy) {
  EXPECT_FALSE(kHome.is_https(Asked{"kitchen", {}, {}, {}}.request()));
  EXPECT_FALSE(kHome.is_https(Asked{"kitchen", {}, {}, "https", "192.0.2.1"}.request()));
  EXPECT_TRUE(kHome.is_https(Asked{"kitchen", {}, {}, "https", "127.0.0.1"}.request()));
  EXPECT_TRUE(kPublic.is_https(Asked{"chat.example.org", {}, {}, {}}.request()));
  EXPECT_FALSE(kPublic.is_https(Asked{"10.0.0.5:8080", {}, {}, {}}.request()));
  EXPECT_FALSE(kPublic.is_https(Asked{"chat.example.org", {}, {}, "http", "10.0.0.9"}.request()));
}

TEST(IsHttps, IsKnownFromTlsOfOurOwn) {
  const auto over_tls = [](const Asked& asked) {
    net::Request request = asked.request();
    request.secure = true;
    return request;
  };
  EXPECT_TRUE(kHome.is_https(over_tls({"kitchen", {}, {}, {}})));
  EXPECT_TRUE(kPublic.is_https(over_tls({"10.0.0.5:8080", {}, {}, {}})));
  EXPECT_TRUE(kHome.is_https(over_tls({"kitchen", {}, {}, "http", "192.0.2.1"})))
      << "whoever is not trusted is not heard";
  EXPECT_FALSE(kHome.is_https(over_tls({"kitchen", {}, {}, "http", "127.0.0.1"})))
      << "a trusted proxy knows what its client speaks";
  EXPECT_TRUE(kHome.check_origin(over_tls({"kitchen", "https://kitchen", {}, {}}), true));
  EXPECT_FALSE(kHome.check_origin(over_tls({"kitchen", "http://kitchen", {}, {}}), true))
      << "a page that came over plain HTTP may be anybody's";
}

TEST(OriginRules, RefuseAConfigurationTheyCannotRead) {
  EXPECT_THROW(OriginRules({}, {"chat.example.org"}, {}), std::runtime_error);
  EXPECT_THROW(OriginRules({}, {"ftp://chat.example.org"}, {}), std::runtime_error);
  EXPECT_THROW(OriginRules({}, {"https://chat.example.org/path"}, {}), std::runtime_error);
  EXPECT_THROW(OriginRules({}, {}, {"proxy.example.org"}), std::runtime_error);
  EXPECT_NO_THROW(OriginRules({}, {"https://chat.example.org/"}, {}));
}

}  // namespace
}  // namespace keepline::api
