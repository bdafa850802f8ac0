#include "api/session_cache.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

namespace keepline::api {
namespace {

const base::Time kNow{std::chrono::milliseconds{1'750'000'000'000}};
const base::Time kLater = kNow + std::chrono::hours(1);

base::Sha256 token(int number) { return base::token_hash(std::to_string(number)); }

KnownSession session(int user, int number) {
  return {UserId(user), SessionId(number), kLater, kNow, kNow};
}

TEST(SessionCache, RemembersUntilTheSessionEnds) {
  SessionCache cache;
  EXPECT_EQ(cache.find(token(7), kNow), nullptr);
  EXPECT_TRUE(cache.fill(token(7), session(1, 7), EventId(100)));
  ASSERT_NE(cache.find(token(7), kNow), nullptr);
  EXPECT_EQ(cache.find(token(7), kNow)->user, UserId(1));
  cache.ended(UserId(1), SessionId(7), EventId(101));
  EXPECT_EQ(cache.find(token(7), kNow), nullptr);
}

TEST(SessionCache, ForgetsWhatExpires) {
  SessionCache cache;
  cache.fill(token(7), session(1, 7), EventId(100));
  EXPECT_NE(cache.find(token(7), kLater - std::chrono::milliseconds(1)), nullptr);
  EXPECT_EQ(cache.find(token(7), kLater), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(SessionCache, GivesACookieAnewOnceADay) {
  const base::Time day = kNow + SessionCache::kCookieEvery;
  const auto just = std::chrono::milliseconds(1);
  KnownSession slides = session(1, 7);
  slides.expires_at = kNow + std::chrono::days(30);
  SessionCache cache;
  cache.fill(token(7), slides, EventId(100));
  EXPECT_FALSE(cache.cookie_due(token(7), day - just));
  EXPECT_TRUE(cache.cookie_due(token(7), day));
  EXPECT_FALSE(cache.cookie_due(token(7), day + just));
  EXPECT_FALSE(cache.cookie_due(token(7), day + SessionCache::kCookieEvery - just));
  EXPECT_TRUE(cache.cookie_due(token(7), day + SessionCache::kCookieEvery));
}

TEST(SessionCache, NeverGivesTheCookieOfASessionAnewThatEnded) {
  SessionCache cache;
  KnownSession old = session(1, 7);
  old.cookie_set = kNow - std::chrono::days(2);
  cache.fill(token(7), old, EventId(100));
  cache.forget(SessionId(7));
  EXPECT_FALSE(cache.cookie_due(token(7), kNow));
  cache.fill(token(7), old, EventId(100));
  cache.ended(UserId(1), SessionId(7), EventId(101));
  EXPECT_FALSE(cache.cookie_due(token(7), kNow));
  EXPECT_FALSE(cache.cookie_due(token(8), kNow)) << "unknown";
}

TEST(SessionCache, ForgetsOneSessionAtOnce) {
  SessionCache cache;
  cache.fill(token(7), session(1, 7), EventId(100));
  cache.fill(token(8), session(1, 8), EventId(100));
  cache.forget(SessionId(7));
  cache.forget(SessionId(9));
  EXPECT_EQ(cache.find(token(7), kNow), nullptr);
  EXPECT_NE(cache.find(token(8), kNow), nullptr);
}

// Goal: an end that overtakes a fill is not undone by it.
TEST(SessionCache, RefusesAFillThatWasReadBeforeAnEndOfThatUser) {
  SessionCache cache;
  cache.ended(UserId(1), SessionId(7), EventId(101));
  EXPECT_FALSE(cache.fill(token(7), session(1, 7), EventId(100)));
  EXPECT_EQ(cache.find(token(7), kNow), nullptr);
  EXPECT_TRUE(cache.fill(token(8), session(1, 8), EventId(101)));
  EXPECT_TRUE(cache.fill(token(9), session(2, 9), EventId(100)))
      << "another user's ends say nothing";
}

TEST(SessionCache, KeepsTheNewestEndWhateverTheOrderOfTheCalls) {
  SessionCache cache;
  cache.ended(UserId(1), SessionId(7), EventId(105));
  cache.ended(UserId(1), SessionId(8), EventId(103));
  EXPECT_FALSE(cache.fill(token(9), session(1, 9), EventId(104)));
}

TEST(SessionCache, LetsOneEndStandForAllWhenThereAreTooMany) {
  SessionCache cache(100, /*ends_max=*/3);
  for (int user = 1; user <= 3; ++user) {
    cache.ended(UserId(user), SessionId(user), EventId(100 + user));
  }
  cache.ended(UserId(4), SessionId(4), EventId(104));
  EXPECT_FALSE(cache.fill(token(1), session(1, 11), EventId(100)));
  EXPECT_FALSE(cache.fill(token(9), session(9, 19), EventId(102))) << "too careful is right";
  EXPECT_TRUE(cache.fill(token(9), session(9, 19), EventId(103)));
  EXPECT_FALSE(cache.fill(token(4), session(4, 14), EventId(103)));
}

TEST(SessionCache, DropsTheLeastRecentlyUsed) {
  SessionCache cache(/*sessions_max=*/2, 100);
  cache.fill(token(1), session(1, 1), EventId(1));
  cache.fill(token(2), session(1, 2), EventId(1));
  cache.find(token(1), kNow);
  cache.fill(token(3), session(1, 3), EventId(1));
  EXPECT_NE(cache.find(token(1), kNow), nullptr);
  EXPECT_EQ(cache.find(token(2), kNow), nullptr);
  EXPECT_NE(cache.find(token(3), kNow), nullptr);
  EXPECT_EQ(cache.size(), 2U);
}

TEST(SessionCache, HoldsASessionOnceHoweverOftenItIsFilled) {
  SessionCache cache;
  cache.fill(token(1), session(1, 1), EventId(1));
  cache.fill(token(1), session(1, 1), EventId(2));
  EXPECT_EQ(cache.size(), 1U);
  cache.ended(UserId(1), SessionId(1), EventId(3));
  EXPECT_EQ(cache.size(), 0U);
}

// Goal: in no order of reads and ends is an ended session believed once its end was heard.
// Method: a log of random ends; fills carry a random older position and what was true there.
TEST(SessionCache, NeverBelievesAnEndedSession) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto upto = [&](int high) { return std::uniform_int_distribution<int>(1, high)(random); };
  std::optional<SessionCache> cache(std::in_place, 8, 4);
  constexpr int kSessions = 40;
  std::vector<int> ended_at(kSessions + 1, 1 << 30);
  for (int now = 1; now < 20'000; ++now) {
    const int id = upto(kSessions);
    const auto index = static_cast<std::size_t>(id);
    const int user = id % 10 + 1;
    if (upto(3) == 1) {
      ended_at[index] = std::min(ended_at[index], now);
      cache->ended(UserId(user), SessionId(id), EventId(now));
    } else {
      const int as_of = std::max(1, now - upto(20));
      if (ended_at[index] > as_of) {
        cache->fill(token(id), session(user, id), EventId(as_of));
      }
    }
    const int looked = upto(kSessions);
    if (cache->find(token(looked), kNow) != nullptr) {
      ASSERT_GT(ended_at[static_cast<std::size_t>(looked)], now);
    }
    if (now % 500 == 0) {  // new sessions for old numbers
      cache.emplace(8, 4);
      std::fill(ended_at.begin(), ended_at.end(), 1 << 30);
    }
  }
}

}  // namespace
}  // namespace keepline::api
