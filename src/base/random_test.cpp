#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <vector>

namespace keepline::base {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

/// Gives out the numbers it was made with, one after the other.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  void fill(std::span<std::uint8_t> bytes) override {
    ASSERT_EQ(bytes.size(), sizeof(std::uint64_t));
    ASSERT_LT(next_, numbers_.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(numbers_[next_] >> (8 * i));
    }
    ++next_;
  }
  std::size_t used() const { return next_; }

 private:
  std::vector<std::uint64_t> numbers_;
  std::size_t next_ = 0;
};

TEST(SeededRandom, RepeatsARunFromItsSeed) {
  SeededRandom one(7);
  SeededRandom same(7);
  SeededRandom other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = one.next();
    EXPECT_EQ(number, same.next());
    differs = differs || number != other.next();
  }
  EXPECT_TRUE(differs);
}

TEST(SeededRandom, FillsEveryByteOfAnyLength) {
  SeededRandom random(7);
  for (std::size_t length = 0; length <= 17; ++length) {
    std::vector<std::uint8_t> seen(length, 0);
    for (int round = 0; round < 64; ++round) {
      std::vector<std::uint8_t> bytes(length, 0);
      random.fill(bytes);
      for (std::size_t i = 0; i < length; ++i) {
        seen[i] = seen[i] | bytes[i];
      }
    }
    EXPECT_EQ(seen, std::vector<std::uint8_t>(length, 0xFF)) << length;
  }
}

TEST(Random, GivesEachNumberOfARangeAndNoOther) {
  SeededRandom random(7);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(random.between(-2, 3));
  }
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2, 3}));
}

TEST(Random, GivesTheOnlyNumberOfANarrowRange) {
  SeededRandom random(7);
  EXPECT_EQ(random.between(5, 5), 5);
  EXPECT_EQ(random.between(kLowest, kLowest), kLowest);
  EXPECT_EQ(random.between(kHighest, kHighest), kHighest);
}

TEST(Random, SpansTheWholeRangeOfNumbers) {
  ScriptedRandom random({0, ~std::uint64_t{0}, std::uint64_t{1} << 63});
  EXPECT_EQ(random.between(kLowest, kHighest), 0);
  EXPECT_EQ(random.between(kLowest, kHighest), -1);
  EXPECT_EQ(random.between(kLowest, kHighest), kLowest);
}

// Goal: no number is likelier than another. 2^64 - 1 is a multiple of 3, so of three numbers only
// the very last draw must be refused.
TEST(Random, RefusesTheTailThatWouldFavourSmallNumbers) {
  ScriptedRandom random({~std::uint64_t{0}, ~std::uint64_t{0} - 1});
  EXPECT_EQ(random.between(0, 2), 2);
  EXPECT_EQ(random.used(), 2U);
}

TEST(Random, ChecksThatARangeIsNotEmpty) {
  SeededRandom random(7);
  EXPECT_DEATH(static_cast<void>(random.between(1, 0)), "empty range");
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 64; ++i) {
    EXPECT_TRUE(seen.insert(random.next()).second);
  }
}

}  // namespace
}  // namespace keepline::base
