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

TEST(Rfc3339, IsReadAsItIsWritten) {
  for (const std::int64_t millis : {0LL, 1LL, 1'750'000'000'123LL, 253'402'300'799'999LL}) {
    EXPECT_EQ(from_rfc3339(to_rfc3339(from_millis(millis))), from_millis(millis)) << millis;
  }
  EXPECT_EQ(from_rfc3339("2026-01-31T09:40:00Z"), from_rfc3339("2026-01-31T09:40:00.000Z"));
  EXPECT_EQ(from_rfc3339("2026-01-31T17:40:00+08:00"), from_rfc3339("2026-01-31T09:40:00Z"));
  EXPECT_EQ(from_rfc3339("2026-01-31T06:10:00-03:30"), from_rfc3339("2026-01-31T09:40:00Z"));
  EXPECT_EQ(from_rfc3339("2026-01-31t09:40:00.5z"), from_rfc3339("2026-01-31T09:40:00.500Z"));
  EXPECT_EQ(from_rfc3339("2026-01-31T09:40:00.123999Z"), from_rfc3339("2026-01-31T09:40:00.123Z"));
  EXPECT_TRUE(from_rfc3339("2028-02-29T00:00:00Z")) << "a leap year";
}

TEST(Rfc3339, RefusesWhatIsNoMoment) {
  for (const std::string_view text :
       {"", "2026", "2026-01-31", "2026-01-31T09:40:00", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31T09:60:00Z", "2026-01-31T09:40:61Z", "2026-01-31T09:40:00.Z",
        "2026-01-31T09:40:00Zx", "2026-01-31T09:40:00+0800", "2026-01-31T09:40:00+24:00",
        " 2026-01-31T09:40:00Z", "-026-01-31T09:40:00Z", "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
    EXPECT_FALSE(from_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace keepline::base
