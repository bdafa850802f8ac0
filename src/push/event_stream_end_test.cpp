#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/test_streams.h"

// How a stream ends, and what is left of it.
namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::cursor_of;
using stage::EventStreamTest;
using stage::FeedPtr;
using stage::field;
using stage::heard_by;
using stage::ReplyPtr;
using stage::room_of_two;
using stage::SmallBatchStreamTest;
using stage::SmallRingStreamTest;
using stage::Stage;
using stage::TwoShardStreamTest;
using stage::user;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(EventStreamTest, EndsWithAResetWhereItsCursorCannotBeHonoured) {
  stage.log.set_floor(EventId(100));
  entity::Cursor cursor = stage.local().cursor_at(stage.log.head());
  const auto at = [&](auto change) {
    entity::Cursor changed = cursor;
    change(changed);
    return entity::encode(changed);
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {"unknown", ""},
      {"unknown", "garbage"},
      {"epoch", at([](entity::Cursor& c) { c.epoch = 9; })},
      {"old", at([](entity::Cursor& c) { c.event = EventId(99); })},
      {"ahead", at([](entity::Cursor& c) { c.event = EventId(103); })},
      {"ahead", at([](entity::Cursor& c) { c.signal = 1000; })}};
  for (const auto& [why, text] : cases) {
    SCOPED_TRACE(text);
    const FeedPtr feed = stage.stream(user(1), text);
    stage.settle();
    ASSERT_EQ(feed->batches.size(), 1U);
    EXPECT_THAT(feed->last(), HasSubstr(R"("reset":{"why":")" + why + "\"}"));
    EXPECT_EQ(cursor_of(feed->last()), EventId(102));
    EXPECT_TRUE(feed->ended);
    EXPECT_EQ(feed->why, End::kGone);
  }
  EXPECT_EQ(stage.local().parked(), 0U);
  // From both sides: the floor and the head themselves are good.
  for (const std::int64_t good : {100, 102}) {
    const FeedPtr feed = stage.stream(user(1), stage.cursor_at(EventId(good)));
    stage.settle();
    EXPECT_FALSE(feed->ended) << good;
  }
}

TEST_F(SmallRingStreamTest, EndsWithAResetWhereTheDatabaseForgot) {
  const std::string cursor = stage.cursor();
  say(10);
  stage.log.set_floor(EventId(105));
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.settle();
  ASSERT_EQ(feed->batches.size(), 1U);
  EXPECT_THAT(feed->last(), HasSubstr(R"("reset":{"why":"old"})"));
  EXPECT_EQ(cursor_of(feed->last()), EventId(112));
  EXPECT_TRUE(feed->ended);
}

TEST_F(EventStreamTest, EndsWithItsSession) {
  const FeedPtr ends = begin(25, 0, SessionId(4));
  const FeedPtr busy = begin(25, 0, SessionId(4));
  const FeedPtr stays = begin(25, 0, SessionId(5));
  const FeedPtr loading = stage.stream(user(2), stage.cursor(), 25, 0, SessionId(6));
  busy->full = true;
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  stage.log.end_session(user(1), SessionId(4));
  stage.log.end_session(user(2), SessionId(6));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  for (const FeedPtr& feed : {ends, busy, loading}) {
    EXPECT_TRUE(feed->ended);
    EXPECT_EQ(feed->why, End::kSessionEnded);
  }
  EXPECT_EQ(ends->batches.back().status, 401);
  EXPECT_THAT(ends->last(), HasSubstr(R"("code":"sign_in_required")"));
  EXPECT_EQ(busy->on_way.size(), 2U) << "the last word is behind what is on its way";
  EXPECT_FALSE(stays->ended);
  stage.settle();
  say();
  EXPECT_THAT(heard_by(stays), ElementsAre(103, 106));
  EXPECT_EQ(ends->batches.size(), 2U);
}

TEST_F(EventStreamTest, EndsInADrainWithAdviceAndACursor) {
  std::vector<FeedPtr> feeds;
  for (int i = 0; i < 20; ++i) {
    feeds.push_back(begin());
  }
  stage.hub->drain(1s);
  stage.settle();
  stage.pass(1s);
  for (const FeedPtr& feed : feeds) {
    ASSERT_TRUE(feed->ended);
    EXPECT_EQ(feed->why, End::kDrain);
    EXPECT_THAT(feed->last(), HasSubstr(R"("advice":{"retry":[500,2000]})"));
    EXPECT_EQ(cursor_of(feed->last()), EventId(102));
  }
  EXPECT_EQ(stage.local().parked(), 0U);
  const FeedPtr late = stage.stream(user(1), stage.cursor_at(EventId(101)));
  stage.settle();
  ASSERT_TRUE(late->ended);
  EXPECT_EQ(late->why, End::kDrain);
  EXPECT_THAT(heard_by(late), ElementsAre(102));
  EXPECT_EQ(late->batches.size(), 1U);
}

// Goal: an event that a drain overtakes is told with the end.
TEST_F(EventStreamTest, IsToldWithTheDrainWhatItHadToHear) {
  const FeedPtr busy = begin();
  const FeedPtr loading = stage.stream(user(2), stage.cursor());
  busy->full = true;
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.hub->drain(0s);
  stage.shards_.run_all();
  EXPECT_FALSE(busy->ended);
  busy->clear();
  stage.settle();
  for (const FeedPtr& feed : {busy, loading}) {
    EXPECT_TRUE(feed->ended);
    EXPECT_EQ(feed->why, End::kDrain);
    EXPECT_THAT(heard_by(feed), ElementsAre(103, 104));
    EXPECT_EQ(cursor_of(feed->last()), EventId(104));
  }
}

class OneAtATimeTest : public EventStreamTest {
 protected:
  OneAtATimeTest()
      : EventStreamTest([] {
          HubOptions options;
          options.fan_out_slice_max = 1;
          return options;
        }()) {}
};

TEST_F(OneAtATimeTest, IsToldWithTheDrainWhatWaitedInTheFanOut) {
  const FeedPtr first = begin();
  const FeedPtr second = stage.stream(user(2), stage.cursor());
  stage.settle();
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.hub->drain(0s);
  stage.settle();
  for (const FeedPtr& feed : {first, second}) {
    EXPECT_TRUE(feed->ended);
    EXPECT_THAT(heard_by(feed), ElementsAre(103));
  }
}

TEST_F(SmallRingStreamTest, IsEndedByADrainThatFindsItReading) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    say();
  }
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.reads.answer();
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  stage.hub->drain(0s);
  stage.settle();
  EXPECT_TRUE(feed->ended);
  EXPECT_EQ(heard_by(feed).size(), 10U);
}

TEST_F(EventStreamTest, ComesBackAfterItsTime) {
  HubOptions options;
  options.stream_lasts = 60s;
  Stage short_lived(1, options, room_of_two());
  std::chrono::milliseconds least{1h};
  std::chrono::milliseconds most{0};
  for (int round = 0; round < 30; ++round) {
    const FeedPtr feed = short_lived.stream(user(1), short_lived.cursor(), 5);
    std::chrono::milliseconds lived{0};
    while (!feed->ended && lived < 2min) {
      short_lived.pass(100ms);
      lived += 100ms;
      if (round % 2 == 0) {
        // One that always has something to say does not live longer.
        short_lived.log.say(user(2), conversation(1));
        short_lived.commit();
      }
    }
    ASSERT_TRUE(feed->ended);
    EXPECT_EQ(feed->why, End::kRotated);
    EXPECT_THAT(feed->last(), HasSubstr(R"("advice":{"retry":[0,2000]})"));
    least = std::min(least, lived);
    most = std::max(most, lived);
    // Nothing is lost between the two.
    const std::string cursor = field(feed->last(), "cursor");
    short_lived.log.say(user(2), conversation(1));
    short_lived.commit();
    const FeedPtr next = short_lived.stream(user(1), cursor);
    short_lived.settle();
    EXPECT_EQ(heard_by(next).back(), short_lived.log.head().value);
    EXPECT_EQ(heard_by(next).front(),
              (heard_by(feed).empty() ? cursor_of(feed->last()).value : heard_by(feed).back()) + 1);
    next->go_away();
  }
  EXPECT_GE(least, 48s);
  EXPECT_LE(most, 72s + 5200ms);
  EXPECT_GE(most - least, 5s) << "not all at once";
}

TEST_F(EventStreamTest, GivesWayWhereItIsTheOldestOfTooMany) {
  HubOptions options;
  options.streams_per_user_max = 2;
  Stage few(1, options, room_of_two());
  const ReplyPtr poll = few.poll(user(1), few.cursor());
  const FeedPtr first = few.stream(user(1), few.cursor());
  const FeedPtr second = few.stream(user(1), few.cursor());
  const FeedPtr other = few.stream(user(2), few.cursor());
  few.settle();
  EXPECT_FALSE(first->ended);
  const FeedPtr third = few.stream(user(1), few.cursor());
  few.settle();
  EXPECT_TRUE(first->ended);
  EXPECT_EQ(first->why, End::kSuperseded);
  EXPECT_THAT(first->last(), HasSubstr(R"("advice":{"retry":[0,2000]})"));
  for (const FeedPtr& feed : {second, third, other}) {
    EXPECT_FALSE(feed->ended);
  }
  EXPECT_FALSE(poll->done);
}

TEST_F(TwoShardStreamTest, NeitherTakesAPollsPlaceNorGivesItUp) {
  const ReplyPtr poll = stage.poll(user(1), stage.cursor(), 25, "a", 0);
  stage.settle();
  std::vector<FeedPtr> feeds;
  for (const std::size_t shard : {0U, 1U, 0U, 1U}) {
    EventsRequest request;
    request.user = user(1);
    request.session = SessionId(1);
    request.client = "a";
    request.cursor = stage.cursor();
    feeds.push_back(stage.stream(std::move(request), shard));
    stage.settle();
    stage.pass(100ms);
  }
  EXPECT_FALSE(poll->done);
  const ReplyPtr newer = stage.poll(user(1), stage.cursor(), 25, "a", 1);
  stage.settle();
  EXPECT_TRUE(poll->done) << "a poll still supersedes a poll";
  EXPECT_FALSE(newer->done);
  // Two more clients' polls: the session's third ends its oldest, and no stream.
  const ReplyPtr b = stage.poll(user(1), stage.cursor(), 25, "b", 0);
  stage.settle();
  const ReplyPtr c = stage.poll(user(1), stage.cursor(), 25, "c", 1);
  stage.settle();
  EXPECT_TRUE(newer->done);
  EXPECT_FALSE(b->done);
  for (const FeedPtr& feed : feeds) {
    EXPECT_FALSE(feed->ended);
  }
  feeds[0]->go_away();
  feeds[1]->go_away();
  stage.settle();
  EXPECT_FALSE(b->done);
  EXPECT_FALSE(c->done);
}

TEST_F(EventStreamTest, KeepsItsUserOnlineUntilHalfAMinuteAfter) {
  const FeedPtr feed = begin();
  stage.pass(5min);
  EXPECT_TRUE(stage.local().presence(user(1)).online);
  const base::Time ended = stage.clock.now();
  feed->go_away();
  stage.pass(29s);
  EXPECT_TRUE(stage.local().presence(user(1)).online);
  stage.pass(1300ms);
  EXPECT_FALSE(stage.local().presence(user(1)).online);
  ASSERT_EQ(stage.edges.size(), 2U);
  EXPECT_EQ(stage.edges[1].at, ended);
  EXPECT_EQ(stage.local().nearby().size(), 0U) << "nothing is kept of it";
}

TEST_F(EventStreamTest, IsForgottenWhenItsClientLeaves) {
  const FeedPtr feed = begin();
  const FeedPtr busy = begin();
  busy->full = true;
  say();
  const FeedPtr loading = stage.stream(user(2), stage.cursor());
  EXPECT_EQ(stage.local().parked(), 2U);
  for (const FeedPtr& each : {feed, busy, loading}) {
    each->go_away();
    EXPECT_FALSE(each->dropped);
  }
  EXPECT_EQ(stage.local().parked(), 0U);
  say(3);
  stage.pass(30s);
  EXPECT_EQ(feed->batches.size(), 1U);
  EXPECT_THAT(busy->batches, IsEmpty());
  EXPECT_THAT(loading->batches, IsEmpty());
}

TEST_F(SmallRingStreamTest, MayLeaveWhileItIsRead) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    say();
  }
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.reads.answer();
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  feed->go_away();
  stage.settle();
  EXPECT_THAT(feed->batches, IsEmpty());
}

TEST_F(SmallBatchStreamTest, MayLeaveBetweenTwoBatches) {
  const FeedPtr warm = begin();
  const std::string cursor = stage.cursor();
  say(8);
  const FeedPtr feed = stage.stream(user(1), cursor);
  EXPECT_EQ(feed->batches.size(), 1U);
  feed->go_away();
  stage.settle();
  EXPECT_EQ(feed->batches.size(), 1U);
}

}  // namespace
}  // namespace keepline::push
