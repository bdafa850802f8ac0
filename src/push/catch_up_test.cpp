#include "push/catch_up.h"

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

/// A log with users 1 and 2 in room 1; its joins are 101 and 102.
stage::Log room_of_two() {
  stage::Log log;
  log.join(user(1), conversation(1));
  log.join(user(2), conversation(1));
  log.commit();
  return log;
}

class CatchUpTest : public testing::Test {
 protected:
  explicit CatchUpTest(std::size_t shards = 1, HubOptions options = {})
      : stage(shards, std::move(options), room_of_two()) {}

  Stage stage;
};

class SmallRingTest : public CatchUpTest {
 protected:
  static HubOptions options() {
    HubOptions o;
    o.ring_events_max = 4;
    o.batch_events_max = 3;
    return o;
  }
  SmallRingTest() : CatchUpTest(1, options()) {}
};

TEST_F(SmallRingTest, LargeCatchUpComesInBatchesFromTheDatabaseThenFromMemory) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    stage.log.say(user(2), conversation(1));
  }
  stage.commit();  // 103..112; the ring holds 109..112
  ReplyPtr reply = stage.poll(user(1), cursor);
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(103, 104, 105));
  EXPECT_THAT(reply->body, HasSubstr(R"("more":true)"));
  reply = stage.poll(user(1), field(reply->body, "cursor"));
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(106, 107, 108));
  const std::size_t read = stage.reads.pages_asked;
  reply = stage.poll(user(1), field(reply->body, "cursor"));
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(109, 110, 111));
  EXPECT_THAT(reply->body, HasSubstr(R"("more":true)"));
  reply = stage.poll(user(1), field(reply->body, "cursor"));
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(112));
  EXPECT_THAT(reply->body, HasSubstr(R"("more":false)"));
  EXPECT_EQ(stage.reads.pages_asked, read);
}

class LongTextsTest : public testing::TestWithParam<std::size_t> {
 protected:
  static HubOptions ring_of(std::size_t events) {
    HubOptions options;
    options.ring_events_max = events;
    return options;
  }
  static constexpr std::size_t kText = 60'000;
  Stage stage{1, ring_of(GetParam()), room_of_two()};
};

// Goal: a batch is bounded in bytes too, or a slow line would never bring one to its end.
TEST_P(LongTextsTest, ComeInBatchesOfABoundedSizeByEveryCarrier) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    stage.log.say(user(2), conversation(1), std::string(kText, 'x'));
  }
  stage.commit();  // 103..112
  std::vector<std::int64_t> heard;
  std::string at = cursor;
  for (bool more = true; more;) {
    const ReplyPtr reply = stage.poll(user(1), at);
    stage.settle();
    ASSERT_TRUE(reply->done);
    EXPECT_LE(reply->body.size(), Found::kBytesMax + 1'000);
    const auto ids = ids_of(reply->body);
    ASSERT_FALSE(ids.empty());
    heard.insert(heard.end(), ids.begin(), ids.end());
    at = field(reply->body, "cursor");
    more = reply->body.find(R"("more":true)") != std::string::npos;
  }
  EXPECT_THAT(heard, ElementsAre(103, 104, 105, 106, 107, 108, 109, 110, 111, 112));
  const auto feed = stage.stream(user(1), cursor);
  stage.settle();
  std::vector<std::int64_t> streamed;
  for (const auto& batch : feed->batches) {
    EXPECT_LE(batch.body.size(), Found::kBytesMax + 1'000);
    const auto ids = ids_of(batch.body);
    streamed.insert(streamed.end(), ids.begin(), ids.end());
  }
  EXPECT_EQ(streamed, heard);
}

INSTANTIATE_TEST_SUITE_P(FromTheDatabaseAndFromTheRing, LongTextsTest, testing::Values(1, 6, 100));

TEST(Found, TakesOneEventHoweverLongItIs) {
  LoggedEvent event;
  event.json.assign(Found::kBytesMax + 1, 'x');
  Found found;
  EXPECT_TRUE(found.take(event, 500));
  EXPECT_FALSE(found.more);
  EXPECT_FALSE(found.take(event, 500));
  EXPECT_TRUE(found.more);
}

// Goal: what comes while the database is read is found by the look after it.
TEST_F(SmallRingTest, NothingIsMissedBetweenReadingAndParking) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    stage.log.say(user(3), conversation(5));
  }
  stage.commit();
  const ReplyPtr reply = stage.poll(user(1), cursor);
  stage.shards_.run_all();
  stage.reads.answer();  // the view: now it needs a page
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  stage.reads.read();  // the page is read, and on its way
  stage.log.say(user(2), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  EXPECT_FALSE(reply->done);
  stage.settle();
  ASSERT_TRUE(reply->done);
  EXPECT_THAT(ids_of(reply->body), ElementsAre(113));
}

TEST_F(SmallRingTest, WhoIsParkedIsAnsweredFromMemoryHoweverFarTheRingMovedOn) {
  const ReplyPtr reply = stage.poll(user(1), stage.cursor());
  stage.settle();
  for (int i = 0; i < 10; ++i) {
    stage.log.say(user(3), conversation(5));
  }
  stage.log.say(user(2), conversation(1));
  stage.commit();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(113));
  EXPECT_EQ(stage.reads.pages_asked, 0U);
}

TEST_F(SmallRingTest, WhatTheLogNoLongerHoldsIsReset) {
  const std::string cursor = stage.cursor();
  for (int i = 0; i < 10; ++i) {
    stage.log.say(user(2), conversation(1));
  }
  stage.commit();
  stage.log.set_floor(EventId(108));
  const ReplyPtr reply = stage.poll(user(1), cursor);
  stage.settle();
  EXPECT_THAT(reply->body, HasSubstr(R"("reset":{"why":"old"})"));
}

// Goal: the view and the events cross; neither order loses or doubles anything.
TEST_F(CatchUpTest, AViewThatIsAheadOfTheShardWaitsForIt) {
  const std::string cursor = stage.cursor();
  stage.log.leave(user(1), conversation(1));
  const auto batch = stage.log.commit();
  const ReplyPtr reply = stage.poll(user(1), cursor);
  stage.reads.answer();
  stage.shards_.run_all();
  EXPECT_FALSE(reply->done);
  stage.hub->committed(batch);
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(103));
}

TEST_F(CatchUpTest, AViewThatIsBehindTheShardIsBroughtForward) {
  const std::string cursor = stage.cursor();
  const ReplyPtr reply = stage.poll(user(1), cursor);
  stage.reads.read();  // as of 102, and on its way
  stage.log.leave(user(1), conversation(1));
  stage.log.say(user(2), conversation(1));
  stage.log.join(user(1), conversation(1));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(103, 105));
}

// Goal: an old view that is brought forward over a change of the receipts, the shard's newest
// event, does not make the inbox believe that it remembers that event.
TEST_F(CatchUpTest, AViewThatIsBehindASettingHidesNothing) {
  const ReplyPtr parked = stage.poll(user(1), stage.cursor());
  stage.settle();
  stage.log.join(user(1), conversation(2));
  stage.hub->committed(stage.log.commit());
  stage.shards_.run_all();
  ASSERT_EQ(stage.reads.waiting(), 1U);
  stage.reads.read();  // as of 103, and on its way
  entity::Settings settings;
  settings.receipts = false;
  stage.log.set(user(1), settings);
  stage.commit();
  stage.settle();
  stage.log.say(user(2), conversation(1));
  stage.commit();
  ASSERT_THAT(ids_of(parked->body), ElementsAre(103));
  const ReplyPtr reply = stage.poll(user(1), field(parked->body, "cursor"));
  stage.settle();
  EXPECT_THAT(ids_of(reply->body), ElementsAre(104, 105));
}

}  // namespace
}  // namespace keepline::push
