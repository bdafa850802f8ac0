#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace keepline::net {

/// What a byte may be part of, in the words of RFC 9110 and 9112. Several at once, as bits.
enum CharClass : std::uint8_t {
  kTokenChar = 1,   ///< a header's name, a method
  kValueChar = 2,   ///< a header's value: VCHAR, SP, HTAB, obs-text
  kTargetChar = 4,  ///< a request target as browsers send it: VCHAR but '"', '<', '>', '#'
  kHostChar = 8,    ///< a host's name or IPv4 address
};

inline constexpr auto kCharClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  const auto add = [&](std::string_view chars, CharClass what) {
    for (const char each : chars) {
      auto& slot = classes[static_cast<std::uint8_t>(each)];
      slot = static_cast<std::uint8_t>(slot | what);
    }
  };
  constexpr std::string_view kAlphanumeric =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  add(kAlphanumeric, kTokenChar);
  add("!#$%&'*+-.^_`|~", kTokenChar);
  add(kAlphanumeric, kHostChar);
  add("-._", kHostChar);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (i == '\t' || (i >= 0x20 && i != 0x7f)) {
      classes[i] = static_cast<std::uint8_t>(classes[i] | kValueChar);
    }
    if (i > 0x20 && i < 0x7f && i != '"' && i != '<' && i != '>' && i != '#') {
      classes[i] = static_cast<std::uint8_t>(classes[i] | kTargetChar);
    }
  }
  return classes;
}();

inline bool is_char(char c, CharClass what) {
  return (kCharClasses[static_cast<std::uint8_t>(c)] & what) != 0;
}

inline bool all_chars(std::string_view text, CharClass what) {
  return std::ranges::all_of(text, [what](char c) { return is_char(c, what); });
}

inline bool is_token(std::string_view text) { return !text.empty() && all_chars(text, kTokenChar); }

/// The value of a hex digit, or -1.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether `text` is `lower`, which is in lower case, without regard to the case of `text`.
inline bool equals_lower(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, to_lower);
}

/// `text` without the spaces and tabs around it (OWS).
inline std::string_view trim_ows(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace keepline::net
