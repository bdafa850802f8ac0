#include "net/wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"

namespace keepline::net {

namespace {

using std::chrono::milliseconds;

class Bell final : public Timer {
 public:
  explicit Bell(std::function<void()> rung) : rung_(std::move(rung)) {}

 private:
  void expired() override { rung_(); }
  std::function<void()> rung_;
};

/// A wheel that is turned on time.
class WheelTest : public ::testing::Test {
 protected:
  void run(milliseconds span, milliseconds step = milliseconds{10}) {
    for (milliseconds gone{0}; gone < span; gone += step) {
      clock.advance(step);
      wheel.advance(clock.tick());
    }
  }
  base::FakeClock clock;
  Wheel wheel{clock.tick()};
};

}  // namespace

static_assert(sizeof(Timer) == 32);

// Goal: never early, and at most two turns late, for any delay armed at any moment of a turn.
TEST_F(WheelTest, FiresAtItsDeadlineOrUpToTwoTurnsLater) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  struct Armed {
    std::unique_ptr<Bell> bell;
    base::Tick deadline;
    base::Tick fired{};
  };
  std::vector<Armed> all(500);
  for (auto& each : all) {
    run(milliseconds{1 + random() % 30}, milliseconds{1});
    const milliseconds delay{random() % 120'000};
    each.deadline = clock.tick() + delay;
    each.bell = std::make_unique<Bell>([&] { each.fired = clock.tick(); });
    wheel.arm(*each.bell, delay);
  }
  run(milliseconds{121'000}, milliseconds{1});
  for (const auto& each : all) {
    ASSERT_GE(each.fired, each.deadline);
    ASSERT_LE(each.fired, each.deadline + 2 * Wheel::kTurn);
  }
  EXPECT_EQ(wheel.armed(), 0U);
}

TEST_F(WheelTest, IsAtMostOneTurnLateForWholeTurns) {
  base::Tick fired{};
  Bell bell([&] { fired = clock.tick(); });
  run(milliseconds{70});
  const auto deadline = clock.tick() + milliseconds{25'000};
  wheel.arm(bell, milliseconds{25'000});
  run(milliseconds{26'000});
  EXPECT_GE(fired, deadline);
  EXPECT_LE(fired, deadline + Wheel::kTurn);
}

TEST_F(WheelTest, ForgetsADisarmedOrDestroyedTimer) {
  int rung = 0;
  Bell bell([&] { ++rung; });
  auto gone = std::make_unique<Bell>([&] { ++rung; });
  wheel.arm(bell, milliseconds{100});
  wheel.arm(*gone, milliseconds{100});
  EXPECT_EQ(wheel.armed(), 2U);
  bell.disarm();
  EXPECT_FALSE(bell.armed());
  gone.reset();
  EXPECT_EQ(wheel.armed(), 0U);
  run(milliseconds{1000});
  EXPECT_EQ(rung, 0);
}

TEST_F(WheelTest, MovesATimerThatIsArmedAgain) {
  std::vector<base::Tick> rung;
  Bell bell([&] { rung.push_back(clock.tick()); });
  wheel.arm(bell, milliseconds{100});
  wheel.arm(bell, milliseconds{1000});
  EXPECT_EQ(wheel.armed(), 1U);
  const auto armed_at = clock.tick();
  run(milliseconds{2000});
  ASSERT_EQ(rung.size(), 1U);
  EXPECT_GE(rung[0], armed_at + milliseconds{1000});
}

TEST_F(WheelTest, LetsAFiringTimerArmItselfAgain) {
  int rung = 0;
  Bell* self = nullptr;
  Bell bell([&] {
    EXPECT_FALSE(self->armed());
    if (++rung < 5) {
      wheel.arm(*self, milliseconds{0});
    }
  });
  self = &bell;
  wheel.arm(bell, milliseconds{0});
  run(milliseconds{100}, milliseconds{100});
  EXPECT_EQ(rung, 1) << "what is armed in a turn never fires in the same turn";
  run(milliseconds{2000});
  EXPECT_EQ(rung, 5);
}

TEST_F(WheelTest, LetsAFiringTimerDestroyItselfAndOthers) {
  std::vector<std::unique_ptr<Bell>> bells(10);
  int rung = 0;
  for (auto& bell : bells) {
    bell = std::make_unique<Bell>([&] {
      ++rung;
      const auto doomed = std::move(bells);
      bells.clear();
    });
    wheel.arm(*bell, milliseconds{100});
  }
  run(milliseconds{1000});
  EXPECT_EQ(rung, 1);
  EXPECT_EQ(wheel.armed(), 0U);
}

// Goal: a shard that stood still, or a simulator that jumps, fires each timer once and none early.
TEST_F(WheelTest, FiresEverythingDueAfterALongStandstill) {
  std::vector<int> order;
  Bell first([&] { order.push_back(1); });
  Bell second([&] { order.push_back(2); });
  Bell never([&] { order.push_back(3); });
  wheel.arm(second, milliseconds{20'000});
  wheel.arm(first, milliseconds{10'000});
  wheel.arm(never, std::chrono::hours{24 * 400});
  clock.advance(milliseconds{30'000});
  wheel.advance(clock.tick());
  EXPECT_EQ(order, (std::vector{1, 2}));
  wheel.arm(first, milliseconds{10'000});
  clock.advance(std::chrono::hours{24 * 365});
  wheel.advance(clock.tick());
  EXPECT_EQ(order, (std::vector{1, 2, 1}));
  EXPECT_TRUE(never.armed());
}

TEST_F(WheelTest, MayEndBeforeItsTimers) {
  Bell bell([] { FAIL(); });
  {
    Wheel other(clock.tick());
    other.arm(bell, milliseconds{100});
  }
  EXPECT_FALSE(bell.armed());
}

TEST_F(WheelTest, StandsStillWhenTimeDoes) {
  int rung = 0;
  Bell bell([&] { ++rung; });
  wheel.arm(bell, milliseconds{0});
  for (int i = 0; i < 1000; ++i) {
    wheel.advance(clock.tick());
  }
  EXPECT_EQ(rung, 0);
}

}  // namespace keepline::net
