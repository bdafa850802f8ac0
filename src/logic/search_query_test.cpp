#include "logic/search_query.h"

#include <gtest/gtest.h>

#include <chrono>

namespace keepline::logic {
namespace {

using base::Errc;

/// `hello world|wor*|from=zql`: phrases, with a star where they are open, then filters.
std::string shown(std::string_view q) {
  const auto query = read_search(q);
  if (!query) {
    return std::string(base::code_name(query.error().code)) + " " + query.error().field;
  }
  std::string out;
  const auto add = [&out](const std::string& part) { out += (out.empty() ? "" : "|") + part; };
  for (const entity::SearchPhrase& phrase : query->phrases) {
    std::string words;
    for (const std::string& word : phrase.words) {
      words += (words.empty() ? "" : " ") + word;
    }
    add(words + (phrase.open ? "*" : ""));
  }
  for (const auto& [name, values] :
       {std::pair("from", query->from), std::pair("in", query->in),
        std::pair("before", query->before), std::pair("after", query->after),
        std::pair("has", query->has)}) {
    for (const std::string& value : values) {
      add(std::string(name) + "=" + value);
    }
  }
  return out;
}

TEST(SearchQuery, TakesWordsOneByOne) {
  EXPECT_EQ(shown("Hello wonderful World "), "hello|wonderful|world");
  EXPECT_EQ(shown("foo-bar, e.g. "), "foo bar|e g");
  EXPECT_EQ(shown("明天 会议"), "明 天|会 议");
}

TEST(SearchQuery, LeavesTheLastWordOpenWhileItIsWritten) {
  EXPECT_EQ(shown("hello wor"), "hello|wor*");
  EXPECT_EQ(shown("hello wor "), "hello|wor");
  EXPECT_EQ(shown("hello \"wor\""), "hello|wor");
  EXPECT_EQ(shown("hello wor!"), "hello|wor");
  EXPECT_EQ(shown("a"), "a");
  EXPECT_EQ(shown("会议"), "会 议");
  EXPECT_EQ(shown("到stag"), "到 stag*");
}

TEST(SearchQuery, TakesWhatIsInQuotationMarksAsARow) {
  EXPECT_EQ(shown("\"to be or\" not"), "to be or|not*");
  EXPECT_EQ(shown("“今天 会议”"), "今 天 会 议");
  EXPECT_EQ(shown("say\"to be\"now "), "say|to be|now");
  EXPECT_EQ(shown("\"not closed"), "not closed");
  EXPECT_EQ(shown("\"\" \"..\" \""), "");
}

TEST(SearchQuery, KnowsFilters) {
  EXPECT_EQ(shown("from:zql in:12 has:link plan "), "plan|from=zql|in=12|has=link");
  EXPECT_EQ(shown("IN:\"a title\" From：王小明"), "from=王小明|in=a title");
  EXPECT_EQ(shown("before:2026-01-31 after:2025-01-01"), "before=2026-01-31|after=2025-01-01");
  EXPECT_EQ(shown("from:a from:b"), "from=a|from=b");
}

TEST(SearchQuery, TakesWhatIsNoFilterAsWords) {
  EXPECT_EQ(shown("https://x.org/a "), "https x org a");
  EXPECT_EQ(shown("foo:bar from "), "foo bar|from");
  EXPECT_EQ(shown("xfrom:bar "), "xfrom bar");
}

TEST(SearchQuery, PassesOverAFilterWithoutAValue) {
  EXPECT_EQ(shown("from:"), "");
  EXPECT_EQ(shown("from: zql "), "zql");
  EXPECT_EQ(shown("in:\"\" x "), "x");
}

TEST(SearchQuery, HasNoSyntaxToBreak) {
  EXPECT_EQ(shown("NEAR(a b) AND OR NOT * ^ - + {body} : ' ) ( "), "near a|b|and|or|not|body");
  EXPECT_EQ(shown("' OR 1=1; DROP TABLE x -- "), "or|1 1|drop|table|x");
  EXPECT_EQ(shown(std::string_view("a\0b ", 4)), "a b");
}

TEST(SearchQuery, IsBounded) {
  EXPECT_EQ(shown(std::string(257, 'a')), "too_long q");
  EXPECT_EQ(shown(std::string(256, 'a')), std::string(64, 'a') + "*");
  std::string many;
  for (int i = 0; i < 32; ++i) {
    many += "w ";
  }
  EXPECT_EQ(read_search(many)->phrases.size(), 32U);
  EXPECT_EQ(shown(many + "w"), "too_long q");
  EXPECT_EQ(shown("\xFF"), "bad_value q");
}

TEST(ReadDay, ReadsDaysWhereTheClocksAre) {
  using namespace std::chrono_literals;
  const base::Time utc = *base::from_rfc3339("2026-01-31T00:00:00.000Z");
  EXPECT_EQ(*read_day("2026-01-31", 0, "after"), utc);
  EXPECT_EQ(*read_day("2026-01-31", 480, "after"), utc - 8h);
  EXPECT_EQ(*read_day("2026-01-31T00:00:00.000Z", 480, "after"), utc);
  EXPECT_EQ(*read_day("1769817600000", 480, "after"), utc);
}

TEST(ReadDay, RefusesWhatIsNone) {
  for (const char* text :
       {"2026-02-30", "2026-1-1", "yesterday", "2026-13-01", "2026-00-01", "0000-01-01",
        "20260131x", "", "-5", "99999999999999999999", "2026-01-31 ", "253402300800000"}) {
    const auto day = read_day(text, 0, "before");
    ASSERT_FALSE(day) << text;
    EXPECT_EQ(day.error().code, Errc::kBadValue);
    EXPECT_EQ(day.error().field, "before");
  }
}

}  // namespace
}  // namespace keepline::logic
