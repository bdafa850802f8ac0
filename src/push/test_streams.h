#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "push/test_stage.h"

// The stage with two users in one room, and streams on it: what the suites about streams share.
namespace keepline::push::stage {

/// A log with users 1 and 2 in room 1; its joins are 101 and 102.
inline Log room_of_two() {
  Log log;
  log.join(user(1), conversation(1));
  log.join(user(2), conversation(1));
  log.commit();
  return log;
}

/// Limits of few events, so that what is long elsewhere is short here.
inline HubOptions small(std::size_t ring, std::size_t batch) {
  HubOptions options;
  options.ring_events_max = ring;
  options.batch_events_max = batch;
  return options;
}

inline entity::EventId cursor_of(const std::string& body) {
  const auto cursor = entity::decode_cursor(field(body, "cursor"));
  return cursor ? cursor->event : entity::EventId(-1);
}

/// All ids that arrived, in order.
inline std::vector<std::int64_t> heard_by(const FeedPtr& feed) {
  std::vector<std::int64_t> all;
  for (const auto& batch : feed->batches) {
    const auto ids = ids_of(batch.body);
    all.insert(all.end(), ids.begin(), ids.end());
  }
  return all;
}

class EventStreamTest : public testing::Test {
 protected:
  explicit EventStreamTest(HubOptions options = {}, std::size_t shards = 1)
      : stage(shards, std::move(options), room_of_two()) {}

  /// User 1's stream from the head on, past its first batch.
  FeedPtr begin(std::int64_t wait = 25, std::size_t shard = 0, SessionId session = SessionId(1)) {
    FeedPtr feed = stage.stream(user(1), stage.cursor(), wait, shard, session);
    stage.settle();
    EXPECT_EQ(feed->batches.size(), 1U);
    // Presence is news too; it is not what most tests are about.
    stage.pass(std::chrono::milliseconds(100));
    feed->batches.clear();
    return feed;
  }
  /// Messages in room 1; returns the last's id.
  std::int64_t say(int count = 1) {
    std::int64_t last = 0;
    for (int i = 0; i < count; ++i) {
      last = stage.log.say(user(2), conversation(1)).value;
    }
    stage.commit();
    return last;
  }

  Stage stage;
};

class SmallRingStreamTest : public EventStreamTest {
 protected:
  SmallRingStreamTest() : EventStreamTest(small(4, 500)) {}
};
class SmallBatchStreamTest : public EventStreamTest {
 protected:
  SmallBatchStreamTest() : EventStreamTest(small(1000, 3)) {}
};
class SmallStreamTest : public EventStreamTest {
 protected:
  SmallStreamTest() : EventStreamTest(small(4, 3)) {}
};
class TwoShardStreamTest : public EventStreamTest {
 protected:
  TwoShardStreamTest() : EventStreamTest({}, 2) {}
};

/// The longest time without a batch within `time`, and how many came.
struct Silence {
  std::chrono::milliseconds longest{0};
  std::size_t batches = 0;
};
inline Silence silence_of(Stage& stage, const FeedPtr& feed, std::chrono::milliseconds time) {
  using namespace std::chrono_literals;
  Silence silence;
  std::chrono::milliseconds silent{0};
  std::size_t seen = feed->batches.size();
  for (; time > 0ms; time -= 100ms) {
    stage.pass(100ms);
    silent += 100ms;
    silence.longest = std::max(silence.longest, silent);
    if (feed->batches.size() != seen) {
      silence.batches += feed->batches.size() - seen;
      seen = feed->batches.size();
      silent = 0ms;
    }
  }
  return silence;
}

}  // namespace keepline::push::stage
