#include "push/local_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::field;
using stage::ids_of;
using stage::ReplyPtr;
using stage::Stage;
using stage::user;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSuperseded = R"("advice":{"wait":0,"retry":[4000,6000]})";

/// A log with users 1 and 2 in room 1; its joins are 101 and 102.
stage::Log room_of_two() {
  stage::Log log;
  log.join(user(1), conversation(1));
  log.join(user(2), conversation(1));
  log.commit();
  return log;
}

class PollTest : public testing::Test {
 protected:
  explicit PollTest(std::size_t shards = 1, HubOptions options = {})
      : stage(shards, std::move(options), room_of_two()) {}

  Stage stage;
};

TEST_F(PollTest, WithoutACursorIsAnsweredAtOnceWithOne) {
  const ReplyPtr reply = stage.poll(user(1), std::nullopt);
  stage.settle();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(reply->body, HasSubstr(R"("hello":{"user":1,"build":"b1")"));
  const auto cursor = entity::decode_cursor(field(reply->body, "cursor"));
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->event, EventId(102));
  EXPECT_EQ(cursor->run, 77U);
  EXPECT_THAT(ids_of(reply->body), IsEmpty());
}

// Goal: "now" is when the poll came, however long its inbox took.
TEST_F(PollTest, WithoutACursorBeginsWhenItArrived) {
  const ReplyPtr reply = stage.poll(user(1), std::nullopt);
  stage.log.say(user(2), conversation(1));
  stage.commit();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(ids_of(reply->body), ElementsAre(103));
}

TEST_F(PollTest, ParksUntilSomethingConcernsTheUser) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  const ReplyPtr stranger = stage.poll(user(3), stage.cursor());
  stage.settle();
  EXPECT_FALSE(reply->done);
  EXPECT_TRUE(reply->held);
  EXPECT_EQ(stage.local().parked(), 2U);
  stage.log.say(user(2), conversation(1), "hello");
  stage.commit();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(ids_of(reply->body), ElementsAre(103));
  EXPECT_THAT(reply->body, HasSubstr(R"("text":"hello")"));
  EXPECT_THAT(reply->body, HasSubstr(R"("more":false)"));
  EXPECT_FALSE(stranger->done);
  EXPECT_EQ(stage.local().parked(), 1U);
}

TEST_F(PollTest, WithWaitZeroIsAnsweredAtOnceAndEndsNoOther) {
  const ReplyPtr parked = stage.poll(user(1), stage.cursor());
  stage.settle();
  const ReplyPtr at_once = stage.poll(user(1), stage.cursor(), 0);
  EXPECT_TRUE(at_once->done);
  EXPECT_FALSE(parked->done);
}

// Goal: a quiet client never grows stale.
TEST_F(PollTest, ThatTimesOutAnswersNothingAtAnAdvancedCursor) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor(), 10);
  stage.settle();
  stage.log.say(user(3), conversation(5));
  stage.commit();
  stage.pass(7900ms);
  EXPECT_FALSE(reply->done);
  stage.pass(2300ms);
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(ids_of(reply->body), IsEmpty());
  EXPECT_EQ(entity::decode_cursor(field(reply->body, "cursor"))->event, EventId(103));
}

TEST_F(PollTest, ALostAnswerIsAskedForAgainAndIsTheSame) {
  const ReplyPtr here = stage.poll(user(1), stage.cursor(), 25, "another");
  stage.settle();
  const std::string cursor = stage.cursor();
  stage.log.say(user(2), conversation(1));
  stage.log.say(user(2), conversation(1));
  stage.commit();
  const ReplyPtr first = stage.poll(user(1), cursor);
  stage.settle();
  const ReplyPtr again = stage.poll(user(1), cursor);
  stage.settle();
  EXPECT_THAT(ids_of(first->body), ElementsAre(103, 104));
  EXPECT_EQ(first->body, again->body);
}

struct BadCursor {
  std::string why;
  std::string text;
};

TEST_F(PollTest, CursorsThatCannotBeHonouredAreResetInTheStream) {
  stage.settle();
  const auto encoded = [](std::int64_t epoch, std::int64_t event, std::uint64_t run,
                          std::uint64_t signal) {
    return entity::encode(entity::Cursor{epoch, EventId(event), run, signal});
  };
  const std::vector<BadCursor> cases = {
      {"unknown", ""},
      {"unknown", "garbage"},
      {"unknown", std::string(300, '1')},
      {"epoch", encoded(2, 102, 77, 0)},
      {"old", encoded(1, 99, 77, 0)},
      {"old", encoded(1, 0, 77, 0)},
      {"ahead", encoded(1, 103, 77, 0)},
      {"ahead", encoded(1, base::kIdMax, 77, 0)},
      {"ahead", encoded(1, 102, 77, 1'000'000)},
  };
  for (const BadCursor& bad : cases) {
    const ReplyPtr reply = stage.poll(user(1), bad.text);
    ASSERT_TRUE(reply->done) << bad.text;
    EXPECT_EQ(reply->status, 200);
    EXPECT_THAT(reply->body, HasSubstr("{\"reset\":{\"why\":\"" + bad.why + "\"}")) << bad.text;
    EXPECT_EQ(entity::decode_cursor(field(reply->body, "cursor"))->event, EventId(102));
  }
}

TEST_F(PollTest, TheFloorItselfIsGood) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor_at(EventId(100)));
  stage.settle();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(ids_of(reply->body), ElementsAre(101, 102));
}

// Goal: another shard, or the database, may be further than this one: that is no reset.
TEST_F(PollTest, ACursorAboveTheShardsHeadParksUntilTheShardGetsThere) {
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());  // handed to the tail; the shard has not run yet
  const ReplyPtr reply = stage.poll(user(1), stage.cursor_at(EventId(103)));
  stage.settle();
  EXPECT_FALSE(reply->done);
  stage.log.say(user(2), conversation(1));
  stage.commit();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(104));
}

TEST_F(PollTest, AnotherRunsCursorGetsThePictureAtOnce) {
  stage.log.befriend(user(1), user(2));
  stage.log.profile(user(2));
  stage.commit();
  entity::Cursor cursor = stage.local().cursor_at(stage.log.head());
  cursor.run = 5;
  cursor.signal = 1'000'000;
  const ReplyPtr reply = stage.poll(user(1), entity::encode(cursor));
  stage.settle();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(reply->body, HasSubstr(R"({"kind":"presence","user":2,"data":{"online":false}})"));
  EXPECT_THAT(reply->body, HasSubstr(R"({"kind":"profile","user":2,"data":{"version":105}})"));
  EXPECT_THAT(reply->body, HasSubstr("hello"));
}

TEST_F(PollTest, ANewerPollOfTheSameClientSupersedesTheOlderWhichKeepsItsCursor) {
  const std::string old_cursor = stage.cursor_at(EventId(102));
  const ReplyPtr older = stage.poll(user(1), old_cursor);
  stage.settle();
  stage.log.say(user(3), conversation(5));
  stage.commit();
  const ReplyPtr newer = stage.poll(user(1), stage.cursor());
  stage.settle();
  ASSERT_TRUE(older->done);
  EXPECT_EQ(field(older->body, "cursor"), old_cursor);
  EXPECT_THAT(older->body, HasSubstr(kSuperseded));
  EXPECT_FALSE(newer->done);
}

TEST_F(PollTest, AThirdPollOfASessionMakesTheOldestAnswer) {
  const ReplyPtr first = stage.poll(user(1), stage.cursor(), 25, "a");
  const ReplyPtr second = stage.poll(user(1), stage.cursor(), 25, "b");
  const ReplyPtr other = stage.poll(user(1), stage.cursor(), 25, "c", 0, SessionId(2));
  stage.settle();
  EXPECT_FALSE(first->done);
  const ReplyPtr third = stage.poll(user(1), stage.cursor(), 25, "c");
  stage.settle();
  ASSERT_TRUE(first->done);
  EXPECT_THAT(first->body, HasSubstr(kSuperseded));
  EXPECT_FALSE(second->done);
  EXPECT_FALSE(other->done);
  EXPECT_FALSE(third->done);
}

TEST_F(PollTest, AClientThatWentAwayLeavesNothing) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  reply->go_away();
  EXPECT_EQ(stage.local().parked(), 0U);
  stage.log.say(user(2), conversation(1));
  stage.commit();
  EXPECT_FALSE(reply->done);
  stage.pass(31s);
  EXPECT_EQ(stage.local().nearby().size(), 0U);
  EXPECT_EQ(stage.local().nearby().audience().rooms(), 0U);
}

TEST_F(PollTest, AFailedViewIsToldAndNotRemembered) {
  stage.reads.fail = true;
  const ReplyPtr failed = stage.poll(user(1), stage.cursor());
  stage.settle();
  EXPECT_EQ(failed->status, 503);
  stage.reads.fail = false;
  const ReplyPtr reply = stage.poll(user(1), stage.cursor_at(EventId(101)));
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(102));
}

// Goal: audience is decided at the event, live.
TEST_F(PollTest, WhoJoinsHearsTheJoinAndWhoLeavesHearsTheLeavingAndNothingAfter) {
  const ReplyPtr joins = stage.poll(user(3), stage.cursor());
  const ReplyPtr leaves = stage.poll(user(2), stage.cursor());
  stage.settle();
  stage.log.say(user(1), conversation(1));
  stage.log.join(user(3), conversation(1));
  stage.log.leave(user(2), conversation(1));
  stage.log.say(user(1), conversation(1));
  stage.commit();
  EXPECT_THAT(ids_of(joins->body), ElementsAre(104, 105, 106));
  EXPECT_THAT(ids_of(leaves->body), ElementsAre(103, 104, 105));
}

TEST_F(PollTest, OwnReadMarksComeOnceAndOthersWhereTheUserShares) {
  entity::Settings silent;
  silent.receipts = false;
  stage.log.join(user(3), conversation(1));
  stage.log.set(user(3), silent);
  stage.commit();
  const std::string cursor = stage.cursor();
  const ReplyPtr reader = stage.poll(user(1), cursor);
  const ReplyPtr sharer = stage.poll(user(2), cursor);
  const ReplyPtr hider = stage.poll(user(3), cursor);
  stage.settle();
  stage.log.read(user(1), conversation(1));  // 105 for the reader, 106 for the room
  stage.commit();
  EXPECT_THAT(ids_of(reader->body), ElementsAre(105));
  EXPECT_THAT(ids_of(sharer->body), ElementsAre(106));
  EXPECT_FALSE(hider->done);
  // And the same in catch-up.
  const ReplyPtr later = stage.poll(user(1), cursor);
  stage.settle();
  EXPECT_THAT(ids_of(later->body), ElementsAre(105));
}

TEST_F(PollTest, AChangeOfReceiptsCountsFromItsPlace) {
  const ReplyPtr first = stage.poll(user(2), stage.cursor());
  stage.settle();
  entity::Settings silent;
  silent.receipts = false;
  stage.log.read(user(1), conversation(1));  // 103, 104
  stage.log.set(user(2), silent);            // 105
  stage.log.read(user(1), conversation(1));  // 106, 107
  stage.commit();
  ASSERT_TRUE(first->done);
  EXPECT_THAT(ids_of(first->body), ElementsAre(105));
}

TEST_F(PollTest, TheEndOfASessionEndsItsPollsAndNoOthers) {
  std::vector<std::string> order;
  ReplyPtr reply;
  stage.local().on_session_ended([&](UserId who, SessionId session, EventId id) {
    order.push_back(std::to_string(who.value) + " " + std::to_string(session.value) + " " +
                    std::to_string(id.value) + (reply->done ? " late" : " first"));
  });
  reply = stage.poll(user(1), stage.cursor(), 25, "a", 0, SessionId(4));
  const ReplyPtr other = stage.poll(user(1), stage.cursor(), 25, "a", 0, SessionId(5));
  stage.settle();
  stage.log.end_session(user(1), SessionId(4));
  stage.commit();
  EXPECT_THAT(order, ElementsAre("1 4 103 first"));
  EXPECT_EQ(reply->status, 401);
  EXPECT_THAT(reply->body, HasSubstr(R"("code":"sign_in_required")"));
  EXPECT_FALSE(other->done);
}

TEST_F(PollTest, TheEndOfASessionEndsAPollWhoseInboxIsStillLoading) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor(), 25, "a", 0, SessionId(4));
  stage.log.end_session(user(1), SessionId(4));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  EXPECT_EQ(reply->status, 401);
  stage.settle();
}

TEST_F(PollTest, DrainingAnswersWhatIsParkedAndAtOnceWhatComes) {
  const ReplyPtr parked = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.hub->drain(1s);
  stage.settle();
  stage.pass(1s);
  ASSERT_TRUE(parked->done);
  EXPECT_THAT(parked->body, HasSubstr(R"("advice":{"retry":[500,2000]})"));
  const ReplyPtr late = stage.poll(user(1), stage.cursor());
  stage.settle();
  ASSERT_TRUE(late->done);
  EXPECT_THAT(late->body, HasSubstr(R"("advice":{"retry":[500,2000]})"));
}

class TwoShardsTest : public PollTest {
 protected:
  TwoShardsTest() : PollTest(2) {}
};

TEST_F(TwoShardsTest, SupersessionReachesAcrossShards) {
  const ReplyPtr older = stage.poll(user(1), stage.cursor(), 25, "a", 0);
  stage.settle();
  stage.pass(100ms);
  const ReplyPtr newer = stage.poll(user(1), stage.cursor(), 25, "a", 1);
  stage.settle();
  EXPECT_THAT(older->body, HasSubstr(kSuperseded));
  EXPECT_FALSE(newer->done);
  stage.pass(100ms);
  const ReplyPtr newest = stage.poll(user(1), stage.cursor(), 25, "a", 0);
  stage.settle();
  EXPECT_THAT(newer->body, HasSubstr(kSuperseded));
  EXPECT_FALSE(newest->done);
}

TEST_F(TwoShardsTest, TheNextPollOfAConnectionCostsNoMessage) {
  ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.say(user(2), conversation(1));
  stage.commit();
  ASSERT_TRUE(reply->done);
  reply = stage.poll(user(1), field(reply->body, "cursor"));
  EXPECT_TRUE(stage.shards_.idle());
  EXPECT_FALSE(reply->done);
}

TEST_F(TwoShardsTest, EveryShardHearsEverything) {
  const ReplyPtr here = stage.poll(user(1), stage.cursor(), 25, "a", 0);
  const ReplyPtr there = stage.poll(user(2), stage.cursor(), 25, "a", 1);
  stage.settle();
  stage.log.say(user(1), conversation(1));
  stage.commit();
  EXPECT_EQ(here->body, there->body);
  EXPECT_THAT(ids_of(here->body), ElementsAre(103));
}

}  // namespace
}  // namespace keepline::push
