#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/test_streams.h"

// Streams whose clients read slowly, and streams that the database must serve.
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
using stage::room_of_two;
using stage::SmallBatchStreamTest;
using stage::SmallRingStreamTest;
using stage::SmallStreamTest;
using stage::Stage;
using stage::user;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(EventStreamTest, ThatIsBusyGetsWhatHappenedMeanwhileInOneBatch) {
  const FeedPtr feed = begin();
  feed->full = true;
  say();
  EXPECT_EQ(feed->on_way.size(), 1U);
  say();
  say(2);
  stage.pass(60s);
  EXPECT_EQ(feed->on_way.size(), 1U) << "nothing is queued behind it";
  EXPECT_EQ(stage.local().parked(), 1U);
  feed->full = false;
  feed->take();
  stage.settle();
  ASSERT_EQ(feed->batches.size(), 2U);
  EXPECT_THAT(ids_of(feed->batches[0].body), ElementsAre(103));
  EXPECT_THAT(ids_of(feed->batches[1].body), ElementsAre(104, 105, 106));
  say();
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104, 105, 106, 107));
}

TEST_F(EventStreamTest, ThatIsBusyAgainAndAgainMissesNothing) {
  const FeedPtr feed = begin();
  feed->full = true;
  std::vector<std::int64_t> wanted;
  for (int i = 0; i < 100; ++i) {
    wanted.push_back(say());
    if (i % 3 == 0) {
      feed->take();  // and is full again
      stage.settle();
    }
  }
  feed->clear();
  stage.settle();
  EXPECT_EQ(heard_by(feed), wanted);
}

TEST_F(EventStreamTest, ThatHasItsBytesAgainAndNothingMoreIsSilent) {
  const FeedPtr feed = begin();
  feed->full = true;
  say();
  feed->clear();
  stage.settle();
  EXPECT_EQ(feed->batches.size(), 1U);
  // A pong of its connection drains too.
  feed->owner->drained();
  stage.settle();
  EXPECT_EQ(feed->batches.size(), 1U);
  say();
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104));
}

TEST_F(EventStreamTest, MayBeBusyFromItsFirstBatchOn) {
  EventsRequest request;
  request.user = user(1);
  request.session = SessionId(1);
  request.cursor = stage.cursor();
  const FeedPtr feed = stage.stream(std::move(request), 0, /*full=*/true);
  say(2);
  EXPECT_EQ(feed->on_way.size(), 1U);
  feed->clear();
  stage.settle();
  EXPECT_THAT(feed->batches[0].body, HasSubstr("\"hello\""));
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104));
}

TEST_F(SmallRingStreamTest, ThatFallsOffTheRingWhileBusyIsServedFromTheDatabase) {
  const FeedPtr feed = begin();
  feed->full = true;
  say();
  std::vector<std::int64_t> wanted{103};
  for (int i = 0; i < 70; ++i) {
    wanted.push_back(say());
  }
  const std::size_t pages = stage.reads.pages_asked;
  feed->clear();
  stage.settle();
  EXPECT_GT(stage.reads.pages_asked, pages);
  EXPECT_EQ(heard_by(feed), wanted);
  wanted.push_back(say());
  EXPECT_EQ(heard_by(feed), wanted) << "and then live";
}

// Goal: what is committed while the database is read is neither lost nor told twice.
TEST_F(SmallRingStreamTest, HearsWhatHappensWhileItIsRead) {
  const std::string cursor = stage.cursor();
  std::vector<std::int64_t> wanted;
  for (int i = 0; i < 10; ++i) {
    wanted.push_back(say());
  }
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.reads.answer();  // its view
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  stage.reads.read();
  for (int i = 0; i < 3; ++i) {
    wanted.push_back(stage.log.say(user(2), conversation(1)).value);
    stage.hub->committed(stage.log.commit());
    stage.shards_.run_all();
  }
  stage.settle();
  EXPECT_EQ(heard_by(feed), wanted);
  EXPECT_THAT(feed->batches[0].body, HasSubstr("\"hello\""));
}

TEST_F(SmallBatchStreamTest, GoesOnUntilThereIsNoMore) {
  const std::string cursor = stage.cursor();
  say(8);
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.settle();
  ASSERT_EQ(feed->batches.size(), 3U);
  EXPECT_THAT(feed->batches[0].body, HasSubstr(R"("more":true)"));
  EXPECT_THAT(feed->batches[1].body, HasSubstr(R"("more":true)"));
  EXPECT_THAT(feed->batches[2].body, HasSubstr(R"("more":false)"));
  EXPECT_EQ(cursor_of(feed->batches[0].body), EventId(105));
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104, 105, 106, 107, 108, 109, 110));
}

TEST_F(SmallBatchStreamTest, GoesOnInTurnsOfTheLoop) {
  const std::string cursor = stage.cursor();
  say(8);
  const FeedPtr warm = begin();
  const FeedPtr feed = stage.stream(user(1), cursor);
  EXPECT_EQ(feed->batches.size(), 1U);
  EXPECT_TRUE(stage.shards_.run_one(0));
  EXPECT_EQ(feed->batches.size(), 2U);
  stage.settle();
  EXPECT_EQ(feed->batches.size(), 3U);
}

TEST_F(SmallBatchStreamTest, ThatIsBusyGoesOnWhenItCan) {
  const FeedPtr feed = begin();
  feed->full = true;
  say(8);
  EXPECT_EQ(feed->on_way.size(), 1U);
  for (int i = 0; i < 4; ++i) {
    feed->take();
    stage.settle();
  }
  EXPECT_THAT(heard_by(feed), ElementsAre(103, 104, 105, 106, 107, 108, 109, 110));
}

TEST_F(SmallStreamTest, ReadsTheDatabasePageByPage) {
  const std::string cursor = stage.cursor();
  std::vector<std::int64_t> wanted;
  for (int i = 0; i < 20; ++i) {
    wanted.push_back(say());
  }
  const FeedPtr feed = stage.stream(user(1), cursor);
  stage.settle();
  EXPECT_EQ(heard_by(feed), wanted);
  EXPECT_GE(stage.reads.pages_asked, 5U);
  EXPECT_THAT(feed->last(), HasSubstr(R"("more":false)"));
}

TEST_F(EventStreamTest, HearsEverythingHoweverLateItsViewComes) {
  for (const bool read_first : {true, false}) {
    Stage late(1, {}, room_of_two());
    const FeedPtr feed = late.stream(user(1), late.cursor());
    if (read_first) {
      late.reads.read();
    }
    late.log.say(user(2), conversation(1));
    const auto first = late.log.commit();
    late.log.join(user(1), conversation(2));
    late.log.say(user(1), conversation(2));
    const auto second = late.log.commit();
    late.hub->committed(first);
    late.shards_.run_all();
    if (!read_first) {
      late.reads.read();  // ahead of the shard
    }
    late.reads.arrive();
    late.shards_.run_all();
    late.hub->committed(second);
    late.settle();
    EXPECT_THAT(heard_by(feed), ElementsAre(103, 104, 105)) << read_first;
    EXPECT_THAT(feed->batches[0].body, HasSubstr("\"hello\""));
  }
}

TEST_F(EventStreamTest, IsToldToComeBackWhereItsViewCannotBeRead) {
  stage.reads.fail = true;
  const FeedPtr feed = stage.stream(user(1), stage.cursor());
  stage.settle();
  ASSERT_TRUE(feed->ended);
  EXPECT_EQ(feed->why, End::kFailed);
  EXPECT_EQ(feed->batches.back().status, 503);
  stage.reads.fail = false;
  const FeedPtr next = stage.stream(user(1), stage.cursor());
  stage.settle();
  EXPECT_FALSE(next->ended);
}

TEST_F(SmallRingStreamTest, IsToldToComeBackWhereTheLogCannotBeRead) {
  const FeedPtr feed = begin();
  feed->full = true;
  for (int i = 0; i < 70; ++i) {
    say();
  }
  stage.reads.fail = true;
  feed->clear();
  stage.settle();
  ASSERT_TRUE(feed->ended);
  EXPECT_EQ(feed->why, End::kFailed);
  stage.reads.fail = false;
  // What it had is not lost: it comes back with what it holds.
  const FeedPtr next = stage.stream(user(1), field(feed->batches[0].body, "cursor"));
  stage.settle();
  EXPECT_EQ(heard_by(next).front(), 104);
  EXPECT_EQ(heard_by(next).size(), 69U);
}

}  // namespace
}  // namespace keepline::push
