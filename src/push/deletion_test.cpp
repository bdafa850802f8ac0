#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "push/ring.h"
#include "push/test_streams.h"

// What a deletion does to what is in memory: the text is gone from every entry that showed it.
namespace keepline::push {
namespace {

using entity::EventId;
using entity::MessageId;

constexpr std::string_view kSecret = R"(secret "}, \ ,"reply_to":{ text)";

entity::Message message(std::int64_t id, std::string_view text) {
  entity::Message made;
  made.id = MessageId(id);
  made.conversation = entity::ConversationId(5);
  made.seq = id - 10;
  made.sender = entity::UserId(7);
  made.text = text;
  return made;
}

EventPtr encoded(std::int64_t id, entity::EventKind kind, const entity::Message& shown) {
  entity::Event event;
  event.id = EventId(id);
  event.kind = kind;
  event.stream = entity::Stream::of(shown.conversation);
  event.actor = shown.sender;
  if (kind == entity::EventKind::kMessage) {
    event.data = shown;
  } else {
    event.data = entity::MessageChange{shown, {}};
  }
  return logged(event);
}

EventPtr sent(std::int64_t id, std::string_view text) {
  return encoded(id, entity::EventKind::kMessage, message(id, text));
}

EventPtr edited(std::int64_t id, std::int64_t what, std::string_view text) {
  return encoded(id, entity::EventKind::kEdited, message(what, text));
}

EventPtr answer(std::int64_t id, std::int64_t to, std::string_view text) {
  entity::Message shown = message(id, text);
  shown.reply_to = entity::Quote{to - 10, MessageId(to), entity::UserId(7), std::string(kSecret)};
  shown.here = true;
  return encoded(id, entity::EventKind::kMessage, shown);
}

EventPtr deleted(std::int64_t id, std::int64_t what, std::optional<entity::Quote> quote = {}) {
  entity::Message shown = message(what, "");
  shown.reply_to = std::move(quote);
  shown.deleted = entity::Deletion{entity::Time{}, entity::UserId(8)};
  shown.version = EventId(id);
  return encoded(id, entity::EventKind::kDeleted, shown);
}

class Deletion : public testing::Test {
 protected:
  std::string json(std::int64_t id) const { return ring.find(EventId(id))->json; }
  std::size_t counted() const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      bytes += ring[i].bytes();
    }
    return bytes;
  }

  Ring ring{EventId(10), 6, 1U << 20U};
};

TEST_F(Deletion, BlanksTheMessageItsEditsAndItsQuotes) {
  ring.push(sent(11, kSecret));
  ring.push(edited(12, 11, kSecret));
  ring.push(answer(13, 11, R"(yes,"reply_to":{)"));
  ring.push(sent(14, "another"));
  ASSERT_NE(json(13).find("secret"), std::string::npos);
  const std::string other = json(14);
  ring.push(deleted(15, 11));
  const std::string left =
      R"("sender":7,"text":"","version":15,"deleted_at":"1970-01-01T00:00:00.000Z","deleted_by":8}})";
  const std::string at = R"(,"at":"1970-01-01T00:00:00.000Z","conversation":5,"seq":1,"data":{)";
  EXPECT_EQ(json(11), R"({"id":11,"type":"message")" + at + left);
  EXPECT_EQ(json(12), R"({"id":12,"type":"edited")" + at + R"("message":11,)" + left);
  EXPECT_EQ(json(13), R"({"id":13,"type":"message","at":"1970-01-01T00:00:00.000Z",)"
                      R"("conversation":5,"seq":3,"data":{"sender":7,)"
                      R"("text":"yes,\"reply_to\":{","reply_to":{"seq":1},"here":true}})");
  EXPECT_EQ(json(14), other);
  EXPECT_EQ(ring.bytes(), counted());
}

TEST_F(Deletion, OfAnAnswerLeavesWhatItQuotedAlone) {
  ring.push(sent(11, kSecret));
  ring.push(answer(12, 11, "yes"));
  ring.push(deleted(13, 12));
  EXPECT_EQ(json(12).find("secret"), std::string::npos) << "the quote goes with the answer";
  EXPECT_NE(json(11).find("secret"), std::string::npos);
  ring.push(deleted(14, 11));
  EXPECT_EQ(json(11).find("secret"), std::string::npos);
  EXPECT_EQ(ring.bytes(), counted());
}

TEST_F(Deletion, OfAnAnswerAndThenOfWhatItQuotedLeavesNeither) {
  ring.push(sent(11, kSecret));
  ring.push(answer(12, 11, "yes"));
  ring.push(
      deleted(13, 12, entity::Quote{1, MessageId(11), entity::UserId(7), std::string(kSecret)}));
  EXPECT_NE(json(12).find("secret"), std::string::npos) << "a tombstone still quotes";
  ring.push(deleted(14, 11));
  for (std::int64_t id = 11; id <= 14; ++id) {
    EXPECT_EQ(json(id).find("secret"), std::string::npos) << id;
  }
  EXPECT_EQ(ring.bytes(), counted());
}

TEST_F(Deletion, OfWhatTheRingNoLongerHoldsBlanksWhatItDoes) {
  ring.push(answer(11, 5, "yes"));
  ring.push(edited(12, 6, kSecret));
  ring.push(deleted(13, 5));
  ring.push(deleted(14, 6));
  EXPECT_EQ(json(11).find("secret"), std::string::npos);
  EXPECT_EQ(json(12).find("secret"), std::string::npos);
  ring.push(deleted(15, 7));
  EXPECT_EQ(ring.bytes(), counted());
}

TEST_F(Deletion, ComesAfterItsEntriesHaveGone) {
  ring.push(sent(11, kSecret));
  ring.push(edited(12, 11, kSecret));
  ring.push(answer(13, 11, "yes"));
  for (std::int64_t id = 14; id < 22; ++id) {
    ring.push(sent(id, "text"));
  }
  ring.push(deleted(22, 11));
  EXPECT_EQ(ring.size(), 6U);
  EXPECT_EQ(ring.bytes(), counted());
}

TEST_F(Deletion, LetsEntriesInFlightBeAsTheyWere) {
  const EventPtr shown = sent(11, kSecret);
  ring.push(shown);
  ring.push(deleted(12, 11));
  EXPECT_NE(shown->json.find("secret"), std::string::npos) << "what is being sent is immutable";
}

// One event in each batch: so what was cut off is told again from the same place.
class DeletionTest : public stage::EventStreamTest {
 protected:
  DeletionTest() : EventStreamTest(stage::small(100, 1)) {}

  std::string ask(const std::string& cursor) {
    const stage::ReplyPtr reply = stage.poll(stage::user(1), cursor, 0);
    stage.settle();
    EXPECT_TRUE(reply->done);
    return reply->body;
  }
  void commit() {
    stage.hub->committed(stage.log.commit());
    stage.settle();
  }
};

TEST_F(DeletionTest, IsSeenByWhoAsksAgainFromTheSamePlace) {
  const std::string cursor = stage.cursor();
  const EventId first = stage.log.say(stage::user(2), stage::conversation(1), "a secret");
  stage.log.say(stage::user(2), stage::conversation(1), "another text");
  commit();
  const std::string before = ask(cursor);
  EXPECT_NE(before.find("a secret"), std::string::npos);
  EXPECT_NE(before.find(R"("more":true)"), std::string::npos);
  stage.log.erase(stage::user(2), first);
  commit();
  const std::string after = ask(cursor);
  EXPECT_EQ(stage::ids_of(after), stage::ids_of(before));
  EXPECT_EQ(after.find("a secret"), std::string::npos);
  EXPECT_NE(after.find(R"("deleted_by":2)"), std::string::npos);
}

}  // namespace
}  // namespace keepline::push
