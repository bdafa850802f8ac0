#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "push/test_streams.h"

// Clients that come back: after answers that crossed, after an idle time, after a page that was
// lost, over a line that hardly carries. docs/faults.md has the cases.
namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::cursor_of;
using stage::EventStreamTest;
using stage::FeedPtr;
using stage::field;
using stage::heard_by;
using stage::ids_of;
using stage::ReplyPtr;
using stage::room_of_two;
using stage::Stage;
using stage::user;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A client as simple as one can be: it applies what comes, in whatever order, and stands where the
/// last answer said.
struct Simple {
  std::set<std::int64_t> applied;
  std::string cursor;

  void take(const std::string& body) {
    for (const std::int64_t id : ids_of(body)) {
      applied.insert(id);
    }
    cursor = field(body, "cursor");
  }
};

class ResumeTest : public EventStreamTest {
 protected:
  explicit ResumeTest(HubOptions options = {}) : EventStreamTest(std::move(options)) {}

  std::string ask(const std::string& cursor) {
    const ReplyPtr reply = stage.poll(user(1), cursor, 0);
    stage.settle();
    EXPECT_TRUE(reply->done);
    EXPECT_THAT(reply->body, Not(HasSubstr("reset")));
    return reply->body;
  }
  /// All that concerns user 1 after `after`, by the log's own count.
  std::set<std::int64_t> wanted(std::int64_t after) const {
    std::set<std::int64_t> ids;
    for (const EventId id : stage.log.heard_by(user(1), EventId(after))) {
      ids.insert(id.value);
    }
    return ids;
  }
};

class SmallRingResumeTest : public ResumeTest {
 protected:
  SmallRingResumeTest() : ResumeTest(stage::small(4, 500)) {}
};

class SmallPageResumeTest : public ResumeTest {
 protected:
  SmallPageResumeTest() : ResumeTest(stage::small(4, 3)) {}
};

// Goal: the answer to the older of two polls comes last, and takes a simple client back: it hears
// something twice, and nothing is lost.
TEST_F(ResumeTest, OfTwoAnswersThatCrossedLosesNothing) {
  const std::string cursor = stage.cursor();
  say();
  const std::string older = ask(cursor);
  say();
  const std::string newer = ask(cursor);
  EXPECT_THAT(ids_of(older), ElementsAre(103));
  EXPECT_THAT(ids_of(newer), ElementsAre(103, 104));
  Simple client;
  client.take(newer);
  client.take(older);
  EXPECT_EQ(cursor_of(older), EventId(103)) << "it says what it has, not what there is";
  client.take(ask(client.cursor));
  EXPECT_EQ(client.applied, wanted(102));
}

// The same where the older one waits for the database while the newer one is answered.
TEST_F(SmallRingResumeTest, OfAnAnswerThatTheDatabaseHeldBackLosesNothing) {
  const std::string cursor = stage.cursor();
  say(10);
  const ReplyPtr older = stage.poll(user(1), cursor);
  stage.reads.answer();  // the view: now it needs a page
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  stage.reads.read();  // and is on its way
  for (int i = 0; i < 2; ++i) {
    stage.log.say(user(2), conversation(1));
    stage.hub->committed(stage.log.commit());
    stage.shards_.run_all();
  }
  const ReplyPtr newer = stage.poll(user(1), stage.cursor_at(EventId(112)));
  stage.shards_.run_all();
  ASSERT_TRUE(newer->done);
  ASSERT_FALSE(older->done);
  stage.settle();
  Simple client;
  client.take(newer->body);
  client.take(older->body);
  client.take(ask(client.cursor));
  EXPECT_EQ(client.applied, wanted(102));
}

// Goal: a client has a cursor from its first answer on, though nothing has happened yet.
TEST_F(ResumeTest, AfterNothingWasHeardBringsWhatCameMeanwhile) {
  const ReplyPtr poll = stage.poll(user(1), std::nullopt);
  const FeedPtr feed = stage.stream(user(1), std::nullopt);
  stage.settle();
  const std::vector<std::string> cursors = {field(poll->body, "cursor"),
                                            field(feed->last(), "cursor"), stage.cursor()};
  feed->go_away();
  const ReplyPtr parked = stage.poll(user(1), stage.cursor(), 25, "b");
  stage.settle();
  parked->go_away();
  say();
  for (const std::string& cursor : cursors) {
    EXPECT_THAT(ids_of(ask(cursor)), ElementsAre(103)) << cursor;
    const FeedPtr again = stage.stream(user(1), cursor);
    stage.settle();
    EXPECT_THAT(heard_by(again), ElementsAre(103)) << cursor;
  }
}

// Goal: others fill the ring many times over, and the log forgets all of it, while a client waits
// and hears nothing: it is never told to begin anew.
TEST_F(SmallRingResumeTest, AfterAnIdleTimeLongerThanTheLogKeepsIsNoReset) {
  FeedPtr feed = begin();
  ReplyPtr poll = stage.poll(user(1), stage.cursor(), 25, "b");
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i) {
      stage.log.say(user(3), conversation(5));
    }
    stage.commit();
    stage.pass(27s);
    ASSERT_TRUE(poll->done);
    ASSERT_THAT(ids_of(poll->body), IsEmpty());
    ASSERT_FALSE(feed->batches.empty()) << "ended " << feed->ended << feed->dropped;
    const std::string cursor = field(poll->body, "cursor");
    EXPECT_EQ(cursor_of(poll->body), stage.log.head());
    EXPECT_EQ(cursor_of(feed->last()), stage.log.head());
    stage.log.set_floor(stage.log.head());
    feed->go_away();
    feed = stage.stream(user(1), field(feed->last(), "cursor"));
    poll = stage.poll(user(1), cursor, 25, "b");
    stage.settle();
    ASSERT_FALSE(poll->done) << poll->body;
    ASSERT_FALSE(feed->ended);
  }
  const std::int64_t last = say();
  EXPECT_THAT(ids_of(poll->body), ElementsAre(last));
  EXPECT_THAT(heard_by(feed), ElementsAre(last));
}

// And one who was away for longer than the ring remembers is served by the database.
TEST_F(SmallRingResumeTest, AfterAnAbsenceLongerThanTheRingComesFromTheDatabase) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 50; ++i) {
    stage.log.say(user(3), conversation(5));
    stage.log.say(user(2), conversation(1));
  }
  stage.commit();
  Simple client;
  client.take(ask(cursor));
  EXPECT_EQ(client.applied, wanted(102));
  EXPECT_GT(stage.reads.pages_asked, 0U);
}

// Goal: what was replayed is not replayed again to one who left at once and comes back.
TEST_F(ResumeTest, AfterAReplayBringsNothingTwice) {
  const std::string cursor = stage.cursor();
  say(5);
  const std::string replayed = ask(cursor);
  EXPECT_THAT(ids_of(ask(field(replayed, "cursor"))), IsEmpty());
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.settle();
  EXPECT_EQ(heard_by(feed).size(), 5U);
  feed->go_away();
  const FeedPtr again = stage.stream(user(1), field(feed->last(), "cursor"));
  stage.settle();
  EXPECT_THAT(heard_by(again), IsEmpty());
}

// Goal: pages that are lost are asked for again, while the log goes on.
TEST_F(SmallPageResumeTest, BetweenPagesOfALongCatchUpMissesNothing) {
  // The last page ends at the ring's edge, within it, and beyond.
  for (int behind = 18; behind < 24; ++behind) {
    const std::int64_t from = stage.log.head().value;
    Simple client;
    client.cursor = stage.cursor();
    say(behind);
    std::vector<std::int64_t> in_order;
    std::size_t asked = 0;
    for (bool more = true; more; ++asked) {
      ASSERT_LT(asked, 100U) << "it never ends";
      if (asked < 12) {
        say();
      }
      const std::string page = ask(client.cursor);
      if (asked % 2 == 0) {
        continue;  // the connection broke before the client had it
      }
      const auto ids = ids_of(page);
      in_order.insert(in_order.end(), ids.begin(), ids.end());
      client.take(page);
      more = page.find(R"("more":true)") != std::string::npos;
    }
    EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
    EXPECT_EQ(in_order.size(), client.applied.size()) << "none twice";
    EXPECT_EQ(client.applied, wanted(from)) << behind;
  }
}

// Goal: a line so slow that every attempt breaks after one batch still brings a client forward.
TEST_F(SmallPageResumeTest, OverALineThatBreaksAfterEachBatchComesToTheEnd) {
  std::string cursor = stage.cursor();
  say(20);
  std::vector<std::int64_t> heard;
  std::size_t attempts = 0;
  while (heard.size() < 20) {
    ASSERT_LT(++attempts, 10U) << "it gets nowhere";
    EventsRequest request;
    request.user = user(1);
    request.session = SessionId(1);
    request.cursor = cursor;
    const FeedPtr feed = stage.stream(std::move(request), 0, /*full=*/true);
    stage.settle();
    ASSERT_EQ(feed->on_way.size(), 1U) << "no more is made than the line takes";
    feed->take();
    feed->go_away();
    ASSERT_GE(feed->batches.size(), 1U);
    const std::string& batch = feed->batches.front().body;
    const auto ids = ids_of(batch);
    EXPECT_LE(ids.size(), 3U);
    heard.insert(heard.end(), ids.begin(), ids.end());
    cursor = field(batch, "cursor");
    stage.settle();
  }
  EXPECT_EQ(std::set(heard.begin(), heard.end()), wanted(102));
  EXPECT_EQ(attempts, 7U);
}

// Goal: a failure is told to whoever asked, and is nobody's answer after it.
TEST_F(SmallRingResumeTest, AfterAFailedCatchUpSucceedsAtOnce) {
  const std::string cursor = stage.cursor();
  const ReplyPtr here = stage.poll(user(1), stage.cursor(), 25, "elsewhere");
  say(10);
  ASSERT_TRUE(here->done);
  stage.reads.fail = true;
  const ReplyPtr first = stage.poll(user(1), cursor, 25, "a");
  const ReplyPtr second = stage.poll(user(1), cursor, 25, "b", 0, SessionId(2));
  stage.settle();
  EXPECT_EQ(first->status, 503);
  EXPECT_EQ(second->status, 503);
  stage.reads.fail = false;
  for (const std::string client : {"a", "b"}) {
    const ReplyPtr next = stage.poll(user(1), cursor, 25, client);
    stage.settle();
    EXPECT_EQ(next->status, 200);
    EXPECT_EQ(ids_of(next->body).size(), 10U);
  }
}

}  // namespace
}  // namespace keepline::push
