#include <gtest/gtest.h>

#include "entity/unicode.h"
#include "entity/validate.h"

namespace keepline::entity {
namespace {

std::string valid(std::string_view emoji) {
  const auto result = valid_emoji(emoji);
  return result ? *result : std::string(code_name(result.error().code));
}

TEST(Emoji, IsWhatPeopleSeeAsOne) {
  for (const std::string_view emoji :
       {"👍", "👍🏽", "❤️", "🇨🇳", "1️⃣", "👨‍👩‍👧‍👦", "🏳️‍🌈",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑‍⚕️", "☝🏽", "🕵️‍♂️", "⌚", "🌶️"}) {
    EXPECT_EQ(valid(emoji), emoji);
  }
}

TEST(Emoji, IsNothingElse) {
  for (const std::string_view text :
       {"",    "a",   "1",        "#",       "👍👍",           "👍a",         "a👍",
        " 👍", "🏽",  "‍",      "👍‍", "‍👍",        "🇨",           "🇨🇳🇨",
        "漢",  "<b>", "\xF0\x9F", "é",       "👍\xEF\xB8\x8E", "🏴󠁧󠁢"}) {
    EXPECT_EQ(valid(text), "bad_value") << text;
  }
  EXPECT_EQ(valid("👨‍👩‍👧‍👦‍👨‍👩‍👧‍👦"), "too_long");
}

// Goal: one picture is one value, whichever keyboard it comes from.
TEST(Emoji, HasOneForm) {
  EXPECT_EQ(valid("❤"), "❤️");
  EXPECT_EQ(valid("👍\xEF\xB8\x8F"), "👍");
  EXPECT_EQ(valid("1\xE2\x83\xA3"), "1️⃣");
  EXPECT_EQ(valid("🏳‍🌈"), "🏳️‍🌈");
  EXPECT_EQ(valid("☝\xEF\xB8\x8F🏽"), "☝🏽");
  for (const std::string_view emoji : {"❤", "🏳‍🌈", "👍🏽", "🌶"}) {
    EXPECT_EQ(valid(valid(emoji)), valid(emoji)) << "again";
  }
}

TEST(Unicode, CutsBetweenCodePoints) {
  EXPECT_EQ(first_code_points("漠然a", 0), "");
  EXPECT_EQ(first_code_points("漠然a", 2), "漠然");
  EXPECT_EQ(first_code_points("漠然a", 9), "漠然a");
  std::string out;
  append_utf8(out, U'漠');
  EXPECT_EQ(out, "漠");
}

}  // namespace
}  // namespace keepline::entity
