#include "net/intake.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "net/http_cases.h"
#include "net/test_server.h"

namespace keepline::net {

namespace {

constexpr std::size_t kBodyMax = 1U << 20U;

/// What came of a stream of bytes: each request as "METHOD path?query [body]", and the error.
struct Outcome {
  std::vector<std::string> requests;
  std::string refusal;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  for (const auto& request : outcome.requests) {
    out << request.substr(0, 80) << "; ";
  }
  return out << "refused: " << outcome.refusal;
}

/// Feeds `bytes` in the pieces that end at `cuts`, as a connection would.
Outcome feed(std::string_view bytes, const std::vector<std::size_t>& cuts) {
  Outcome outcome;
  Intake intake;
  std::string pending;
  std::size_t begin = 0;
  const auto take = [&](std::string_view piece) {
    pending += piece;
    while (true) {
      std::size_t used = 0;
      const auto step = intake.read(pending, used);
      pending.erase(0, used);
      if (step == Intake::Step::kMore) {
        return true;
      }
      if (step == Intake::Step::kRefused) {
        outcome.refusal = base::code_name(intake.error().code);
        return false;
      }
      if (step == Intake::Step::kHead) {
        if (const auto error = intake.admit(kBodyMax)) {
          outcome.refusal = base::code_name(error->code);
          return false;
        }
        continue;
      }
      const Request& request = intake.request();
      outcome.requests.push_back(std::string(method_name(request.method)) + " " + request.path +
                                 "?" + request.query + " [" + request.body + "]");
      intake.reset();
      if (pending.empty()) {
        return true;
      }
    }
  };
  for (const std::size_t cut : cuts) {
    if (!take(bytes.substr(begin, cut - begin))) {
      return outcome;
    }
    begin = cut;
  }
  take(bytes.substr(begin));
  return outcome;
}

std::vector<std::size_t> every_byte(std::string_view bytes) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    cuts.push_back(i);
  }
  return cuts;
}

}  // namespace

// Goal: how the network cuts the bytes changes nothing, neither for the good nor for the bad.
// Method: whole, at each single cut, byte by byte, and at random cuts.
TEST(Intake, ReadsTheSameHoweverTheBytesAreCut) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& each : test::valid_cases()) {
    all.emplace_back(each.name, each.bytes);
  }
  for (const auto& each : test::refused_cases()) {
    all.emplace_back(each.name, each.bytes);
  }
  for (const auto& [name, bytes] : all) {
    SCOPED_TRACE(name);
    const Outcome whole = feed(bytes, {});
    if (bytes.size() < 600) {
      for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        ASSERT_EQ(feed(bytes, {cut}), whole) << "cut at " << cut;
      }
    }
    if (bytes.size() < 30'000) {
      ASSERT_EQ(feed(bytes, every_byte(bytes)), whole);
    }
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < bytes.size();) {
      at += 1 + random() % 200;
      if (at < bytes.size() && cuts.size() < 500) {
        cuts.push_back(at);
      }
    }
    ASSERT_EQ(feed(bytes, cuts), whole);
  }
}

TEST(Intake, GivesPathQueryAndBody) {
  const std::string bytes =
      "POST /a%20b/%C3%A4?c=%20&d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: dropped\r\n\r\n";
  EXPECT_EQ(feed(bytes, {}).requests, std::vector<std::string>{"POST /a b/ä?c=%20&d [abcde]"});
}

TEST(Intake, GivesHeadersInLowerCaseWithoutTrailers) {
  Intake intake;
  std::string bytes =
      "POST http://EXAMPLE.org:80/x HTTP/1.1\r\nHOST: example.ORG:80\r\nX-Ab:  c d \t\r\nx-ab: "
      "e\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Late: f\r\n\r\n";
  std::size_t used = 0;
  ASSERT_EQ(intake.read(bytes, used), Intake::Step::kHead);
  EXPECT_FALSE(intake.admit(10).has_value());
  bytes.erase(0, used);
  ASSERT_EQ(intake.read(bytes, used), Intake::Step::kRequest);
  EXPECT_EQ(used, bytes.size());
  const Request& request = intake.request();
  EXPECT_EQ(request.path, "/x");
  EXPECT_EQ(request.header("host"), "example.ORG:80");
  EXPECT_EQ(request.header("x-ab"), "c d");
  EXPECT_FALSE(request.has_header("x-late"));
  EXPECT_EQ(request.headers.size(), 4U);
  EXPECT_TRUE(request.keep_alive);
}

TEST(Intake, KnowsWhoWantsToStay) {
  const auto keep_alive = [](std::string_view line, std::string_view header) {
    Intake intake;
    std::size_t used = 0;
    const auto step =
        intake.read(std::string(line) + "\r\nHost: a\r\n" + std::string(header) + "\r\n", used);
    EXPECT_EQ(step, Intake::Step::kHead);
    return intake.request().keep_alive;
  };
  EXPECT_TRUE(keep_alive("GET / HTTP/1.1", ""));
  EXPECT_TRUE(keep_alive("GET / HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1", "Connection: x\r\nConnection: close\r\n"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.0", ""));
  EXPECT_TRUE(keep_alive("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"));
}

TEST(Intake, RefusesABodyThatIsAnnouncedTooLongBeforeItComes) {
  for (const std::size_t body_max : {4U, 5U}) {
    Intake intake;
    std::size_t used = 0;
    ASSERT_EQ(intake.read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", used),
              Intake::Step::kHead);
    EXPECT_EQ(intake.admit(body_max).has_value(), body_max < 5);
  }
}

TEST(Intake, CountsChunksAgainstTheBodyLimit) {
  for (const std::size_t body_max : {5U, 6U}) {
    Intake intake;
    std::size_t used = 0;
    ASSERT_EQ(intake.read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", used),
              Intake::Step::kHead);
    ASSERT_FALSE(intake.admit(body_max).has_value());
    EXPECT_EQ(intake.read("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n", used),
              body_max < 6 ? Intake::Step::kRefused : Intake::Step::kRequest);
  }
}

}  // namespace keepline::net
