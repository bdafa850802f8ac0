#include "api/classic_turns.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace keepline::api {
namespace {

using entity::EventId;
using entity::UserId;

class ClassicTurnsTest : public testing::Test {
 protected:
  void start(std::size_t users_max = ClassicTurns::kUsersMax) {
    turns.emplace(std::vector<net::Shard*>{&first, &second}, users_max);
    first.start();
    second.start();
  }
  void TearDown() override {
    first.stop();
    second.stop();
  }

  /// Takes a turn and waits for it.
  ClassicTurns::Turn take(UserId user, net::Shard& shard) {
    std::promise<ClassicTurns::Turn> came;
    turns->take(user, shard, [&](ClassicTurns::Turn turn) { came.set_value(std::move(turn)); });
    return came.get_future().get();
  }

  base::SystemClock clock;
  net::Shard first{0, clock};
  net::Shard second{1, clock};
  std::optional<ClassicTurns> turns;
};

TEST_F(ClassicTurnsTest, RemembersHowFarAUserGotAcrossShards) {
  start();
  take(UserId(5), first).advance(EventId(40));
  EXPECT_EQ(take(UserId(5), second).position(), EventId(40));
  EXPECT_EQ(take(UserId(6), second).position(), EventId());
}

TEST_F(ClassicTurnsTest, NeverMovesBack) {
  start();
  take(UserId(5), first).advance(EventId(40));
  take(UserId(5), first).advance(EventId(7));
  EXPECT_EQ(take(UserId(5), first).position(), EventId(40));
}

// Goal: who asks while an answer is being written sees the position after it.
// Method: many takers of one user on both shards; each checks that it is alone, and moves on by
// one.
TEST_F(ClassicTurnsTest, GivesOneTurnAtATime) {
  start();
  constexpr int kTakers = 500;
  std::atomic<int> inside = 0;
  std::atomic<int> crowded = 0;
  std::atomic<int> left = kTakers;
  std::promise<void> done;
  for (int i = 0; i < kTakers; ++i) {
    net::Shard& here = i % 2 == 0 ? first : second;
    turns->take(UserId(5), here, [&, i](ClassicTurns::Turn turn) {
      crowded += inside.fetch_add(1) != 0 ? 1 : 0;
      // Held beyond this task, as it is while an answer is written.
      auto held = std::make_shared<ClassicTurns::Turn>(std::move(turn));
      (i % 3 == 0 ? first : second).post([&, held] {
        held->advance(EventId(held->position().value + 1));
        inside -= 1;
        *held = {};
        if (left.fetch_sub(1) == 1) {
          done.set_value();
        }
      });
    });
  }
  done.get_future().get();
  EXPECT_EQ(crowded, 0);
  EXPECT_EQ(take(UserId(5), first).position(), EventId(kTakers));
}

TEST_F(ClassicTurnsTest, DoesNotMakeOneUserWaitForAnother) {
  start();
  const ClassicTurns::Turn held = take(UserId(5), first);
  EXPECT_EQ(take(UserId(6), first).position(), EventId());
}

TEST_F(ClassicTurnsTest, MakesRoomByForgettingSomebodyWhoIsNotHere) {
  start(1);
  const ClassicTurns::Turn held = take(UserId(2), first);
  // The same home as 2 or another: at most one user who is not here is remembered for each shard.
  for (std::int64_t id = 3; id < 40; ++id) {
    take(UserId(id), first).advance(EventId(9));
  }
  int remembered = 0;
  for (std::int64_t id = 3; id < 40; ++id) {
    remembered += take(UserId(id), first).position() == EventId(9) ? 1 : 0;
  }
  EXPECT_LE(remembered, 2);
}

TEST_F(ClassicTurnsTest, MayEndBeforeItsTurns) {
  start();
  ClassicTurns::Turn held = take(UserId(2), first);
  first.stop();
  second.stop();
  turns.reset();
  held = {};
}

}  // namespace
}  // namespace keepline::api
