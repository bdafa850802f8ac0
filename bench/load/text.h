#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace keepline::bench {

/// Stands in each text before the number that a waiter knows the message by.
constexpr std::string_view kMark = "bench ";
constexpr std::size_t kMarkDigits = 8;

/// The text of message `mark`, of an ordinary length; nothing in it needs escaping in JSON.
inline std::string text_of(std::uint32_t mark) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%08u", static_cast<unsigned>(mark % 100'000'000U));
  std::string text(kMark);
  return text.append(digits).append(" is of an ordinary length, as people write them");
}

/// The number at the beginning of `text`, which follows a kMark.
inline std::uint32_t mark_at(std::string_view text) {
  std::uint32_t mark = 0;
  for (const char c : text.substr(0, kMarkDigits)) {
    mark = mark * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return mark;
}

}  // namespace keepline::bench
