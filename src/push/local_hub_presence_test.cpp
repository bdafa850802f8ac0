#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/local_hub.h"
#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::field;
using stage::ReplyPtr;
using stage::Stage;
using stage::user;
using testing::HasSubstr;
using testing::Not;

stage::Log friends() {
  stage::Log log;
  log.befriend(user(1), user(2));
  for (const std::int64_t who : {1, 2, 3}) {
    log.join(user(who), conversation(1));
  }
  log.commit();
  return log;
}

class PresenceTest : public testing::Test {
 protected:
  std::string edges() {
    std::string text;
    for (const Stage::Edge& edge : stage.edges) {
      text += std::to_string(edge.who.value) + (edge.online ? "+ " : "- ");
    }
    return text;
  }
  /// The next batch after `last`, once something is there; "" if there is nothing.
  std::string next(UserId who, ReplyPtr& reply) {
    const std::string body = reply->done ? reply->body : "";
    if (reply->done) {
      reply = stage.poll(who, field(body, "cursor"));
      stage.settle();
    }
    return body;
  }

  /// All that `who` hears while `time` passes, asking again after each batch.
  std::string heard(UserId who, ReplyPtr& reply, std::chrono::milliseconds time) {
    std::string bodies = next(who, reply);
    for (; time > 0ms; time -= 100ms) {
      stage.pass(100ms);
      bodies += next(who, reply);
    }
    return bodies;
  }

  Stage stage{2, {}, friends()};
};

TEST_F(PresenceTest, AFriendHearsOfTheFirstStreamAtOnceAndAStrangerDoesNot) {
  const ReplyPtr friendly = stage.poll(user(1), stage.cursor());
  const ReplyPtr strange = stage.poll(user(3), stage.cursor(), 25, "a", 1);
  stage.settle();
  const ReplyPtr comes = stage.poll(user(2), stage.cursor(), 25, "a", 1);
  stage.settle();
  EXPECT_THAT(friendly->body, HasSubstr(R"({"kind":"presence","user":2,"data":{"online":true}})"));
  EXPECT_FALSE(strange->done);
  EXPECT_TRUE(stage.local(0).presence(user(2)).online);
  EXPECT_EQ(edges(), "1+ 3+ 2+ ");
}

// Goal: the gap between two polls is not an absence; the grace counts from the last stream's end.
TEST_F(PresenceTest, OfflineComesThirtySecondsAfterTheLastStreamEnded) {
  ReplyPtr reply = stage.poll(user(2), stage.cursor(), 25);
  stage.settle();
  const base::Time ended = stage.clock.now();
  reply->go_away();
  stage.pass(29s);
  EXPECT_TRUE(stage.local().presence(user(2)).online);
  stage.pass(1300ms);
  EXPECT_FALSE(stage.local().presence(user(2)).online);
  EXPECT_EQ(edges(), "2+ 2- ");
  EXPECT_EQ(stage.edges.back().at, ended);
}

TEST_F(PresenceTest, StreamsOnTwoShardsAreOnePresence) {
  const ReplyPtr a = stage.poll(user(2), stage.cursor(), 25, "a", 0);
  const ReplyPtr b = stage.poll(user(2), stage.cursor(), 25, "b", 1);
  stage.settle();
  a->go_away();
  for (int i = 0; i < 3; ++i) {
    stage.pass(15s);
    stage.poll(user(2), stage.cursor(), 25, "b", 1);
  }
  EXPECT_EQ(edges(), "2+ ");
}

TEST_F(PresenceTest, LastSeenIsShownOnlyIfTheUserShowsIt) {
  ReplyPtr watcher = stage.poll(user(1), stage.cursor());
  stage.settle();
  const ReplyPtr shows = stage.poll(user(2), stage.cursor());
  stage.settle();
  shows->go_away();
  EXPECT_THAT(heard(user(1), watcher, 31s),
              HasSubstr(R"("user":2,"data":{"online":false,"last_seen")"));
  entity::Settings hides;
  hides.last_seen = false;
  stage.log.set(user(2), hides);
  stage.commit();
  const ReplyPtr back = stage.poll(user(2), stage.cursor());
  stage.settle();
  back->go_away();
  EXPECT_THAT(heard(user(1), watcher, 31s), HasSubstr(R"("user":2,"data":{"online":false}})"));
}

entity::Settings showing(entity::PresenceChoice choice) {
  entity::Settings settings;
  settings.presence = choice;
  return settings;
}

TEST_F(PresenceTest, WhoIsBusyIsSeenSoAndNoLongerWhereTheyEndIt) {
  ReplyPtr watcher = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.set(user(2), showing(entity::PresenceChoice::kBusy));
  stage.commit();
  const ReplyPtr comes = stage.poll(user(2), stage.cursor(), 25, "a", 1);
  stage.settle();
  EXPECT_THAT(next(user(1), watcher), HasSubstr(R"("user":2,"data":{"online":true,"busy":true}})"));
  EXPECT_EQ(stage.local().presence(user(2)), (Presence{true, true}));
  stage.log.set(user(2), showing(entity::PresenceChoice::kAutomatic));
  stage.commit();
  EXPECT_THAT(next(user(1), watcher), HasSubstr(R"("user":2,"data":{"online":true}})"));
  EXPECT_FALSE(stage.local().presence(user(2)).busy);
}

// Goal: what is not known yet is not shown: a view takes as long as the database takes.
TEST_F(PresenceTest, WhoIsInvisibleIsNeverSeenNotEvenWhileTheirViewIsRead) {
  stage.log.set(user(2), showing(entity::PresenceChoice::kInvisible));
  stage.commit();
  ReplyPtr watcher = stage.poll(user(1), stage.cursor());
  stage.settle();
  const ReplyPtr comes = stage.poll(user(2), stage.cursor());
  stage.local().touch(user(2));
  stage.shards_.run_all();
  EXPECT_EQ(edges(), "1+ ");
  stage.settle();
  stage.local().typing(user(2), conversation(1));
  stage.settle();
  comes->go_away();
  stage.local().touch(user(2));
  EXPECT_THAT(heard(user(1), watcher, 40s), Not(HasSubstr("\"user\":2")));
  EXPECT_EQ(edges(), "1+ ");
}

TEST_F(PresenceTest, BecomingInvisibleLooksLikeGoingAndStaysSo) {
  ReplyPtr watcher = stage.poll(user(1), stage.cursor());
  stage.settle();
  ReplyPtr here = stage.poll(user(2), stage.cursor(), 25, "a", 0);
  ReplyPtr there = stage.poll(user(2), stage.cursor(), 25, "b", 1);
  stage.settle();
  stage.log.set(user(2), showing(entity::PresenceChoice::kInvisible));
  stage.commit();
  here = stage.poll(user(2), stage.cursor(), 25, "a", 0);
  there = stage.poll(user(2), stage.cursor(), 25, "b", 1);
  stage.settle();
  EXPECT_THAT(heard(user(1), watcher, 1s), HasSubstr(R"("user":2,"data":{"online":false,)"));
  const base::Time went = stage.clock.now();
  stage.pass(10s);
  here->go_away();
  there->go_away();
  EXPECT_THAT(heard(user(1), watcher, 40s), Not(HasSubstr("\"user\":2")));
  EXPECT_LE(stage.edges.back().at, went) << "what is kept as the time they were last here";
}

TEST_F(PresenceTest, LeavingEndsTheGraceButNotAnOpenStream) {
  const ReplyPtr a = stage.poll(user(2), stage.cursor(), 25, "a", 0);
  const ReplyPtr b = stage.poll(user(2), stage.cursor(), 25, "b", 1);
  stage.settle();
  a->go_away();
  stage.local(0).leave(user(2));
  stage.settle();
  EXPECT_TRUE(stage.local().presence(user(2)).online);
  b->go_away();
  stage.local(0).leave(user(2));
  stage.settle();
  EXPECT_FALSE(stage.local().presence(user(2)).online);
  EXPECT_EQ(edges(), "2+ 2- ");
}

TEST_F(PresenceTest, ATouchIsAStreamThatEnded) {
  stage.local().touch(user(2));
  stage.settle();
  EXPECT_EQ(edges(), "2+ ");
  stage.pass(20s);
  stage.local().touch(user(2));
  stage.pass(20s);
  EXPECT_EQ(edges(), "2+ ");
  stage.pass(11s);
  EXPECT_EQ(edges(), "2+ 2- ");
}

TEST_F(PresenceTest, BecomingFriendsShowsThePresenceThatIs) {
  const ReplyPtr there = stage.poll(user(3), stage.cursor());
  stage.settle();
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.befriend(user(1), user(3));
  stage.commit();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(reply->body, HasSubstr(R"("type":"relation")"));
  EXPECT_THAT(reply->body, HasSubstr(R"({"kind":"presence","user":3,"data":{"online":true}})"));
}

TEST_F(PresenceTest, WhoIsNoLongerAFriendIsNoLongerSeen) {
  stage.log.befriend(user(1), user(2), entity::RelationState::kNone);
  stage.commit();
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  const ReplyPtr comes = stage.poll(user(2), stage.cursor());
  stage.settle();
  EXPECT_FALSE(reply->done);
}

TEST_F(PresenceTest, AChangedProfileIsASignalToWhoSeesItAndAnEventToItsOwner) {
  const ReplyPtr friendly = stage.poll(user(1), stage.cursor());
  stage.settle();
  const ReplyPtr strange = stage.poll(user(3), stage.cursor());
  const ReplyPtr owner = stage.poll(user(2), stage.cursor());
  stage.settle();
  ReplyPtr again = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.profile(user(2));
  stage.commit();
  EXPECT_THAT(again->body, HasSubstr(R"({"kind":"profile","user":2,"data":{"version":106}})"));
  EXPECT_THAT(owner->body, HasSubstr(R"("type":"profile")"));
  EXPECT_FALSE(strange->done);
}

TEST_F(PresenceTest, TypingReachesTheOthersAndEnds) {
  ReplyPtr hears = stage.poll(user(3), stage.cursor());
  const ReplyPtr self = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.local(1).typing(user(1), conversation(1));  // its inbox is not on this shard yet
  stage.settle();
  EXPECT_THAT(next(user(3), hears),
              HasSubstr(R"({"kind":"typing","user":1,"conversation":1,"data":{"typing":true}})"));
  EXPECT_FALSE(self->done);
  stage.pass(5900ms);
  EXPECT_FALSE(hears->done);
  stage.pass(400ms);
  EXPECT_THAT(next(user(3), hears), HasSubstr(R"("data":{"typing":false})"));
}

TEST_F(PresenceTest, TypingIsMutualAndForMembersOnly) {
  entity::Settings quiet;
  quiet.typing = false;
  stage.log.set(user(3), quiet);
  stage.commit();
  const ReplyPtr two = stage.poll(user(2), stage.cursor());
  const ReplyPtr three = stage.poll(user(3), stage.cursor());
  stage.settle();
  stage.local().typing(user(3), conversation(1));
  stage.local().typing(user(9), conversation(1));
  stage.settle();
  EXPECT_FALSE(two->done);
  stage.local().typing(user(1), conversation(1));
  stage.settle();
  EXPECT_TRUE(two->done);
  EXPECT_FALSE(three->done);
}

TEST_F(PresenceTest, NobodyHearsOfTypingInALargeConversation) {
  for (std::int64_t id = 10; id < 10 + kTypingMembersMax - 3; ++id) {
    stage.log.join(user(id), conversation(1));
  }
  stage.commit();  // exactly as many as may be
  ReplyPtr reply = stage.poll(user(3), stage.cursor());
  stage.settle();
  stage.local().typing(user(1), conversation(1));
  stage.settle();
  EXPECT_THAT(next(user(3), reply), HasSubstr("typing"));
  stage.log.join(user(99), conversation(1));
  stage.commit();
  next(user(3), reply);
  stage.pass(7s);
  next(user(3), reply);
  stage.local().typing(user(1), conversation(1));
  stage.settle();
  EXPECT_FALSE(reply->done);
}

TEST_F(PresenceTest, ASignalNeverMovesTheDurablePartOfTheCursor) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.poll(user(2), stage.cursor());
  stage.settle();
  ASSERT_TRUE(reply->done);
  EXPECT_EQ(entity::decode_cursor(field(reply->body, "cursor"))->event, stage.log.head());
}

}  // namespace
}  // namespace keepline::push
