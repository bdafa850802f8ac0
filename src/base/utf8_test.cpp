#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::base {
namespace {

/// `c` as the bytes that its number would have, whether or not that is allowed.
std::string encoded(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  if (c < 0x80) {
    return {byte(c)};
  }
  if (c < 0x800) {
    return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  }
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

// Goal: exactly the scalar values of Unicode are read. Method: all of them, and what lies between
// and beyond.
TEST(Utf8, ReadsEveryScalarValueAndNothingElse) {
  for (char32_t c = 0; c < 0x120000; ++c) {
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    const bool scalar = !surrogate && c <= 0x10FFFF;
    ASSERT_EQ(is_utf8(encoded(c)), scalar) << std::hex << static_cast<std::uint32_t>(c);
  }
}

TEST(Utf8, CountsCodePoints) {
  EXPECT_EQ(code_points(""), 0U);
  EXPECT_EQ(code_points("abc"), 3U);
  EXPECT_EQ(code_points("漠然"), 2U);
  EXPECT_EQ(code_points("e\xCC\x81"), 2U) << "a letter and its mark are two";
  EXPECT_EQ(code_points("\xF0\x9F\x98\x80"), 1U);
  EXPECT_EQ(code_points(std::string_view("\0", 1)), 1U);
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  EXPECT_FALSE(is_utf8("\x80")) << "a byte that only follows";
  EXPECT_FALSE(is_utf8("\xC0\x80")) << "over-long NUL";
  EXPECT_FALSE(is_utf8("\xC1\xBF")) << "over-long";
  EXPECT_FALSE(is_utf8("\xE0\x9F\xBF")) << "over-long";
  EXPECT_FALSE(is_utf8("\xF0\x8F\xBF\xBF")) << "over-long";
  EXPECT_FALSE(is_utf8("\xF5\x80\x80\x80")) << "beyond the last";
  EXPECT_FALSE(is_utf8("\xFF"));
  EXPECT_FALSE(is_utf8("a\xE6\xBC")) << "cut";
  EXPECT_FALSE(is_utf8("\xE6\xBC\xE6\xBC\xA0")) << "cut in the middle";
  EXPECT_FALSE(is_utf8("\xE6 \xA0"));
}

}  // namespace
}  // namespace keepline::base
