#include "base/clock.h"

#include <gtest/gtest.h>

namespace keepline::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Clock, WritesMomentsInUtcWithMilliseconds) {
  EXPECT_EQ(to_rfc3339(from_millis(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(from_millis(1'769'852'400'123)), "2026-01-31T09:40:00.123Z");
  EXPECT_EQ(to_rfc3339(from_millis(951'782'400'000)), "2000-02-29T00:00:00.000Z");
}

TEST(Clock, WritesMomentsBefore1970) {
  EXPECT_EQ(to_rfc3339(from_millis(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, KeepsMillisecondsThroughStorage) {
  const Time time = from_millis(1'769'852'400'123);
  EXPECT_EQ(from_millis(to_millis(time)), time);
}

TEST(SystemClock, NeverTicksBackwards) {
  const SystemClock clock;
  const Tick before = clock.tick();
  EXPECT_LE(before, clock.tick());
  EXPECT_GT(clock.now(), from_millis(0));
}

TEST(FakeClock, MovesOnlyByHand) {
  FakeClock clock;
  const Time now = clock.now();
  const Tick tick = clock.tick();
  EXPECT_EQ(clock.now(), now);

  clock.advance(seconds{2});
  EXPECT_EQ(clock.now() - now, seconds{2});
  EXPECT_EQ(clock.tick() - tick, seconds{2});
}

TEST(FakeClock, JumpsOnTheWallAlone) {
  FakeClock clock;
  const Time now = clock.now();
  const Tick tick = clock.tick();
  clock.jump(milliseconds{-500});
  EXPECT_EQ(clock.now() - now, milliseconds{-500});
  EXPECT_EQ(clock.tick(), tick);
}

}  // namespace
}  // namespace keepline::base
