#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "push/test_streams.h"

// Who hears what, while people come and go: in whichever order, and by whichever way they hear.
namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::FeedPtr;
using stage::field;
using stage::heard_by;
using stage::ids_of;
using stage::Log;
using stage::ReplyPtr;
using stage::room_of_two;
using stage::Stage;
using stage::user;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::int64_t> numbers(const std::vector<EventId>& ids) {
  std::vector<std::int64_t> out;
  for (const EventId id : ids) {
    out.push_back(id.value);
  }
  return out;
}

/// What happens in room 1 while user 1 listens: s says, l leaves, j joins; | ends a batch.
using Story = std::string;

/// How user 1 hears of it.
enum class Way : std::uint8_t { kPoll, kStream, kBusyStream, kMemory, kDatabase, kWhileReading };
constexpr Way kWays[] = {Way::kPoll,   Way::kStream,   Way::kBusyStream,
                         Way::kMemory, Way::kDatabase, Way::kWhileReading};

class Telling {
 public:
  Telling(Story story, Way way)
      : story_(std::move(story)),
        way_(way),
        stage_(1, stage::small(way == Way::kDatabase || way == Way::kWhileReading ? 2 : 1000, 500),
               room_of_two()),
        cursor_(stage_.cursor()) {}

  std::vector<std::int64_t> heard() {
    switch (way_) {
      case Way::kPoll:
        begin_poll();
        tell();
        break;
      case Way::kStream:
      case Way::kBusyStream: {
        const FeedPtr feed = stage_.stream(user(1), cursor_);
        stage_.settle();
        feed->full = way_ == Way::kBusyStream;
        tell();
        feed->clear();
        stage_.settle();
        return heard_by(feed);
      }
      case Way::kMemory:
      case Way::kDatabase:
        tell();
        crowd_out();
        break;
      case Way::kWhileReading:
        crowd_out();
        begin_poll();
        stage_.reads.read();  // the view, as it is before anything happens
        tell(/*settled=*/false);
        break;
    }
    stage_.settle();
    finish();
    return heard_;
  }
  std::vector<std::int64_t> wanted() const {
    return numbers(stage_.log.heard_by(user(1), EventId(102)));
  }

 private:
  void begin_poll() {
    poll_ = stage_.poll(user(1), cursor_);
    if (way_ == Way::kPoll) {
      stage_.settle();
    }
  }
  /// Fills the ring with what does not concern user 1.
  void crowd_out() {
    for (int i = 0; i < 10; ++i) {
      stage_.log.say(user(3), conversation(9));
    }
    stage_.hub->committed(stage_.log.commit());
    stage_.shards_.run_all();
  }
  void tell(bool settled = true) {
    for (const char step : story_ + "|") {
      switch (step) {
        case 's':
          stage_.log.say(user(2), conversation(1));
          break;
        case 'l':
          stage_.log.leave(user(1), conversation(1));
          break;
        case 'j':
          stage_.log.join(user(1), conversation(1));
          break;
        default:
          stage_.hub->committed(stage_.log.commit());
          stage_.shards_.run_all();
          if (settled) {
            stage_.settle();
            go_on();
          }
          break;
      }
    }
  }
  /// Takes an answer and asks again, as a client does.
  void go_on() {
    while (poll_ != nullptr && poll_->done) {
      const auto ids = ids_of(poll_->body);
      heard_.insert(heard_.end(), ids.begin(), ids.end());
      cursor_ = field(poll_->body, "cursor");
      poll_ = stage_.poll(user(1), cursor_);
      stage_.settle();
    }
  }
  void finish() {
    if (poll_ == nullptr) {
      poll_ = stage_.poll(user(1), cursor_);
      stage_.settle();
    }
    go_on();
  }

  const Story story_;
  const Way way_;
  Stage stage_;
  std::string cursor_;
  ReplyPtr poll_;
  std::vector<std::int64_t> heard_;
};

void tell_every_way(const std::vector<Story>& stories) {
  for (const Story& story : stories) {
    for (const Way way : kWays) {
      Telling telling(story, way);
      const auto heard = telling.heard();
      EXPECT_EQ(heard, telling.wanted()) << story << ", by way " << static_cast<int>(way);
    }
  }
}

// Goal: all before the removal and it itself, and nothing after, whatever was under way.
TEST(Membership, ARemovalAndAMessageTakeEffectInTheirOrder) {
  tell_every_way({"sl", "ls", "sls", "s|l|s", "l|s", "s|l", "ss|ls|s"});
}

TEST(Membership, WhoComesBackHearsOnlyTheSpansOfTheirOwn) {
  tell_every_way({"slsjs", "s|l|s|j|s", "sl|sj|s", "lj", "l|j", "slsjslsjs", "sl|s|jsl|s|js"});
  Telling by_hand("slsjs", Way::kStream);
  EXPECT_THAT(by_hand.heard(), ElementsAre(103, 104, 106, 107));
}

// Goal: somebody in very many conversations costs a place in each while they are here, hears each,
// and leaves nothing behind.
TEST(Membership, OfTenThousandConversationsIsFollowedAndForgotten) {
  constexpr std::int64_t kRooms = 10'000;
  Log log;
  for (std::int64_t room = 1; room <= kRooms; ++room) {
    log.join(user(1), conversation(room));
  }
  log.commit();
  Stage stage(1, {}, std::move(log));
  const FeedPtr feed = stage.stream(user(1), stage.cursor());
  stage.settle();
  EXPECT_EQ(stage.local().nearby().audience().rooms(), static_cast<std::size_t>(kRooms));
  EXPECT_EQ(stage.reads.views_asked, 1U);
  std::vector<std::int64_t> wanted;
  for (std::int64_t room = 1; room <= kRooms; room += 97) {
    wanted.push_back(stage.log.say(user(2), conversation(room)).value);
  }
  stage.commit();
  EXPECT_EQ(heard_by(feed), wanted);
  EXPECT_EQ(stage.reads.pages_asked, 0U);
  feed->go_away();
  stage.pass(31s);
  EXPECT_EQ(stage.local().nearby().size(), 0U);
  EXPECT_EQ(stage.local().nearby().audience().rooms(), 0U);
}

// Goal: what a shard keeps of a conversation is for the members that are here, not for all it has.
TEST(Membership, OfAHundredThousandCostsNothingForWhoIsNotHere) {
  constexpr std::int64_t kMembers = 100'000;
  constexpr std::int64_t kHere = 20;
  Log log;
  for (std::int64_t id = 1; id <= kMembers; ++id) {
    log.join(user(id), conversation(1));
  }
  log.commit();
  Stage stage(1, stage::small(1000, 500), std::move(log));
  std::vector<ReplyPtr> here;
  for (std::int64_t id = 1; id <= kHere; ++id) {
    here.push_back(stage.poll(user(id), stage.cursor()));
  }
  stage.settle();
  EXPECT_EQ(stage.local().nearby().size(), static_cast<std::size_t>(kHere));
  EXPECT_EQ(stage.local().nearby().audience().rooms(), 1U);
  const std::uint64_t built = stage.local().batches().built();
  const std::int64_t said = stage.log.say(user(kMembers), conversation(1)).value;
  stage.commit();
  EXPECT_EQ(stage.local().batches().built(), built + 1);
  for (const ReplyPtr& reply : here) {
    EXPECT_THAT(ids_of(reply->body), ElementsAre(said));
  }
}

// Goal: thousands who join at once are told of in batches of bounded length, from memory, and take
// no place where they are not.
TEST(Membership, FiveThousandJoinsAtOnceComeInBoundedBatches) {
  constexpr std::int64_t kJoins = 5'000;
  constexpr std::int64_t kHere = 100;
  Log log;
  for (std::int64_t id = 1; id <= kHere; ++id) {
    log.join(user(id), conversation(1));
  }
  log.commit();
  Stage stage(1, {}, std::move(log));
  std::vector<FeedPtr> feeds;
  for (std::int64_t id = 1; id <= kHere; ++id) {
    feeds.push_back(stage.stream(user(id), stage.cursor()));
  }
  stage.settle();
  stage.log.say(user(1), conversation(1));  // brings all of them to one place
  stage.commit();
  const std::uint64_t built = stage.local().batches().built();
  for (const FeedPtr& feed : feeds) {
    feed->batches.clear();
  }
  for (std::int64_t id = 1000; id < 1000 + kJoins; ++id) {
    stage.log.join(user(id), conversation(1));
  }
  stage.commit();
  for (std::int64_t id = 1; id <= kHere; ++id) {
    const FeedPtr& feed = feeds[static_cast<std::size_t>(id - 1)];
    for (const auto& batch : feed->batches) {
      EXPECT_LE(ids_of(batch.body).size(), HubOptions{}.batch_events_max);
    }
    EXPECT_EQ(heard_by(feed), numbers(stage.log.heard_by(user(id), EventId(101 + kHere))));
  }
  // Each batch once, though the hundred are told in several turns.
  EXPECT_LE(stage.local().batches().built(), built + kJoins / HubOptions{}.batch_events_max);
  EXPECT_EQ(stage.local().nearby().size(), static_cast<std::size_t>(kHere));
  EXPECT_EQ(stage.reads.pages_asked, 0U);
}

}  // namespace
}  // namespace keepline::push
