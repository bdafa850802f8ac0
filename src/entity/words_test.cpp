#include "entity/words.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "entity/unicode.h"

namespace keepline::entity {
namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(text)) {
    out += (out.empty() ? "" : "|") + word;
  }
  return out;
}

TEST(Words, AreRunsOfLettersAndDigits) {
  EXPECT_EQ(shown("Hello, World! v2.0 foo_bar don't"), "hello|world|v2|0|foo|bar|don|t");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" .,;—\n\t"), "");
}

TEST(Words, AreSingleCharactersWhereAScriptHasNoSpaces) {
  EXPECT_EQ(shown("你好world再见"), "你|好|world|再|见");
  EXPECT_EQ(shown("カタカナとひらがな"), "カ|タ|カ|ナ|と|ひ|ら|が|な");
  EXPECT_EQ(shown("안녕 하세요"), "안|녕|하|세|요");
  EXPECT_EQ(shown("ภาษาไทย"), "ภ|า|ษ|า|ไ|ท|ย");
  EXPECT_EQ(shown("ที่นี่"), "ที่|นี่");
  EXPECT_EQ(shown("𠀀𠮷"), "𠀀|𠮷");
}

TEST(Words, CompareWithoutCaseWidthAndAccents) {
  EXPECT_EQ(shown("ÀÉÎõü Straße ﬁn İI"), "aeiou|strasse|fin|ii");
  EXPECT_EQ(shown("e\u0301tude"), "etude");
  EXPECT_EQ(shown("ＡＢＣ１２３"), "abc123");
  EXPECT_EQ(shown("ΣΊΣΥΦΟΣ Ёж Йод"), "σισυφοσ|еж|иод");
  EXPECT_EQ(shown("ｶﾞｷﾞ"), "ガ|ギ");
  EXPECT_EQ(shown("か\u3099"), "が");
  EXPECT_EQ(shown("㍿"), "株|式|会|社");
}

TEST(Words, KeepTheMarksOfScriptsThatWriteVowelsSo) {
  EXPECT_EQ(shown("हिन्दी भाषा"), "हिन्दी|भाषा");
}

TEST(Words, ArePicturesToo) {
  EXPECT_EQ(shown("ok👍🏽 👨‍👩‍👧"), "ok|👍|👨|👩|👧");
  EXPECT_EQ(shown("❤️"), "❤");
}

TEST(Words, EndAfterSixtyFourCodePoints) {
  const std::string tail = std::string(63, 'b');
  EXPECT_EQ(shown(std::string(64, 'a') + tail), std::string(64, 'a'));
  EXPECT_EQ(shown("é" + tail + "x y"), "e" + tail + "|y");
}

TEST(Words, SayWhereTheyStand) {
  const std::string text = "x Straße，你!";
  WordReader reader(text);
  std::string places;
  while (reader.next()) {
    const Word& word = reader.word();
    places += text.substr(word.begin, word.end - word.begin) + "/";
  }
  EXPECT_EQ(places, "x/Straße/你/");
}

TEST(Words, OutliveTextThatIsNotUtf8) { EXPECT_EQ(shown("a\xFF\xC3 b\xE4"), "a|b"); }

// Goal: a word that is looked for as a text is found. Method: random code points, of all planes.
TEST(Words, AreTheirOwnOnlyWord) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 8; ++i) {
      const std::uint32_t plane = random() % 4;
      auto c = static_cast<char32_t>(plane == 0   ? random() % 0x250
                                     : plane == 1 ? random() % 0x3000
                                     : plane == 2 ? random() % 0x10000
                                                  : random() % 0x110000);
      if (c != 0 && (c < 0xD800 || c > 0xDFFF)) {
        append_utf8(text, c);
      }
    }
    std::size_t end = 0;
    WordReader reader(text);
    while (reader.next()) {
      const Word& word = reader.word();
      ASSERT_TRUE(base::is_utf8(word.text));
      ASSERT_LT(word.begin, word.end);
      ASSERT_LE(word.end, text.size());
      ASSERT_GE(word.end, end);
      end = word.end;
      const std::string own(word.text);
      ASSERT_EQ(words_of(own), std::vector<std::string>{own}) << text;
    }
  }
}

}  // namespace
}  // namespace keepline::entity
