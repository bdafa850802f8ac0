#include "entity/cursor.h"

#include <fmt/format.h>

#include <charconv>

namespace keepline::entity {
namespace {

/// Takes "<number>" and the dot behind it off `text`; the last number has no dot. One text for one
/// number: no sign, no leading zero, no capital hex digit.
template <class Number>
bool take(std::string_view& text, Number& number, int radix, bool last) {
  const std::size_t dot = text.find('.');
  if ((dot == std::string_view::npos) != last) {
    return false;
  }
  const std::string_view digits = text.substr(0, dot);
  text.remove_prefix(last ? text.size() : dot + 1);
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) {
    return false;
  }
  for (const char c : digits) {
    const bool decimal = c >= '0' && c <= '9';
    const bool hex = radix == 16 && c >= 'a' && c <= 'f';
    if (!decimal && !hex) {
      return false;
    }
  }
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, radix);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
}

}  // namespace

std::string encode(const Cursor& cursor) {
  return fmt::format("1.{}.{}.{:x}.{}", cursor.epoch, cursor.event.value, cursor.run,
                     cursor.signal);
}

std::optional<Cursor> decode_cursor(std::string_view text) {
  constexpr std::size_t kCharsMax = 80;
  if (text.size() > kCharsMax) {
    return std::nullopt;
  }
  int form = 0;
  Cursor cursor;
  if (!take(text, form, 10, false) || form != 1 || !take(text, cursor.epoch, 10, false) ||
      !take(text, cursor.event.value, 10, false) || !take(text, cursor.run, 16, false) ||
      !take(text, cursor.signal, 10, true) || cursor.event.value > base::kIdMax) {
    return std::nullopt;
  }
  return cursor;
}

}  // namespace keepline::entity
