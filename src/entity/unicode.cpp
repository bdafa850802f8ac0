#include "entity/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/check.h"

namespace keepline::entity {
namespace {

/// utf8proc gives out what free() takes back.
struct Free {
  void operator()(utf8proc_uint8_t* bytes) const {
    std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc)
  }
};

/// utf8proc takes options as an enum that is meant to be or-ed.
utf8proc_option_t options(unsigned flags) { return static_cast<utf8proc_option_t>(flags); }

std::string map(std::string_view text, utf8proc_option_t flags) {
  utf8proc_uint8_t* raw = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &raw, flags);
  const std::unique_ptr<utf8proc_uint8_t, Free> owned(raw);
  base::check(length >= 0, "utf8proc was given text that is not UTF-8");
  return {reinterpret_cast<const char*>(owned.get()), static_cast<std::size_t>(length)};
}

/// Reads the code point at `at`; its length in bytes.
std::size_t read(std::string_view text, std::size_t at, char32_t& c) {
  utf8proc_int32_t value = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &value);
  base::check(length > 0, "text that is not UTF-8");
  c = static_cast<char32_t>(value);
  return static_cast<std::size_t>(length);
}

utf8proc_category_t category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

}  // namespace

std::string to_nfc(std::string_view text) {
  return map(text, options(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
}

std::string to_nfkc_casefold(std::string_view text) {
  return map(text, options(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
}

std::vector<char32_t> to_code_points(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = 0;
    at += read(text, at, c);
    points.push_back(c);
  }
  return points;
}

bool is_letter(char32_t c) {
  const auto kind = category(c);
  return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LL ||
         kind == UTF8PROC_CATEGORY_LT || kind == UTF8PROC_CATEGORY_LM ||
         kind == UTF8PROC_CATEGORY_LO;
}

bool is_mark(char32_t c) {
  const auto kind = category(c);
  return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_MC;
}

bool is_digit(char32_t c) { return category(c) == UTF8PROC_CATEGORY_ND; }

bool is_space(char32_t c) {
  if ((c >= 0x09 && c <= 0x0D) || c == 0x85) {
    return true;
  }
  const auto kind = category(c);
  return kind == UTF8PROC_CATEGORY_ZS || kind == UTF8PROC_CATEGORY_ZL ||
         kind == UTF8PROC_CATEGORY_ZP;
}

bool is_control(char32_t c) {
  const auto kind = category(c);
  return kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_ZL ||
         kind == UTF8PROC_CATEGORY_ZP;
}

bool is_bidi_control(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_invisible(char32_t c) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->ignorable != 0;
}

bool is_picture(char32_t c) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->boundclass ==
         UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool is_unspaced(char32_t c) {
  struct Range {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array kRanges{
      Range{0x0E00, 0x0EFF},    // Thai, Lao
      Range{0x1000, 0x109F},    // Myanmar
      Range{0x1100, 0x11FF},    // Hangul
      Range{0x1780, 0x17FF},    // Khmer
      Range{0x2E80, 0x2FDF},    // radicals
      Range{0x3005, 0x3007},    // iteration marks
      Range{0x3040, 0x318F},    // kana, bopomofo, Hangul
      Range{0x31A0, 0x31FF},    //
      Range{0x3400, 0x4DBF},    // Han
      Range{0x4E00, 0x9FFF},    //
      Range{0xAC00, 0xD7FF},    // Hangul
      Range{0xF900, 0xFAFF},    // Han
      Range{0xFF66, 0xFFDC},    // half-width kana and Hangul
      Range{0x20000, 0x3FFFF},  // Han
  };
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

std::string_view first_code_points(std::string_view text, std::size_t points) {
  std::size_t at = 0;
  for (; at < text.size() && points > 0; --points) {
    char32_t c = 0;
    at += read(text, at, c);
  }
  return text.substr(0, at);
}

void append_utf8(std::string& out, char32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

std::string_view trim(std::string_view text) {
  while (!text.empty()) {
    char32_t c = 0;
    const std::size_t length = read(text, 0, c);
    if (!is_space(c)) {
      break;
    }
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) {
      --start;
    }
    char32_t c = 0;
    read(text, start, c);
    if (!is_space(c)) {
      break;
    }
    text.remove_suffix(text.size() - start);
  }
  return text;
}

}  // namespace keepline::entity
