#include "entity/search.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "entity/unicode.h"
#include "entity/words.h"

namespace keepline::entity {
namespace {

SearchPhrase phrase(std::string_view text, bool open = false) { return {words_of(text), open}; }

/// The text with [what was found] marked.
std::string marked(const std::vector<SearchPhrase>& phrases, std::string_view text) {
  std::string out;
  std::size_t at = 0;
  for (const TextRange& range : find_phrases(phrases, text)) {
    out.append(text.substr(at, range.begin - at)).append("[");
    out.append(text.substr(range.begin, range.end - range.begin)).append("]");
    at = range.end;
  }
  return out.append(text.substr(at));
}

/// The same of a snippet.
std::string marked(const Snippet& snippet) {
  const auto points = to_code_points(snippet.text);
  std::string out;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    for (const auto& mark : snippet.marks) {
      out += i == mark.end ? "]" : "";
      out += i == mark.begin ? "[" : "";
    }
    if (i < points.size()) {
      append_utf8(out, points[i]);
    }
  }
  return out;
}

std::string snippet(const SearchPhrase& wanted, const std::string& text) {
  return marked(make_snippet(text, find_phrases({wanted}, text)));
}

TEST(FindPhrases, FindsAllOfThemOrNothing) {
  EXPECT_EQ(marked({phrase("fox"), phrase("the")}, "The quick fox, the end"),
            "[The] quick [fox], [the] end");
  EXPECT_EQ(marked({phrase("fox"), phrase("cat")}, "The quick fox"), "The quick fox");
  EXPECT_EQ(marked({}, "The quick fox"), "The quick fox");
}

TEST(FindPhrases, WantsTheWordsOfOneInARow) {
  EXPECT_EQ(marked({phrase("quick fox")}, "quick, FOX and quick red fox"),
            "[quick, FOX] and quick red fox");
  EXPECT_EQ(marked({phrase("会议")}, "今天会议改了, 议会不改"), "今天[会议]改了, 议会不改");
  EXPECT_EQ(marked({phrase("fox quick")}, "quick fox"), "quick fox");
}

TEST(FindPhrases, TakesAnOpenOneForALongerWord) {
  EXPECT_EQ(marked({phrase("migr", true)}, "Migration of migr, emigration"),
            "[Migration] of [migr], emigration");
  EXPECT_EQ(marked({phrase("migr")}, "Migration"), "Migration");
}

TEST(FindPhrases, JoinsWhatMeets) { EXPECT_EQ(marked({phrase("哈哈")}, "哈哈哈哈"), "[哈哈哈哈]"); }

TEST(Snippet, IsTheWholeOfAShortText) {
  EXPECT_EQ(snippet(phrase("world"), "hello\nworld\tand more"), "hello [world] and more");
  EXPECT_EQ(snippet(phrase("absent"), "hello"), "hello");
}

TEST(Snippet, IsAPartAroundTheFirstHitOfALongText) {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += "word" + std::to_string(i) + " ";
  }
  const std::string part = snippet(phrase("word50"), text);
  EXPECT_TRUE(part.starts_with("…word45 ")) << part;
  EXPECT_NE(part.find(" [word50] "), std::string::npos) << part;
  EXPECT_TRUE(part.ends_with("…")) << part;
  EXPECT_TRUE(snippet(phrase("word0"), text).starts_with("[word0] word1"));
  EXPECT_TRUE(snippet(phrase("word99"), text).ends_with(" [word99] "));
}

TEST(Snippet, KeepsItsLengthAndCutsNoCharacterApart) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += "👨‍👩‍👧";
  }
  text += " end";
  const Snippet whole = make_snippet(text, {});
  EXPECT_LE(*base::code_points(whole.text), kSnippetMax);
  EXPECT_TRUE(whole.text.ends_with("👨‍👩‍👧…"));
  const Snippet last = make_snippet(text, find_phrases({phrase("end")}, text));
  EXPECT_LE(*base::code_points(last.text), kSnippetMax);
  EXPECT_TRUE(marked(last).ends_with(" [end]"));
  EXPECT_TRUE(last.text.starts_with("…👨‍👩‍👧"));
}

TEST(Snippet, ClipsAHitThatIsLongerThanItself) {
  const std::string text(500, 'a');
  const Snippet found = make_snippet(text, find_phrases({phrase(text)}, text));
  EXPECT_LE(*base::code_points(found.text), kSnippetMax);
  ASSERT_EQ(found.marks.size(), 1U);
  EXPECT_EQ(found.marks[0].begin, 0U);
  EXPECT_EQ(found.marks[0].end, 158U);
}

}  // namespace
}  // namespace keepline::entity
