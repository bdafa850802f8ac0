#include "entity/words.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/check.h"
#include "entity/unicode.h"

namespace keepline::entity {
namespace {

/// A character may map to this many.
constexpr std::size_t kDecomposedMax = 20;

bool is_accent(char32_t c) { return c >= 0x0300 && c <= 0x036F; }

/// Characters that are what they map to, and take no mark: most of what is written.
bool is_plain_single(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0xAC00 && c <= 0xD7A3);
}

bool is_plain_ascii(unsigned char byte) { return byte < 0x80; }

/// A mark, or a half-width sound mark of kana, which stands for one.
bool is_mark_here(char32_t c) {
  if (c < 0x0300) {
    return false;
  }
  const auto kind = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_MC ||
         kind == UTF8PROC_CATEGORY_ME || c == 0xFF9E || c == 0xFF9F;
}

char32_t read_point(std::string_view text, std::size_t at, std::size_t& length) {
  utf8proc_int32_t value = 0;
  const auto count = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                      static_cast<utf8proc_ssize_t>(text.size() - at), &value);
  if (count <= 0) {  // what reaches this from outside of the rules is passed over
    length = 1;
    return 0xFFFD;
  }
  length = static_cast<std::size_t>(count);
  return static_cast<char32_t>(value);
}

}  // namespace

WordReader::Kind WordReader::kind_of(char32_t c) {
  if (c < 0x80) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
               ? Kind::kLetter
               : Kind::kNothing;
  }
  if (is_plain_single(c)) {
    return Kind::kSingle;
  }
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
      return c >= 0x0E00 && is_unspaced(c) ? Kind::kSingle : Kind::kLetter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Kind::kMark;
    default:
      return is_picture(c) ? Kind::kSingle : Kind::kNothing;
  }
}

void WordReader::append(char32_t c) {
  if (points_ < kWordMax) {
    append_utf8(buffer_, c);
    ++points_;
  }
}

void WordReader::read_cluster() {
  cluster_begin_ = at_;
  cluster_next_ = 0;
  std::size_t length = 0;
  const char32_t first = read_point(text_, at_, length);
  at_ += length;
  const bool marked = at_ < text_.size() &&
                      !is_plain_ascii(static_cast<unsigned char>(text_[at_])) &&
                      is_mark_here(read_point(text_, at_, length));
  if (!marked && (first < 0x80 || is_plain_single(first))) {
    cluster_[0] = first >= 'A' && first <= 'Z' ? first + ('a' - 'A') : first;
    cluster_size_ = 1;
    return;
  }
  // Decompose the character and the marks on it, drop the accents, and compose the rest.
  std::array<utf8proc_int32_t, kClusterMax> points{};
  std::size_t size = 0;
  const auto add = [&](char32_t c) {
    std::array<utf8proc_int32_t, kDecomposedMax> parts{};
    int boundary = 0;
    const auto count = utf8proc_decompose_char(
        static_cast<utf8proc_int32_t>(c), parts.data(), kDecomposedMax,
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                                       UTF8PROC_CASEFOLD | UTF8PROC_IGNORE),
        &boundary);
    for (std::size_t i = 0;
         count > 0 && i < std::min(static_cast<std::size_t>(count), parts.size()); ++i) {
      if (!is_accent(static_cast<char32_t>(parts.at(i))) && size < points.size()) {
        points.at(size++) = parts.at(i);
      }
    }
  };
  add(first);
  while (at_ < text_.size() && !is_plain_ascii(static_cast<unsigned char>(text_[at_]))) {
    const char32_t mark = read_point(text_, at_, length);
    if (!is_mark_here(mark)) {
      break;
    }
    add(mark);
    at_ += length;
  }
  if (size > 1) {
    const auto count = utf8proc_normalize_utf32(
        points.data(), static_cast<utf8proc_ssize_t>(size),
        static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    size = count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  cluster_size_ = size;
  std::transform(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(size),
                 cluster_.begin(), [](utf8proc_int32_t c) { return static_cast<char32_t>(c); });
}

/// Puts `c` to the word; whether that ends it.
bool WordReader::take(char32_t c) {
  const Kind kind = kind_of(c);
  const bool begun = points_ > 0;
  if (kind == Kind::kMark ? !begun : kind == Kind::kNothing) {
    ++cluster_next_;
    return begun;
  }
  if (kind == Kind::kSingle) {
    if (begun) {
      return true;  // it waits until the word before it was given out
    }
    ++cluster_next_;
    word_.begin = cluster_begin_;
    word_.end = at_;
    append(c);
    // The marks of Thai and its neighbours belong to the letter.
    while (cluster_next_ < cluster_size_ && kind_of(cluster_.at(cluster_next_)) == Kind::kMark) {
      append(cluster_.at(cluster_next_++));
    }
    return true;
  }
  ++cluster_next_;
  if (!begun) {
    word_.begin = cluster_begin_;
  }
  word_.end = at_;
  append(c);
  return false;
}

bool WordReader::next() {
  buffer_.clear();
  points_ = 0;
  while (true) {
    while (cluster_next_ < cluster_size_) {
      if (take(cluster_.at(cluster_next_))) {
        word_.text = buffer_;
        return true;
      }
    }
    if (at_ >= text_.size()) {
      word_.text = buffer_;
      return points_ > 0;
    }
    read_cluster();
  }
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  WordReader reader(text);
  while (reader.next()) {
    words.emplace_back(reader.word().text);
  }
  return words;
}

}  // namespace keepline::entity
