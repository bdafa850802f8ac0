#include "api/limits.h"

#include <gtest/gtest.h>

#include <chrono>

#include "api/address.h"

namespace keepline::api {
namespace {

using base::UserId;
using std::chrono::milliseconds;

class LimitsTest : public ::testing::Test {
 protected:
  /// How many of `tries` go through.
  int passed(Limit limit, UserId user, int tries) {
    int count = 0;
    for (int i = 0; i < tries; ++i) {
      count += limits_.take(limit, user) ? 1 : 0;
    }
    return count;
  }

  base::FakeClock clock_;
  base::SeededRandom random_{7};
  Limits limits_{clock_, random_, false};
};

TEST_F(LimitsTest, LetABurstThroughAndThenTheRate) {
  const Rate rate = rate_of(Limit::kSend);
  EXPECT_EQ(passed(Limit::kSend, UserId(1), 1000), rate.burst);
  clock_.advance(rate.every - milliseconds(1));
  EXPECT_EQ(passed(Limit::kSend, UserId(1), 10), 0);
  clock_.advance(milliseconds(1));
  EXPECT_EQ(passed(Limit::kSend, UserId(1), 10), 1);
  clock_.advance(rate.every * 1000);
  EXPECT_EQ(passed(Limit::kSend, UserId(1), 1000), rate.burst);
}

TEST_F(LimitsTest, CountUsersAndKindsApart) {
  const int burst = rate_of(Limit::kSend).burst;
  EXPECT_EQ(passed(Limit::kSend, UserId(1), 1000), burst);
  EXPECT_EQ(passed(Limit::kSend, UserId(2), 1000), burst);
  EXPECT_EQ(passed(Limit::kSearch, UserId(1), 1000), rate_of(Limit::kSearch).burst);
}

TEST_F(LimitsTest, SayWhenToComeBack) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(limits_.take(Limit::kSignInAccount, "liger"));
  }
  const auto refused = limits_.take(Limit::kSignInAccount, "liger");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Errc::kTooManyAttempts);
  EXPECT_EQ(refused.error().retry_after_s, 960);
  clock_.advance(std::chrono::seconds(refused.error().retry_after_s) - milliseconds(1));
  EXPECT_FALSE(limits_.take(Limit::kSignInAccount, "liger"));
  clock_.advance(milliseconds(1));
  EXPECT_TRUE(limits_.take(Limit::kSignInAccount, "liger"));
  EXPECT_TRUE(limits_.take(Limit::kSignInAccount, "another"));
}

TEST_F(LimitsTest, AllowAHundredGuessesADayAtAnAccountHoweverTheyAreSpread) {
  int guesses = 0;
  for (auto day = milliseconds(0); day < std::chrono::hours(24); day += std::chrono::minutes(1)) {
    while (limits_.take(Limit::kSignInAccount, "liger")) {
      ++guesses;
    }
    clock_.advance(std::chrono::minutes(1));
  }
  EXPECT_LE(guesses, 100);
  EXPECT_TRUE(limits_.take(Limit::kSignInDevice, "liger")) << "counts apart";
}

TEST_F(LimitsTest, ForgetWhatIsGivenBack) {
  const auto address = *parse_address("192.0.2.1");
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(limits_.take(Limit::kSignInAddress, address));
    limits_.give_back(Limit::kSignInAddress, address);
  }
}

TEST_F(LimitsTest, CountAHouseholdsIpv6AddressesAsOne) {
  const int burst = rate_of(Limit::kRegister).burst;
  for (int i = 0; i < burst; ++i) {
    ASSERT_TRUE(
        limits_.take(Limit::kRegister, *parse_address("2001:db8:1:2::" + std::to_string(i + 1))));
  }
  EXPECT_FALSE(limits_.take(Limit::kRegister, *parse_address("2001:db8:1:2:ffff::1")));
  EXPECT_TRUE(limits_.take(Limit::kRegister, *parse_address("2001:db8:1:3::1")));
  EXPECT_TRUE(limits_.take(Limit::kRegister, *parse_address("192.0.2.1")));
  EXPECT_TRUE(limits_.take(Limit::kRegister, *parse_address("192.0.2.2")));
}

TEST_F(LimitsTest, HoldWhileFewerKeysThanPlacesAreInUse) {
  // Goal: many others do not make the table forget who guesses.
  // Method: 100 000 further accounts, each with failures, and then the first again.
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(limits_.take(Limit::kSignInAccount, "guessed at"));
  }
  for (int account = 0; account < 100'000; ++account) {
    (void)limits_.take(Limit::kSignInAccount, std::to_string(account));
  }
  EXPECT_FALSE(limits_.take(Limit::kSignInAccount, "guessed at"));
}

TEST_F(LimitsTest, ForgiveRatherThanGrowWhenEveryPlaceIsTaken) {
  for (int user = 1; user <= 1'200'000; ++user) {
    ASSERT_TRUE(limits_.take(Limit::kUser, UserId(user)));
  }
}

TEST(LimitsOff, AllowEverything) {
  base::FakeClock clock;
  base::SeededRandom random(7);
  Limits limits(clock, random, true);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(limits.take(Limit::kSignInAccount, "liger"));
  }
}

}  // namespace
}  // namespace keepline::api
