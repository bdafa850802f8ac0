#include "push/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/test_streams.h"

// How a stream begins, goes on, and shows that it lives.
namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::cursor_of;
using stage::EventStreamTest;
using stage::FeedPtr;
using stage::heard_by;
using stage::ids_of;
using stage::ReplyPtr;
using stage::Silence;
using stage::silence_of;
using stage::user;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(EventStreamTest, BeginsAtOnceWithWhoAndWhatEvenIfThereIsNothing) {
  const FeedPtr feed = stage.stream(user(1), stage.cursor());
  stage.settle();
  ASSERT_EQ(feed->batches.size(), 1U);
  EXPECT_THAT(feed->batches[0].body, HasSubstr(R"("hello":{"user":1,"build":"b1")"));
  EXPECT_THAT(ids_of(feed->batches[0].body), IsEmpty());
  EXPECT_EQ(cursor_of(feed->batches[0].body), EventId(102));
  say();
  EXPECT_THAT(feed->last(), Not(HasSubstr("hello")));
}

TEST_F(EventStreamTest, BeginsWithoutACursorAtThisMoment) {
  const FeedPtr feed = stage.stream(user(1), std::nullopt);
  say();  // before its inbox is ready
  ASSERT_FALSE(feed->batches.empty());
  EXPECT_THAT(feed->batches[0].body, HasSubstr("\"hello\""));
  EXPECT_THAT(heard_by(feed), ElementsAre(103));
}

TEST_F(EventStreamTest, HearsOneBatchAfterAnother) {
  const FeedPtr feed = begin();
  EXPECT_EQ(stage.local().parked(), 1U);
  say();
  say(2);
  stage.log.say(user(3), conversation(7));  // nobody of ours
  stage.commit();
  ASSERT_EQ(feed->batches.size(), 2U);
  EXPECT_THAT(ids_of(feed->batches[0].body), ElementsAre(103));
  EXPECT_THAT(ids_of(feed->batches[1].body), ElementsAre(104, 105));
  EXPECT_EQ(cursor_of(feed->batches[1].body), EventId(105));
  EXPECT_EQ(stage.local().parked(), 1U);
}

TEST_F(EventStreamTest, GoesOnFromItsCursorInWhateverPlace) {
  const std::string cursor = stage.cursor();
  say(3);
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.settle();
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104, 105));
  EXPECT_THAT(feed->batches[0].body, HasSubstr("\"hello\""));
}

// Goal: one buffer for all who stand at the same place, whichever carrier brings it.
TEST_F(EventStreamTest, SharesItsBytes) {
  const FeedPtr one = begin();
  const FeedPtr same = begin();
  const FeedPtr other = stage.stream(user(2), stage.cursor());
  stage.settle();
  const ReplyPtr poll = stage.poll(user(1), stage.cursor());
  stage.settle();
  ASSERT_FALSE(poll->done);
  const std::uint64_t built = stage.local().batches().built();
  say();
  EXPECT_EQ(stage.local().batches().built(), built + 1);
  EXPECT_TRUE(poll->done);
  EXPECT_EQ(one->last(), poll->body);
  EXPECT_EQ(same->last(), poll->body);
  EXPECT_EQ(other->last(), poll->body);
  // And the bytes on the wire are made once for each framing.
  WholeAnswer whole(200, "{}", "application/json", "c", "now", "");
  EXPECT_EQ(whole.piece(net::Framing::kWebsocket).get(),
            whole.piece(net::Framing::kWebsocket).get());
  EXPECT_EQ(*whole.piece(net::Framing::kUntilClose), "id: c\ndata: {}\n\n");
  EXPECT_EQ(*whole.piece(net::Framing::kChunked), "10\r\nid: c\ndata: {}\n\n\r\n");
  EXPECT_EQ(*whole.piece(net::Framing::kWebsocket), "\x81\x02{}");
}

TEST_F(EventStreamTest, HearsSignals) {
  stage.log.befriend(user(1), user(2));
  stage.commit();
  const FeedPtr feed = begin();
  const FeedPtr friendly = stage.stream(user(2), stage.cursor());
  stage.settle();
  EXPECT_THAT(feed->last(), HasSubstr(R"({"kind":"presence","user":2,"data":{"online":true}})"));
  const std::size_t so_far = feed->batches.size();
  say();
  EXPECT_EQ(feed->batches.size(), so_far + 1);
  EXPECT_THAT(feed->last(), Not(HasSubstr("presence"))) << "a signal is told once";
}

TEST_F(EventStreamTest, ShowsThePictureToACursorOfAnotherRun) {
  stage.log.befriend(user(1), user(2));
  stage.commit();
  entity::Cursor cursor = stage.local().cursor_at(stage.log.head());
  cursor.run = 5;
  const FeedPtr feed = stage.stream(user(1), entity::encode(cursor));
  stage.settle();
  EXPECT_THAT(feed->batches[0].body,
              HasSubstr(R"({"kind":"presence","user":2,"data":{"online":false}})"));
  say();
  EXPECT_THAT(feed->last(), Not(HasSubstr("presence")));
}

TEST_F(EventStreamTest, IsNeverSilentForLongerThanItPromised) {
  struct Case {
    std::int64_t wait;
    std::chrono::seconds promised;
  };
  for (const Case& each :
       {Case{0, 5s}, Case{5, 5s}, Case{10, 10s}, Case{25, 25s}, Case{300, 25s}}) {
    for (int round = 0; round < 10; ++round) {
      const FeedPtr feed = begin(each.wait);
      const Silence silence = silence_of(stage, feed, 5 * each.promised);
      EXPECT_LE(silence.longest, each.promised);
      EXPECT_GE(silence.longest, each.promised * 8 / 10 - 200ms);
      EXPECT_LE(silence.batches, 7U) << "nor does it chatter";
      feed->go_away();
    }
  }
}

TEST_F(EventStreamTest, SaysAnAdvancedCursorWhenItHasNothingElseToSay) {
  const FeedPtr feed = begin(10);
  stage.log.say(user(3), conversation(7));
  stage.commit();
  EXPECT_THAT(feed->batches, IsEmpty());
  stage.pass(10s);
  ASSERT_EQ(feed->batches.size(), 1U);
  EXPECT_THAT(ids_of(feed->last()), IsEmpty());
  EXPECT_THAT(feed->last(), Not(HasSubstr("hello")));
  EXPECT_EQ(cursor_of(feed->last()), EventId(103));
  // What comes next is told from there.
  say();
  EXPECT_THAT(heard_by(feed), ElementsAre(104));
}

TEST_F(EventStreamTest, CountsItsSilenceFromTheLastBatch) {
  const FeedPtr feed = begin(10);
  stage.pass(7s);
  say();
  ASSERT_EQ(feed->batches.size(), 1U);
  stage.pass(7500ms);
  EXPECT_EQ(feed->batches.size(), 1U);
  stage.pass(2500ms);
  EXPECT_EQ(feed->batches.size(), 2U);
}

TEST_F(EventStreamTest, KeepsItsPromiseAfterItWasBusy) {
  const FeedPtr feed = begin(5);
  for (std::chrono::milliseconds busy = 4s; busy < 7s; busy += 100ms) {
    feed->full = true;
    say();
    stage.pass(busy);
    feed->clear();
    EXPECT_LE(silence_of(stage, feed, 12s).longest, 5s) << busy.count();
  }
}

}  // namespace
}  // namespace keepline::push
