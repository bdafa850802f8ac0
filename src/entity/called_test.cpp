#include "entity/called.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::entity {
namespace {

/// "amy|lee. here": each name with what it may stand for.
std::string called(std::string_view text) {
  const Called found = called_in(text);
  std::string out;
  for (const auto& names : found.names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      out += (i == 0 ? "" : "|") + names[i];
    }
    out += ' ';
  }
  return out + (found.here ? "here" : "");
}

TEST(Called, FindsNames) {
  EXPECT_EQ(called("hello"), "");
  EXPECT_EQ(called("@amy hello"), "amy ");
  EXPECT_EQ(called("hi @Amy, hi @ZQL!"), "amy zql ");
  EXPECT_EQ(called("(@amy)"), "amy ");
  EXPECT_EQ(called("@here look"), "here");
  EXPECT_EQ(called("@HERE"), "here");
  EXPECT_EQ(called("@hereford"), "hereford ");
  EXPECT_EQ(called("@ @x @"), "") << "too short for a name";
}

TEST(Called, LeavesOpenWhereANameEnds) {
  EXPECT_EQ(called("ask @amy."), "amy.|amy ");
  EXPECT_EQ(called("ask @amy..."), "amy...|amy..|amy.|amy ");
  EXPECT_EQ(called("@amy.lee"), "amy.lee ");
  EXPECT_EQ(called("@amy_"), "amy_ ");
  EXPECT_EQ(called("@漠然你好"), "漠然你好|漠然你|漠然 ");
  EXPECT_EQ(called("你好@amy你好"), "amy你好|amy你|amy ");
  EXPECT_EQ(called("大家@here看"), "here看 here") << "unless somebody is called so";
}

TEST(Called, TakesNoAddressForAName) {
  EXPECT_EQ(called("amy@example.org"), "");
  EXPECT_EQ(called("a_@example"), "");
  EXPECT_EQ(called("7@example"), "");
}

TEST(Called, LeavesCodeAlone) {
  EXPECT_EQ(called("`@amy` @zql"), "zql ");
  EXPECT_EQ(called("``a ` @amy`` @zql"), "zql ");
  EXPECT_EQ(called("```\n@amy\n``` @zql"), "zql ");
  EXPECT_EQ(called("```\n@amy"), "") << "a fence that nothing closes";
  EXPECT_EQ(called("it`s @amy"), "amy ") << "a lone backtick is no code";
  EXPECT_EQ(called("a ``` @amy"), "amy ") << "nor is a fence within a line";
  EXPECT_EQ(called("`@here`"), "");
}

TEST(Called, CountsEachNameOnceAndAtMostFifty) {
  EXPECT_EQ(called("@amy @amy @amy"), "amy ");
  std::string many;
  for (int i = 0; i < 80; ++i) {
    many += "@name" + std::to_string(i) + " ";
  }
  EXPECT_EQ(called_in(many).names.size(), 50U);
}

TEST(Called, IsBoundedInWhatNamesMayStandFor) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += "@漠然你好漠然你好漠然你好漠然你好漠然你好漠然" + std::to_string(i) + "然 ";
  }
  std::size_t candidates = 0;
  for (const auto& names : called_in(text).names) {
    candidates += names.size();
  }
  EXPECT_EQ(candidates, kCandidatesMax);
}

TEST(Called, ReadsALongTextOfSignsAndBackticks) {
  EXPECT_EQ(called(std::string(16'000, '@')), "");
  std::string ticks;
  for (std::size_t i = 1; ticks.size() < 16'000; ++i) {
    ticks += std::string(i % 170, '`') + '@';
  }
  EXPECT_EQ(called(ticks), "");
}

}  // namespace
}  // namespace keepline::entity
