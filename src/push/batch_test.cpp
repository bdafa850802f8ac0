#include "push/batch.h"

#include <gtest/gtest.h>

#include "push/whole_answer.h"

namespace keepline::push {
namespace {

class BatchesTest : public testing::Test {
 protected:
  static LoggedEvent event(std::int64_t id) {
    LoggedEvent e;
    e.id = entity::EventId(id);
    e.json = "{\"id\":" + std::to_string(id) + "}";
    return e;
  }

  base::FakeClock clock;
  const std::string common = "X-Common: 1\r\n";
  const std::string build = "b1";
  Batches batches{clock, common, build};
  entity::Cursor cursor{1, entity::EventId(9), 7, 2};
  std::string cursor_text = entity::encode(cursor);
};

TEST_F(BatchesTest, WritesABatchAsTheProtocolSays) {
  const LoggedEvent first = event(8);
  const LoggedEvent second = event(9);
  Found found;
  found.events = {&first, &second};
  Signal online;
  online.number = 2;
  online.user = entity::UserId(5);
  online.on = true;
  found.signals = {online};
  EXPECT_EQ(batches.batch(found, cursor, std::nullopt)->body(),
            "{\"cursor\":\"" + cursor_text +
                "\",\"events\":[{\"id\":8},{\"id\":9}],\"signals\":[{\"kind\":\"presence\","
                "\"user\":5,\"data\":{\"online\":true}}],\"more\":false}");
}

TEST_F(BatchesTest, SaysHelloWithUserBuildAndTime) {
  EXPECT_EQ(batches.batch({}, cursor, Hello{entity::UserId(5)})->body(),
            "{\"cursor\":\"" + cursor_text +
                "\",\"events\":[],\"signals\":[],\"more\":false,\"hello\":{\"user\":5,"
                "\"build\":\"b1\",\"server_time\":\"2025-06-15T15:06:40.000Z\"}}");
}

TEST_F(BatchesTest, BuildsTheSameContentOnce) {
  const LoggedEvent first = event(8);
  const LoggedEvent second = event(9);
  Found one;
  one.events = {&first};
  Found other;
  other.events = {&second};
  const AnswerPtr a = batches.batch(one, cursor, std::nullopt);
  EXPECT_EQ(batches.batch(one, cursor, std::nullopt), a);
  EXPECT_NE(batches.batch(other, cursor, std::nullopt), a);
  EXPECT_EQ(batches.batch(one, cursor, std::nullopt), a);
  EXPECT_EQ(batches.built(), 2U);
  // One buffer for each framing, written to everybody.
  EXPECT_EQ(a->bytes(net::After::kKeepAlive, false), a->bytes(net::After::kKeepAlive, false));
  EXPECT_NE(*a->bytes(net::After::kKeepAlive, false), *a->bytes(net::After::kClose, false));
  EXPECT_TRUE(a->bytes(net::After::kClose, true)->ends_with("\r\n\r\n"));
}

TEST_F(BatchesTest, DoesNotShareBetweenPlacesNorBetweenWhatIsCutAndWhatIsNot) {
  const LoggedEvent first = event(8);
  Found found;
  found.events = {&first};
  const AnswerPtr a = batches.batch(found, cursor, std::nullopt);
  Found cut = found;
  cut.more = true;
  EXPECT_NE(batches.batch(cut, cursor, std::nullopt), a);
  entity::Cursor later = cursor;
  later.signal = 3;
  EXPECT_NE(batches.batch(found, later, std::nullopt), a);
}

// Goal: those who catch up in groups, one batch apart, do not build each for themselves.
TEST_F(BatchesTest, RemembersMoreThanOnePlace) {
  const LoggedEvent first = event(8);
  Found found;
  found.events = {&first};
  entity::Cursor later = cursor;
  later.event = EventId(cursor.event.value + 500);
  const AnswerPtr a = batches.batch(found, cursor, std::nullopt);
  const AnswerPtr b = batches.batch(found, later, std::nullopt);
  EXPECT_EQ(batches.batch(found, cursor, std::nullopt), a);
  EXPECT_EQ(batches.batch(found, later, std::nullopt), b);
  EXPECT_EQ(batches.built(), 2U);
}

TEST_F(BatchesTest, RemembersABoundedNumberOfBytes) {
  LoggedEvent large = event(8);
  large.json.assign(Found::kBytesMax, ' ');
  Found found;
  found.events = {&large};
  const std::weak_ptr<WholeAnswer> first = batches.batch(found, cursor, std::nullopt);
  for (std::int64_t id = 1; id <= 10; ++id) {
    entity::Cursor later = cursor;
    later.event = EventId(cursor.event.value + id);
    batches.batch(found, later, std::nullopt);
  }
  EXPECT_TRUE(first.expired());
}

TEST_F(BatchesTest, AnswersAreNeverStoredAndCarryTheCommonHeaders) {
  const std::string whole =
      *batches.empty(cursor, std::nullopt, std::nullopt)->bytes(net::After::kKeepAlive, false);
  EXPECT_TRUE(whole.starts_with("HTTP/1.1 200"));
  EXPECT_NE(whole.find("Cache-Control: no-store\r\n"), std::string::npos);
  EXPECT_NE(whole.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(whole.find("X-Common: 1\r\n"), std::string::npos);
  EXPECT_NE(whole.find("Sun, 15 Jun 2025 15:06:40 GMT"), std::string::npos);
}

TEST_F(BatchesTest, ResetIsInTheStreamWithACursorToGoOnFrom) {
  const AnswerPtr answer = batches.reset("old", cursor);
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->body(), "{\"reset\":{\"why\":\"old\"},\"cursor\":\"" + cursor_text + "\"}");
}

TEST_F(BatchesTest, AdviceIsOnEveryBatchOnceGiven) {
  batches.advise({500, 2000, std::nullopt});
  EXPECT_NE(
      batches.batch({}, cursor, std::nullopt)->body().find("\"advice\":{\"retry\":[500,2000]}"),
      std::string::npos);
  EXPECT_NE(batches.empty(cursor, Advice{4000, 6000, 0}, std::nullopt)
                ->body()
                .find("\"advice\":{\"wait\":0,\"retry\":[4000,6000]}"),
            std::string::npos);
}

TEST_F(BatchesTest, AProblemNamesItsCode) {
  const AnswerPtr answer = batches.problem(base::retry_later(base::Errc::kOverloaded, "Busy.", 2));
  EXPECT_EQ(answer->status(), 503);
  EXPECT_NE(answer->body().find("\"code\":\"overloaded\""), std::string::npos);
  EXPECT_NE(answer->bytes(net::After::kKeepAlive, false)->find("Retry-After: 2\r\n"),
            std::string::npos);
}

TEST(HttpDate, IsTheExampleOfTheRfc) {
  EXPECT_EQ(http_date(base::from_millis(784111777123)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace keepline::push
