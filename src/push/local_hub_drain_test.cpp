#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "push/local_hub.h"
#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::ReplyPtr;
using stage::Stage;
using stage::user;

class DrainTest : public testing::Test {
 protected:
  static HubOptions slices_of(std::size_t users) {
    HubOptions options;
    options.drain_slice_min = users;
    return options;
  }
  /// How many of twenty were answered when `after` has passed since the drain.
  std::size_t drained(std::chrono::milliseconds over, std::chrono::milliseconds after) {
    for (std::int64_t id = 1; id <= 20; ++id) {
      replies.push_back(stage.poll(user(id), stage.cursor()));
    }
    stage.settle();
    stage.hub->drain(over);
    stage.settle();
    return done(after);
  }
  std::size_t done(std::chrono::milliseconds after) {
    stage.pass(after);
    return static_cast<std::size_t>(std::count_if(
        replies.begin(), replies.end(), [](const ReplyPtr& reply) { return reply->done; }));
  }

  Stage stage{1, slices_of(2), stage::Log()};
  std::vector<ReplyPtr> replies;
};

TEST_F(DrainTest, TakesAllItsTimeWhereManyAreParked) {
  EXPECT_EQ(drained(500ms, 0ms), 5U);
  EXPECT_EQ(done(200ms), 15U);
  EXPECT_EQ(done(300ms), 20U);
}

TEST_F(DrainTest, TakesNoLongerThanItMustWhereFewAre) {
  EXPECT_EQ(drained(8s, 800ms), 18U);
  EXPECT_EQ(done(200ms), 20U);
}

}  // namespace
}  // namespace keepline::push
