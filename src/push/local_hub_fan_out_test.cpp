#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/local_hub.h"
#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::ReplyPtr;
using stage::Stage;
using stage::user;

/// A log with users 1 and 2 in room 1; its joins are 101 and 102.
stage::Log room_of_two() {
  stage::Log log;
  log.join(user(1), conversation(1));
  log.join(user(2), conversation(1));
  log.commit();
  return log;
}

class FanOutTest : public testing::Test {
 protected:
  explicit FanOutTest(std::size_t shards = 1, HubOptions options = {})
      : stage(shards, std::move(options), room_of_two()) {}

  Stage stage;
};

TEST_F(FanOutTest, AFanOutIsOneBufferForAllInTheSamePlace) {
  for (std::int64_t id = 10; id < 1010; ++id) {
    stage.log.join(user(id), conversation(9));
  }
  stage.commit();
  std::vector<ReplyPtr> replies;
  for (std::int64_t id = 10; id < 1010; ++id) {
    replies.push_back(stage.poll(user(id), stage.cursor()));
  }
  stage.settle();
  const std::uint64_t built = stage.local().batches().built();
  stage.log.say(user(10), conversation(9));
  stage.commit();
  EXPECT_EQ(stage.local().batches().built(), built + 1);
  for (const ReplyPtr& reply : replies) {
    ASSERT_TRUE(reply->done);
    EXPECT_EQ(reply->body, replies.front()->body);
  }
}

// Goal: a small conversation does not wait behind a large one.
TEST_F(FanOutTest, ALargeFanOutLetsTheSmallOneThrough) {
  for (std::int64_t id = 10; id < 1010; ++id) {
    stage.log.join(user(id), conversation(9));
  }
  stage.commit();
  std::vector<ReplyPtr> replies;
  for (std::int64_t id = 10; id < 1010; ++id) {
    replies.push_back(stage.poll(user(id), stage.cursor()));
  }
  const ReplyPtr small = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.say(user(10), conversation(9));
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_one(0);
  const auto told =
      std::count_if(replies.begin(), replies.end(), [](const ReplyPtr& r) { return r->done; });
  EXPECT_TRUE(small->done);
  EXPECT_GT(told, 0);
  EXPECT_LE(told, static_cast<std::int64_t>(HubOptions{}.fan_out_slice_max));
  stage.settle();
  EXPECT_TRUE(replies.back()->done);
}

}  // namespace
}  // namespace keepline::push
