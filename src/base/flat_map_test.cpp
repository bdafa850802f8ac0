#include "base/flat_map.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "base/id.h"
#include "base/random.h"

namespace keepline::base {
namespace {

TEST(FlatMap, FindsWhatIsThereAndNothingElse) {
  FlatMap<UserId, std::unique_ptr<int>> map;
  EXPECT_EQ(map.find(UserId(1)), nullptr);
  EXPECT_FALSE(map.erase(UserId(1)));
  map[UserId(1)] = std::make_unique<int>(7);
  ASSERT_NE(map.find(UserId(1)), nullptr);
  EXPECT_EQ(**map.find(UserId(1)), 7);
  EXPECT_EQ(map.find(UserId(2)), nullptr);
  EXPECT_FALSE(map.erase(UserId(2)));
  EXPECT_TRUE(map.erase(UserId(1)));
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.find(UserId(1)), nullptr);
}

TEST(FlatMap, HandsOutAFreshValueAfterAnErasure) {
  FlatMap<UserId, std::string> map;
  map[UserId(3)] = "old";
  map.erase(UserId(3));
  EXPECT_EQ(map[UserId(3)], "");
}

/// All keys crowd into few homes.
struct Crowd {
  std::size_t operator()(UserId id) const { return static_cast<std::size_t>(id.value % 3) + 5; }
};

// Model: std::map.
template <class Hash>
void is_a_map_whatever_is_done(std::int64_t keys) {
  const std::uint64_t seed = SystemRandom().next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRandom random(seed);
  FlatMap<UserId, std::string, Hash> map;
  std::map<UserId, std::string> model;
  for (int step = 0; step < 30'000; ++step) {
    // It grows for a while, then shrinks.
    const bool grows = step / 5'000 % 2 == 0;
    const UserId key(1 + static_cast<std::int64_t>(random.next()) % keys);
    if (!key || key.value < 0) {
      continue;
    }
    if (random.next() % 8 < (grows ? 6U : 2U)) {
      model[key] = std::to_string(step);
      map[key] = std::to_string(step);
    } else {
      ASSERT_EQ(map.erase(key), model.erase(key) == 1);
    }
    ASSERT_EQ(map.size(), model.size());
    if (step % 500 == 0) {
      std::map<UserId, std::string> seen;
      map.each([&](UserId id, const std::string& value) { seen[id] = value; });
      ASSERT_EQ(seen, model);
      for (std::int64_t id = 1; id <= keys; ++id) {
        ASSERT_EQ(map.find(UserId(id)) != nullptr, model.contains(UserId(id)));
      }
    }
  }
}

TEST(FlatMap, IsAMapWhateverIsDone) { is_a_map_whatever_is_done<std::hash<UserId>>(2'000); }
TEST(FlatMap, IsAMapHoweverItsKeysCrowd) { is_a_map_whatever_is_done<Crowd>(40); }

}  // namespace
}  // namespace keepline::base
