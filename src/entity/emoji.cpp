#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "entity/unicode.h"
#include "entity/validate.h"

namespace keepline::entity {
namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr char32_t kJoiner = 0x200D;
constexpr char32_t kAsPicture = 0xFE0F;
constexpr char32_t kKeycap = 0x20E3;

struct Range {
  char32_t first;
  char32_t last;
};

/// Below U+1F000 pictures are shown as text by themselves, but for these (Emoji_Presentation).
constexpr std::array kPicturesBelow{
    Range{0x231A, 0x231B}, Range{0x23E9, 0x23EC}, Range{0x23F0, 0x23F0}, Range{0x23F3, 0x23F3},
    Range{0x25FD, 0x25FE}, Range{0x2614, 0x2615}, Range{0x2648, 0x2653}, Range{0x267F, 0x267F},
    Range{0x2693, 0x2693}, Range{0x26A1, 0x26A1}, Range{0x26AA, 0x26AB}, Range{0x26BD, 0x26BE},
    Range{0x26C4, 0x26C5}, Range{0x26CE, 0x26CE}, Range{0x26D4, 0x26D4}, Range{0x26EA, 0x26EA},
    Range{0x26F2, 0x26F3}, Range{0x26F5, 0x26F5}, Range{0x26FA, 0x26FA}, Range{0x26FD, 0x26FD},
    Range{0x2705, 0x2705}, Range{0x270A, 0x270B}, Range{0x2728, 0x2728}, Range{0x274C, 0x274C},
    Range{0x274E, 0x274E}, Range{0x2753, 0x2755}, Range{0x2757, 0x2757}, Range{0x2795, 0x2797},
    Range{0x27B0, 0x27B0}, Range{0x27BF, 0x27BF}, Range{0x2B1B, 0x2B1C}, Range{0x2B50, 0x2B50},
    Range{0x2B55, 0x2B55},
};

/// From there on they are shown as pictures, but for these.
constexpr std::array kTextAbove{
    Range{0x1F170, 0x1F171}, Range{0x1F17E, 0x1F17F}, Range{0x1F202, 0x1F202},
    Range{0x1F237, 0x1F237}, Range{0x1F321, 0x1F321}, Range{0x1F324, 0x1F32C},
    Range{0x1F336, 0x1F336}, Range{0x1F37D, 0x1F37D}, Range{0x1F396, 0x1F397},
    Range{0x1F399, 0x1F39B}, Range{0x1F39E, 0x1F39F}, Range{0x1F3CB, 0x1F3CE},
    Range{0x1F3D4, 0x1F3DF}, Range{0x1F3F3, 0x1F3F3}, Range{0x1F3F5, 0x1F3F5},
    Range{0x1F3F7, 0x1F3F7}, Range{0x1F43F, 0x1F43F}, Range{0x1F441, 0x1F441},
    Range{0x1F4FD, 0x1F4FD}, Range{0x1F549, 0x1F54A}, Range{0x1F56F, 0x1F570},
    Range{0x1F573, 0x1F579}, Range{0x1F587, 0x1F587}, Range{0x1F58A, 0x1F58D},
    Range{0x1F590, 0x1F590}, Range{0x1F5A5, 0x1F5A5}, Range{0x1F5A8, 0x1F5A8},
    Range{0x1F5B1, 0x1F5B2}, Range{0x1F5BC, 0x1F5BC}, Range{0x1F5C2, 0x1F5C4},
    Range{0x1F5D1, 0x1F5D3}, Range{0x1F5DC, 0x1F5DE}, Range{0x1F5E1, 0x1F5E1},
    Range{0x1F5E3, 0x1F5E3}, Range{0x1F5E8, 0x1F5E8}, Range{0x1F5EF, 0x1F5EF},
    Range{0x1F5F3, 0x1F5F3}, Range{0x1F5FA, 0x1F5FA}, Range{0x1F6CB, 0x1F6CB},
    Range{0x1F6CD, 0x1F6CF}, Range{0x1F6E0, 0x1F6E5}, Range{0x1F6E9, 0x1F6E9},
    Range{0x1F6F0, 0x1F6F0}, Range{0x1F6F3, 0x1F6F3},
};

bool within(std::span<const Range> ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

bool shown_as_text(char32_t c) {
  constexpr char32_t kAbove = 0x1F000;
  return c < kAbove ? !within(kPicturesBelow, c) : within(kTextAbove, c);
}

bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_region(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }
bool is_tag(char32_t c) { return c >= 0xE0020 && c <= 0xE007E; }
constexpr char32_t kTagsEnd = 0xE007F;

/// Reads the grammar of UTS #51 off a row of code points, and writes it as recommended.
class EmojiReader {
 public:
  explicit EmojiReader(std::vector<char32_t> points) : points_(std::move(points)) {}

  /// Whether all of it is one emoji.
  bool read() {
    if (points_.size() == 2 && is_region(points_[0]) && is_region(points_[1])) {
      append_utf8(out_, points_[0]);
      append_utf8(out_, points_[1]);
      return true;
    }
    if (is_keycap_base(peek())) {
      append_utf8(out_, take());
      skip(kAsPicture);
      append_utf8(out_, kAsPicture);
      return copy(kKeycap) && at_ == points_.size();
    }
    do {
      if (!element()) {
        return false;
      }
    } while (copy(kJoiner));
    return at_ == points_.size();
  }
  std::string take_text() { return std::move(out_); }

 private:
  static bool is_keycap_base(char32_t c) {
    return c == U'#' || c == U'*' || (c >= U'0' && c <= U'9');
  }
  char32_t peek() const { return at_ < points_.size() ? points_[at_] : 0; }
  char32_t take() { return points_[at_++]; }
  bool skip(char32_t c) {
    const bool there = peek() == c;
    at_ += there ? 1U : 0U;
    return there;
  }
  bool copy(char32_t c) {
    const bool there = skip(c);
    if (there) {
      append_utf8(out_, c);
    }
    return there;
  }
  bool element() {
    if (!is_picture(peek())) {
      return false;
    }
    const char32_t base = take();
    append_utf8(out_, base);
    skip(kAsPicture);
    if (is_skin_tone(peek())) {
      append_utf8(out_, take());
    } else if (shown_as_text(base)) {
      append_utf8(out_, kAsPicture);
    }
    if (!is_tag(peek())) {
      return true;
    }
    while (is_tag(peek())) {
      append_utf8(out_, take());
    }
    return copy(kTagsEnd);
  }

  std::vector<char32_t> points_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> valid_emoji(std::string_view emoji, std::string_view field) {
  const auto no_emoji = [field] {
    return Error(Errc::kBadValue, "must be one emoji", std::string(field));
  };
  if (emoji.size() > kEmojiBytesMax) {
    return Error(Errc::kTooLong, "at most 32 bytes", std::string(field));
  }
  if (emoji.empty() || !base::is_utf8(emoji)) {
    return no_emoji();
  }
  EmojiReader reader(to_code_points(emoji));
  if (!reader.read()) {
    return no_emoji();
  }
  std::string text = reader.take_text();
  if (text.size() > kEmojiBytesMax) {
    return Error(Errc::kTooLong, "at most 32 bytes", std::string(field));
  }
  return text;
}

}  // namespace keepline::entity
