#include "net/response.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "net/shard.h"

namespace keepline::net {

namespace {
constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
}

TEST(Response, IsEncodedWithLengthDateAndConnection) {
  Response response;
  response.status = 201;
  response.content_type = "text/plain";
  response.headers = {{"X-A", "b"}};
  response.body = "hello";
  EXPECT_EQ(encode(response, After::kKeepAlive, false, kDate, "X-Common: c\r\n"),
            "HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Connection: keep-alive\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n"
            "X-A: b\r\nX-Common: c\r\n\r\nhello");
}

TEST(Response, KeepsItsLengthWithoutABodyForHead) {
  Response response;
  response.shared_body = base::share("hello");
  EXPECT_EQ(encode(response, After::kClose, true, kDate, ""),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Connection: close\r\nContent-Length: 5\r\n\r\n");
}

TEST(Response, HasNeitherLengthNorBodyFor204And304) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    response.body = "x";
    const std::string text = encode(response, After::kKeepAlive, false, kDate, "");
    EXPECT_EQ(text.find("Content-Length"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
  }
}

// Goal: no value, wherever it came from, can end a header and begin another.
TEST(Response, NeverLetsAHeaderBreakItsLine) {
  Response response;
  response.content_type = "a\r\nEvil: 1";
  response.headers = {{"X\r\nEvil", "a\nEvil: 2"}, {"Y", std::string("\0\x1b[2J", 5)}};
  const std::string text = encode(response, After::kKeepAlive, false, kDate, "");
  EXPECT_EQ(text.find("\nEvil"), std::string::npos);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Shard, MakesTheDateOfItsClock) {
  base::FakeClock clock;  // 2025-06-15T15:06:40Z
  Shard shard(0, clock);
  EXPECT_EQ(shard.http_date(), "Sun, 15 Jun 2025 15:06:40 GMT");
  clock.advance(std::chrono::milliseconds{999});
  EXPECT_EQ(shard.http_date(), "Sun, 15 Jun 2025 15:06:40 GMT");
  clock.advance(std::chrono::milliseconds{1});
  EXPECT_EQ(shard.http_date(), "Sun, 15 Jun 2025 15:06:41 GMT");
}

}  // namespace keepline::net
