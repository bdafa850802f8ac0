#include "base/id.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <type_traits>
#include <unordered_set>

namespace keepline::base {
namespace {

static_assert(!std::is_convertible_v<UserId, ConversationId>);
static_assert(!std::is_constructible_v<UserId, ConversationId>);
static_assert(!std::is_convertible_v<std::int64_t, UserId>);

TEST(Id, IsNoneUntilItIsSet) {
  EXPECT_FALSE(UserId{});
  EXPECT_TRUE(UserId{1});
}

TEST(Id, IsOrderedByItsNumber) {
  EXPECT_LT(EventId{1}, EventId{2});
  EXPECT_EQ(EventId{2}, EventId{2});
}

TEST(Id, FitsADouble) {
  const auto widest = static_cast<double>(kIdMax);
  EXPECT_EQ(static_cast<std::int64_t>(widest), kIdMax);
  EXPECT_NE(static_cast<double>(kIdMax - 1), widest);
}

// Goal: dense ids do not fall into few buckets of a table that looks at the low bits only.
TEST(Id, SpreadsDenseNumbersOverTheLowBits) {
  std::set<std::size_t> buckets;
  for (std::int64_t id = 1; id <= 1024; ++id) {
    buckets.insert(std::hash<UserId>{}(UserId{id}) & 1023U);
  }
  EXPECT_GT(buckets.size(), 512U);
}

TEST(Id, CanBeTheKeyOfATable) {
  const std::unordered_set<UserId> users{UserId{1}, UserId{2}, UserId{1}};
  EXPECT_EQ(users.size(), 2U);
}

}  // namespace
}  // namespace keepline::base
