#include "api/decode.h"

#include <gtest/gtest.h>

namespace keepline::api {
namespace {

using base::Errc;

/// The code that a body of one field "name" (a string) and one optional "age" is answered with.
std::string verdict(std::string_view body) {
  FieldReader in(body);
  in.text("name");
  in.optional_number("age");
  const auto error = in.finish();
  if (!error) {
    return "ok";
  }
  return std::string(code_name(error->code)) + (error->field.empty() ? "" : " " + error->field);
}

TEST(FieldReader, TakesWhatIsAskedFor) {
  FieldReader in(R"({"name":"\u6f20然","age":7,"on":true,"sex":null})");
  EXPECT_EQ(in.text("name"), "漠然");
  EXPECT_EQ(in.optional_number("age"), 7);
  EXPECT_EQ(in.optional_flag("on"), true);
  const auto sex = in.nullable_text("sex");
  ASSERT_TRUE(sex.has_value());
  EXPECT_FALSE(sex->has_value());
  EXPECT_FALSE(in.nullable_number("year").has_value());
  EXPECT_FALSE(in.finish());
}

TEST(FieldReader, RefusesWhatIsNotJson) {
  for (const std::string_view body :
       {"", " ", "{", "{\"name\":\"a\"", "{\"name\":\"a\"}x", "{\"name\":'a'}", "{name:\"a\"}",
        "{\"name\":\"a\",}", "{\"name\":\"a\"/**/}", "{\"name\":NaN}", "{\"name\":01}",
        "\xef\xbb\xbf{\"name\":\"a\"}", "{\"name\":\"a\nb\"}"}) {
    EXPECT_EQ(verdict(body), "bad_json") << body;
  }
}

TEST(FieldReader, RefusesBytesThatAreNotUtf8AndLoneSurrogates) {
  for (const std::string_view body :
       {"{\"name\":\"\xff\"}", "{\"name\":\"\xc0\x80\"}", "{\"name\":\"\xed\xa0\x80\"}",
        "{\"name\":\"\xf4\x90\x80\x80\"}", R"({"name":"\ud800"})", R"({"name":"\udc00"})",
        R"({"name":"\ud800x"})", R"({"name":"\ud800\ud800"})", R"({"\ud800":"a"})",
        "{\"\xff\":\"a\"}"}) {
    EXPECT_EQ(verdict(body), "bad_json") << body;
  }
  EXPECT_EQ(verdict(R"({"name":"\ud83d\ude00"})"), "ok");
}

TEST(FieldReader, RefusesARepeatedKeyHoweverItIsWritten) {
  EXPECT_EQ(verdict(R"({"name":"a","name":"a"})"), "bad_json");
  EXPECT_EQ(verdict(R"({"name":"a","n\u0061me":"b"})"), "bad_json");
  EXPECT_EQ(verdict(R"({"name":{"x":1,"x":2}})"), "bad_json");
}

TEST(FieldReader, NamesAnUnknownFieldBeforeAnythingElse) {
  EXPECT_EQ(verdict(R"({"role":"owner"})"), "unknown_field role");
  EXPECT_EQ(verdict(R"({"name":"a","__proto__":{}})"), "unknown_field __proto__");
  // A name that would not be safe to show is not shown.
  EXPECT_EQ(verdict("{\"name\":\"a\",\"\\u001b[2J\":1}"), "unknown_field");
}

TEST(FieldReader, TellsMissingFromWrong) {
  EXPECT_EQ(verdict("{}"), "missing_field name");
  EXPECT_EQ(verdict(R"({"name":null})"), "bad_type name");
  EXPECT_EQ(verdict(R"({"name":7})"), "bad_type name");
  EXPECT_EQ(verdict(R"({"name":["a"]})"), "bad_type name");
  EXPECT_EQ(verdict(R"({"name":{"name":"a"}})"), "bad_type name");
  EXPECT_EQ(verdict(R"({"name":"a","age":null})"), "bad_type age");
  EXPECT_EQ(verdict(R"({"name":"a","age":"7"})"), "bad_type age");
  EXPECT_EQ(verdict(R"({"name":"a","age":7.5})"), "bad_type age");
  EXPECT_EQ(verdict(R"({"name":"a","age":18446744073709551615})"), "bad_value age");
}

TEST(FieldReader, WantsAnObject) {
  for (const std::string_view body : {"[]", "\"a\"", "7", "null", "[{\"name\":\"a\"}]"}) {
    EXPECT_EQ(verdict(body), "bad_type") << body;
  }
}

TEST(FieldReader, BoundsTheDepth) {
  const auto nested = [](int depth) {
    return "{\"name\":" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  EXPECT_EQ(verdict(nested(31)), "bad_type name");
  EXPECT_EQ(verdict(nested(32)), "bad_json");
  EXPECT_EQ(verdict(nested(100'000)), "bad_json");
}

TEST(FieldReader, KeepsNulInsideAString) {
  FieldReader in(R"({"name":"a\u0000b"})");
  EXPECT_EQ(in.text("name"), std::string("a\0b", 3));
  EXPECT_FALSE(in.finish());
}

std::string query_verdict(std::string_view query) {
  QueryReader in(query);
  in.text("q", 8);
  in.optional_number("limit", 1, 200);
  const auto error = in.finish();
  if (!error) {
    return "ok";
  }
  return std::string(code_name(error->code)) + (error->field.empty() ? "" : " " + error->field);
}

TEST(QueryReader, IsAsStrictAsABody) {
  EXPECT_EQ(query_verdict("q=a"), "ok");
  EXPECT_EQ(query_verdict("q=a&limit=200"), "ok");
  EXPECT_EQ(query_verdict(""), "missing_field q");
  EXPECT_EQ(query_verdict("q=a&page=2"), "unknown_field page");
  EXPECT_EQ(query_verdict("q=a&q=b"), "bad_value q");
  EXPECT_EQ(query_verdict("q=123456789"), "too_long q");
  EXPECT_EQ(query_verdict("q=a%00"), "bad_value q");
  EXPECT_EQ(query_verdict("q=%ff"), "bad_request");
  for (const std::string_view limit :
       {"", "0", "201", "-1", "+1", "1.0", "0x1", "1 ", "a", "99999999999999999999"}) {
    EXPECT_EQ(query_verdict("q=a&limit=" + std::string(limit)), "bad_value limit") << limit;
  }
}

TEST(ParseId, TakesPositiveIntegersBelowTwoToThe53) {
  EXPECT_EQ(parse_id("1"), 1);
  EXPECT_EQ(parse_id("9007199254740991"), 9007199254740991);
  for (const std::string_view text :
       {"", "0", "01", "-1", "+1", "1.0", "1e3", " 1", "1 ", "9007199254740992", "me",
        "99999999999999999", "1\n", "\xd9\xa1"}) {
    EXPECT_FALSE(parse_id(text)) << text;
  }
}

net::Request with_type(std::string type, std::string coding = {}) {
  net::Request request;
  request.headers.push_back({"content-type", std::move(type)});
  if (!coding.empty()) {
    request.headers.push_back({"content-encoding", std::move(coding)});
  }
  return request;
}

TEST(IsJson, LooksAtTypeAndCoding) {
  EXPECT_TRUE(is_json(with_type("application/json")));
  EXPECT_TRUE(is_json(with_type("Application/JSON ; charset=utf-8")));
  EXPECT_TRUE(is_json(with_type("application/json", "identity")));
  EXPECT_FALSE(is_json(with_type("application/json", "gzip")));
  // What a form of another site can send without asking first.
  EXPECT_FALSE(is_json(with_type("text/plain")));
  EXPECT_FALSE(is_json(with_type("application/x-www-form-urlencoded")));
  EXPECT_FALSE(is_json(with_type("text/plain; application/json")));
  EXPECT_FALSE(is_json(with_type("application/jsonp")));
  EXPECT_FALSE(is_json(net::Request{}));
}

}  // namespace
}  // namespace keepline::api
