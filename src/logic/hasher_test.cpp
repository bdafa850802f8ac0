#include "logic/hasher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "logic/wait_test.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Result;
using boost::asio::awaitable;

class HasherTest : public ::testing::Test {
 protected:
  base::SystemRandom random;
};

TEST_F(HasherTest, KnowsAPasswordByItsHash) {
  Hasher hasher(random, {});
  const auto phc = wait_for(hasher.hash("correct horse"));
  ASSERT_TRUE(phc);
  EXPECT_TRUE(*wait_for(hasher.verify(*phc, "correct horse")));
  EXPECT_FALSE(*wait_for(hasher.verify(*phc, "correct horsE")));
  EXPECT_FALSE(*wait_for(hasher.verify(*phc, "")));
}

TEST_F(HasherTest, HashesAsTheStandardAdvises) {
  Hasher hasher(random, {});
  const std::string one = hasher.hash_now("12345");
  EXPECT_TRUE(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << one;
  EXPECT_EQ(one.find('\0'), std::string::npos);
  EXPECT_NE(one, hasher.hash_now("12345")) << "each with a salt of its own";
}

// verify() itself checks that the hash of nobody is whole, and so costs what all others cost.
TEST_F(HasherTest, NobodyHasNoPassword) {
  Hasher hasher(random, {});
  EXPECT_FALSE(*wait_for(hasher.verify("", "")));
  EXPECT_FALSE(*wait_for(hasher.verify("", "12345")));
}

TEST_F(HasherTest, ABrokenHashIsNobodys) {
  Hasher hasher(random, {});
  EXPECT_FALSE(*wait_for(hasher.verify("12345", "12345")));
  EXPECT_FALSE(*wait_for(hasher.verify("$argon2id$v=19$m=19456", "12345")));
}

/// Asks once and notes the answer's code.
awaitable<void> ask_once(Hasher& hasher, std::vector<std::string>& codes) {
  auto answer = co_await hasher.hash("12345");
  codes.push_back(answer ? "ok" : std::string(base::code_name(answer.error().code)));
}

TEST_F(HasherTest, AnswersWhatDoesNotFitAtOnceWithATimeToWait) {
  Hasher hasher(random, {.threads = 1, .queue_max = 1});
  std::vector<std::string> codes;
  std::vector<awaitable<void>> asks;
  for (int i = 0; i < 16; ++i) {
    asks.push_back(ask_once(hasher, codes));
  }
  run_together(std::move(asks));
  EXPECT_EQ(codes.size(), 16U);
  EXPECT_GE(std::count(codes.begin(), codes.end(), "ok"), 1);
  EXPECT_GE(std::count(codes.begin(), codes.end(), "overloaded"), 1);
  EXPECT_EQ(std::count(codes.begin(), codes.end(), "ok") +
                std::count(codes.begin(), codes.end(), "overloaded"),
            16);
}

TEST_F(HasherTest, AnswersEverythingWhenItStops) {
  Hasher hasher(random, {});
  hasher.stop();
  const auto late = wait_for(hasher.hash("12345"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::kShuttingDown);
  hasher.stop();
}

}  // namespace
}  // namespace keepline::logic
