#include "base/few.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"

namespace keepline::base {
namespace {

TEST(Few, IsSixteenBytesForAPointer) { EXPECT_EQ(sizeof(Few<void*>), 16U); }

TEST(Few, KeepsTheirOrderInsideAndOutside) {
  Few<std::string, 2> row;
  for (const char* text : {"a", "b", "c", "d", "e"}) {
    row.push_back(text);
  }
  EXPECT_EQ(row.size(), 5U);
  EXPECT_EQ(row.front(), "a");
  EXPECT_EQ(row.back(), "e");
  EXPECT_EQ(*row.erase(row.begin() + 1), "c");
  EXPECT_EQ(std::string(row[0] + row[1] + row[2] + row[3]), "acde");
  EXPECT_EQ(row.erase_if([](const std::string& s) { return s == "a" || s == "d"; }), 2U);
  EXPECT_EQ(row.size(), 2U);
  const auto next = row.erase(row.end() - 1);
  EXPECT_EQ(next, row.end());
  row.clear();
  EXPECT_TRUE(row.empty());
  row.push_back("again");
  EXPECT_EQ(row.front(), "again");
}

TEST(Few, MovesWhatItOwns) {
  for (const int count : {0, 1, 2, 7}) {
    Few<std::unique_ptr<int>> row;
    for (int i = 0; i < count; ++i) {
      row.push_back(std::make_unique<int>(i));
    }
    Few<std::unique_ptr<int>> other = std::move(row);
    EXPECT_EQ(other.size(), static_cast<std::size_t>(count));
    EXPECT_TRUE(row.empty());  // NOLINT(bugprone-use-after-move): it is said to be empty
    row.push_back(std::make_unique<int>(9));
    other = std::move(row);
    ASSERT_EQ(other.size(), 1U);
    EXPECT_EQ(*other.front(), 9);
  }
}

// Model: std::vector.
TEST(Few, IsAVectorWhateverIsDone) {
  const std::uint64_t seed = SystemRandom().next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRandom random(seed);
  Few<std::string> row;
  std::vector<std::string> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t what = random.next() % 8;
    if (what < 4 || model.empty()) {
      model.push_back(std::to_string(random.next()));
      row.push_back(model.back());
    } else if (what < 7) {
      const auto at = static_cast<std::ptrdiff_t>(random.next() % model.size());
      model.erase(model.begin() + at);
      row.erase(row.begin() + at);
    } else if (random.next() % 16 == 0) {
      model.clear();
      row.clear();
    } else {
      Few<std::string> moved = std::move(row);
      row = std::move(moved);
    }
    ASSERT_TRUE(std::equal(row.begin(), row.end(), model.begin(), model.end()));
  }
}

}  // namespace
}  // namespace keepline::base
