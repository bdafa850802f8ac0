#include "api/classic_form.h"

#include <gtest/gtest.h>

#include <string>

namespace keepline::api {
namespace {

TEST(ClassicForm, FindsAFieldInAnySpellingOfItsName) {
  const auto form = ClassicForm::parse("ReciveUserId=liger_zql&CONTENT=hi");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("Reciveuserid"), "liger_zql");
  EXPECT_EQ(form->get("Content"), "hi");
  EXPECT_FALSE(form->has("UserId"));
  EXPECT_EQ(form->get("UserId"), "");
}

TEST(ClassicForm, DecodesWhatJqueryEncodes) {
  const auto form = ClassicForm::parse("Content=%E4%BD%A0%E5%A5%BD+%26+a%2Bb%3D1&Empty=");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("Content"), "你好 & a+b=1");
  EXPECT_TRUE(form->has("Empty"));
  EXPECT_EQ(form->get("Empty"), "");
}

TEST(ClassicForm, TakesTheFirstOfFieldsWithOneName) {
  const auto form = ClassicForm::parse("UserId=a&userid=b");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("UserId"), "a");
}

TEST(ClassicForm, RefusesBytesThatAreNotUtf8) {
  const auto form = ClassicForm::parse("Content=%FF%FE");
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().code, base::Errc::kBadRequest);
}

TEST(ClassicForm, TakesSixtyFourFieldsAndNotOneMore) {
  std::string body;
  for (std::size_t i = 0; i < ClassicForm::kFieldsMax; ++i) {
    body += "a=b&";
  }
  body.pop_back();
  EXPECT_TRUE(ClassicForm::parse(body));
  EXPECT_FALSE(ClassicForm::parse(body + "&c=d"));
}

TEST(EqualIgnoringCase, KnowsTheLettersOfAsciiOnly) {
  EXPECT_TRUE(equal_ignoring_case("/Comet_broadcast.asyn", "/comet_BROADCAST.ASYN"));
  EXPECT_FALSE(equal_ignoring_case("/comet_broadcast.asyn", "/comet_broadcast.asy"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));  // as far apart as 'A' and 'a'
  EXPECT_FALSE(equal_ignoring_case("É", "é"));
}

}  // namespace
}  // namespace keepline::api
