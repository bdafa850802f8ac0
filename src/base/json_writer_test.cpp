#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace keepline::base {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  JsonWriter json;
  json.begin_object().field("id", 7).field("name", "liger");
  json.key("tags").begin_array().value("a").value("b").end_array();
  json.key("empty").begin_array().end_array();
  json.key("inner").begin_object().end_object();
  json.key("list").begin_array();
  json.begin_object().field("a", 1).end_object();
  json.begin_object().field("b", 2).end_object();
  json.end_array().field("last", true).end_object();
  EXPECT_EQ(json.text(), R"({"id":7,"name":"liger","tags":["a","b"],"empty":[],"inner":{},)"
                         R"("list":[{"a":1},{"b":2}],"last":true})");
}

TEST(JsonWriter, WritesEachKindOfValue) {
  JsonWriter json;
  json.begin_array().value(false).value(std::numeric_limits<std::int64_t>::min());
  json.value(UserId{9}).value(from_millis(0)).null().raw("{}").value("text").end_array();
  EXPECT_EQ(json.text(),
            R"([false,-9223372036854775808,9,"1970-01-01T00:00:00.000Z",null,{},"text"])");
}

TEST(JsonWriter, GivesItsTextAway) {
  JsonWriter json;
  json.begin_object().end_object();
  EXPECT_EQ(json.take(), "{}");
}

TEST(JsonString, EscapesWhatTheStandardDemands) {
  EXPECT_EQ(quoted(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x01\x1F", 3)), R"("\u0000\u0001\u001f")");
}

TEST(JsonString, LeavesAllOtherTextAsItIs) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted("</script>&漠然\x7F"), "\"</script>&漠然\x7F\"");
}

}  // namespace
}  // namespace keepline::base
