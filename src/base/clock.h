#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace keepline::base {

/// A moment in UTC, to the millisecond: what is stored and shown.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// A moment on a clock that never jumps: what deadlines are measured with.
using Tick = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// Where time comes from. An interface so that a test can hold time still.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual Tick tick() const = 0;
};

/// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  Tick tick() const override;
};

/// A clock that a test moves by hand. Lives on one thread.
class FakeClock final : public Clock {
 public:
  Time now() const override { return now_; }
  Tick tick() const override { return tick_; }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    tick_ += by;
  }
  /// Moves the wall clock alone, as an administrator or NTP would.
  void jump(std::chrono::milliseconds by) { now_ += by; }

 private:
  Time now_{std::chrono::milliseconds{1'750'000'000'000}};
  Tick tick_{std::chrono::seconds{1000}};
};

/// `time` as RFC 3339 in UTC with milliseconds: "2026-01-31T09:40:00.123Z".
std::string to_rfc3339(Time time);

/// The moment that `text` names, as RFC 3339 has it: a date and a time with or without parts of a
/// second (what is finer than a millisecond is cut off), and `Z` or an offset. Nothing for anything
/// else, and outside the years 1970-9999 in UTC.
std::optional<Time> from_rfc3339(std::string_view text);

/// Milliseconds since 1970: how times are stored.
inline std::int64_t to_millis(Time time) { return time.time_since_epoch().count(); }
inline Time from_millis(std::int64_t millis) { return Time{std::chrono::milliseconds{millis}}; }

}  // namespace keepline::base
