#include "base/clock.h"

#include <fmt/format.h>

namespace keepline::base {

Time SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Tick SystemClock::tick() const {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now());
}

std::string to_rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

namespace {

/// Takes `digits` digits off `text`; nothing where there are none.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) {
    return std::nullopt;
  }
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  const bool there = !text.empty() && any_of.find(text.front()) != std::string_view::npos;
  text.remove_prefix(there ? 1 : 0);
  return there;
}

/// The part of a second behind its dot, in milliseconds.
std::optional<int> take_fraction(std::string_view& text) {
  int millis = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (const auto digit = take_number(text, 1)) {
    millis += *digit * scale;
    scale /= 10;
    ++digits;
  }
  return digits == 0 ? std::nullopt : std::optional(millis);
}

/// "Z", "+08:00" or "-03:30", in minutes.
std::optional<int> take_offset(std::string_view& text) {
  if (take(text, "Zz")) {
    return 0;
  }
  const bool behind = !text.empty() && text.front() == '-';
  if (!take(text, "+-")) {
    return std::nullopt;
  }
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  const int offset = *hours * 60 + *minutes;
  return behind ? -offset : offset;
}

}  // namespace

std::optional<Time> from_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_number(text, 4);
  if (!y || !take(text, "-")) {
    return std::nullopt;
  }
  const auto m = take_number(text, 2);
  if (!m || !take(text, "-")) {
    return std::nullopt;
  }
  const auto d = take_number(text, 2);
  if (!d || !take(text, "Tt ")) {
    return std::nullopt;
  }
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)),
                            day(static_cast<unsigned>(*d))};
  const auto h = take_number(text, 2);
  if (!date.ok() || !h || *h > 23 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto min = take_number(text, 2);
  if (!min || *min > 59 || !take(text, ":")) {
    return std::nullopt;
  }
  const auto s = take_number(text, 2);
  constexpr int kLeapSecond = 60;
  if (!s || *s > kLeapSecond) {
    return std::nullopt;
  }
  int millis = 0;
  if (take(text, ".")) {
    const auto fraction = take_fraction(text);
    if (!fraction) {
      return std::nullopt;
    }
    millis = *fraction;
  }
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) {
    return std::nullopt;
  }
  const Time time =
      sys_days(date) + hours(*h) + minutes(*min - *offset) + seconds(*s) + milliseconds(millis);
  constexpr Time kLast{milliseconds{253'402'300'799'999}};
  return time < Time{} || time > kLast ? std::nullopt : std::optional(time);
}

}  // namespace keepline::base
