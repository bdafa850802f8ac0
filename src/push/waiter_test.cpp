#include "push/waiter.h"

#include <gtest/gtest.h>

#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::Stage;
using stage::user;

stage::Log room_of_two() {
  stage::Log log;
  log.join(user(1), conversation(1));
  log.join(user(2), conversation(1));
  log.commit();
  return log;
}

class WaitTest : public testing::Test {
 protected:
  std::unique_ptr<Wait> wait(EventId seen, const std::string& client = "classic") {
    return stage.local().wait(user(1), seen, client, 25s,
                              [this](Wake why) { woken.push_back(why); });
  }

  Stage stage{1, {}, room_of_two()};
  std::vector<Wake> woken;
};

TEST_F(WaitTest, IsToldOfAnEventOnceAndNeverInsideTheCall) {
  const auto handle = wait(EventId(101));
  EXPECT_TRUE(woken.empty());
  stage.settle();
  EXPECT_EQ(woken, std::vector{Wake::kEvents});
  stage.log.say(user(2), conversation(1));
  stage.commit();
  EXPECT_EQ(woken.size(), 1U);
}

TEST_F(WaitTest, ParksUntilAnEventConcernsTheUser) {
  const auto handle = wait(EventId(102));
  stage.settle();
  stage.log.say(user(5), conversation(6));
  stage.commit();
  EXPECT_TRUE(woken.empty());
  EXPECT_EQ(stage.local().parked(), 1U);
  stage.log.say(user(2), conversation(1));
  stage.commit();
  EXPECT_EQ(woken, std::vector{Wake::kEvents});
  EXPECT_EQ(stage.local().parked(), 0U);
}

TEST_F(WaitTest, TimesOut) {
  const auto handle = wait(EventId(102));
  stage.pass(24900ms);
  EXPECT_TRUE(woken.empty());
  stage.pass(300ms);
  EXPECT_EQ(woken, std::vector{Wake::kTimeout});
}

TEST_F(WaitTest, IsCancelledByDestroyingIt) {
  auto early = wait(EventId(101));
  early.reset();
  auto parked = wait(EventId(102));
  stage.settle();
  parked.reset();
  EXPECT_EQ(stage.local().parked(), 0U);
  stage.log.say(user(2), conversation(1));
  stage.commit();
  stage.pass(60s);
  EXPECT_TRUE(woken.empty());
}

TEST_F(WaitTest, ANewerOneOfTheSameClientSupersedesIt) {
  const auto older = wait(EventId(102));
  stage.settle();
  const auto newer = wait(EventId(102));
  const auto other = wait(EventId(102), "another");
  stage.settle();
  EXPECT_EQ(woken, std::vector{Wake::kSuperseded});
  EXPECT_EQ(stage.local().parked(), 2U);
}

TEST_F(WaitTest, WakesWhenTheServerDrainsAndWhenASessionEnds) {
  const auto first = wait(EventId(102));
  stage.settle();
  stage.log.end_session(user(1), SessionId(9));
  stage.commit();
  EXPECT_EQ(woken, std::vector{Wake::kSessionEnded});
  const auto second = wait(EventId(103));
  stage.settle();
  stage.hub->drain(0s);
  stage.settle();
  EXPECT_EQ(woken.back(), Wake::kDrain);
}

TEST_F(WaitTest, CountsAsAStreamForPresence) {
  auto handle = wait(EventId(102));
  stage.settle();
  EXPECT_TRUE(stage.local().presence(user(1)).online);
  stage.pass(20s);
  handle.reset();
  stage.pass(29s);
  EXPECT_TRUE(stage.local().presence(user(1)).online);
  stage.pass(1500ms);
  EXPECT_FALSE(stage.local().presence(user(1)).online);
}

// Goal: whoever is woken may let go of the handle, or wait again, inside the call.
TEST_F(WaitTest, MayBeRepeatedInsideItsOwnCall) {
  std::unique_ptr<Wait> handle;
  std::vector<EventId> seen;
  std::function<void(Wake)> again = [&](Wake why) {
    if (why == Wake::kEvents) {
      seen.push_back(stage.log.head());
      handle = stage.local().wait(user(1), stage.log.head(), "classic", 25s, again);
    }
  };
  handle = stage.local().wait(user(1), EventId(102), "classic", 25s, again);
  stage.settle();
  for (int i = 0; i < 3; ++i) {
    stage.log.say(user(2), conversation(1));
    stage.commit();
  }
  EXPECT_EQ(seen.size(), 3U);
  handle.reset();
}

}  // namespace
}  // namespace keepline::push
