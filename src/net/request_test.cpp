#include "net/request.h"

#include <gtest/gtest.h>

namespace keepline::net {

namespace {

Request with_cookies(std::vector<std::string> lines) {
  Request request;
  for (auto& line : lines) {
    request.headers.push_back({"cookie", std::move(line)});
  }
  return request;
}

std::string shown(const FormFields& form) {
  std::string text;
  for (const auto& [name, value] : form.fields) {
    text += name + "=" + value + ";";
  }
  return form.valid ? text : "invalid";
}

}  // namespace

TEST(Request, FindsTheFirstHeaderOfAName) {
  Request request;
  request.headers = {{"a", "1"}, {"b", ""}, {"a", "2"}};
  EXPECT_EQ(request.header("a"), "1");
  EXPECT_EQ(request.header("b"), "");
  EXPECT_TRUE(request.has_header("b"));
  EXPECT_FALSE(request.has_header("c"));
}

TEST(Request, FindsACookieByItsWholeName) {
  const Request request = with_cookies({"xkeepline=1; keepline=abc; keeplinex=2", "last=9"});
  EXPECT_EQ(request.cookie("keepline"), "abc");
  EXPECT_EQ(request.cookie("last"), "9");
  EXPECT_EQ(request.cookie("line"), "");
  EXPECT_EQ(request.cookie("KEEPLINE"), "");
  EXPECT_EQ(request.cookie(""), "");
}

TEST(Request, ReadsCookiesAsBrowsersAndOthersWriteThem) {
  EXPECT_EQ(with_cookies({"a=1;b=2"}).cookie("b"), "2");
  EXPECT_EQ(with_cookies({" a = 1 "}).cookie("a"), "1");
  EXPECT_EQ(with_cookies({"a=\"1\""}).cookie("a"), "1");
  EXPECT_EQ(with_cookies({"a=b=c"}).cookie("a"), "b=c");
  EXPECT_EQ(with_cookies({"a; ; =x;b=2"}).cookie("b"), "2");
  EXPECT_EQ(with_cookies({"a=1; a=2"}).cookie("a"), "1");
  EXPECT_EQ(with_cookies({"a="}).cookie("a"), "");
}

TEST(Form, DecodesFieldsInOrder) {
  EXPECT_EQ(shown(parse_form("a=1&b=x+y&a=%C3%A4%26&c&=d&&e=f=g")), "a=1;b=x y;a=ä&;c=;=d;e=f=g;");
  EXPECT_EQ(shown(parse_form("")), "");
}

TEST(Form, LeavesAnIncompletePercentAsItIs) {
  EXPECT_EQ(shown(parse_form("a=%&b=%4&c=%zz&d=100%25")), "a=%;b=%4;c=%zz;d=100%;");
}

TEST(Form, IsInvalidWithBytesThatAreNotUtf8) {
  for (const auto* text : {"a=%ff", "%c0%af=1", "a=1&b=%ed%a0%80"}) {
    const FormFields form = parse_form(text);
    EXPECT_FALSE(form.valid);
    EXPECT_TRUE(form.fields.empty());
  }
}

TEST(Form, FindsTheFirstValue) {
  const FormFields form = parse_form("a=1&a=2");
  ASSERT_NE(form.find("a"), nullptr);
  EXPECT_EQ(*form.find("a"), "1");
  EXPECT_EQ(form.find("b"), nullptr);
}

}  // namespace keepline::net
