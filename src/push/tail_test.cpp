#include "push/tail.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::user;

class TailTest : public testing::Test {
 protected:
  base::Tick at(std::chrono::milliseconds time) { return base::Tick(time); }
  /// What was delivered since the last call: "e101 e102 | online 1 ..." for each delivery.
  std::string said() {
    std::string text;
    for (const DeliveryPtr& delivery : deliveries) {
      for (const EventPtr& event : delivery->events) {
        text += "e" + std::to_string(event->id.value) + " ";
      }
      for (const Signal& signal : delivery->signals) {
        text += std::to_string(signal.number) + ":" +
                (signal.kind == SignalKind::kPresence
                     ? "presence"
                     : (signal.kind == SignalKind::kTyping ? "typing" : "profile")) +
                std::to_string(signal.user.value) + (signal.on ? "+ " : " ");
      }
      text += "| ";
    }
    deliveries.clear();
    return text;
  }

  stage::Log log;
  std::vector<DeliveryPtr> deliveries;
  Tail tail{entity::EventId(100), 6000ms, false,
            [this](const DeliveryPtr& d) { deliveries.push_back(d); }};
};

TEST_F(TailTest, GivesEventsInOrderAndMovesTheHeadForASilentBatch) {
  log.join(user(1), conversation(1));
  log.say(user(1), conversation(1));
  tail.committed(log.commit());
  tail.committed(log.commit(/*silent=*/true));
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[1]->head, entity::EventId(103));
  EXPECT_EQ(said(), "e101 e102 | | ");
  EXPECT_EQ(tail.assigned(), entity::EventId(103));
}

TEST_F(TailTest, NumbersSignalsByOneCounter) {
  tail.presence(user(1), {.online = true}, std::nullopt);
  tail.typing(user(2), conversation(1), at(0ms));
  log.profile(user(3));
  tail.committed(log.commit());
  EXPECT_EQ(said(), "1:presence1+ | 2:typing2+ | e101 3:profile3 | ");
  EXPECT_EQ(tail.issued(), 3U);
}

TEST_F(TailTest, TellsNewFriendsHowTheyStandThoughNothingChanged) {
  tail.presence(user(1), {.online = true}, std::nullopt);
  said();
  log.befriend(user(1), user(2));
  tail.committed(log.commit());
  // The first is 2's, for the stream of 1.
  EXPECT_EQ(said(), "e101 e102 2:presence2 3:presence1+ | ");
}

TEST_F(TailTest, TypingIsSaidOnceInThreeSecondsAndEndsAfterSix) {
  tail.typing(user(1), conversation(1), at(0ms));
  tail.typing(user(1), conversation(1), at(2999ms));
  EXPECT_EQ(said(), "1:typing1+ | ");
  tail.typing(user(1), conversation(1), at(3000ms));
  EXPECT_EQ(said(), "2:typing1+ | ");
  tail.typing_due(at(8999ms));
  EXPECT_EQ(said(), "");
  tail.typing_due(at(9000ms));
  EXPECT_EQ(said(), "3:typing1 | ");
}

TEST_F(TailTest, TypingEndsWithTheMessageAfterIt) {
  log.join(user(1), conversation(1));
  tail.typing(user(1), conversation(1), at(0ms));
  tail.typing(user(2), conversation(1), at(0ms));
  said();
  log.say(user(1), conversation(1));
  tail.committed(log.commit());
  EXPECT_EQ(said(), "e101 e102 3:typing1 | ");
}

TEST_F(TailTest, AnIdReadFromTheDatabaseIsAssigned) {
  tail.note_assigned(entity::EventId(150));
  EXPECT_EQ(tail.assigned(), entity::EventId(150));
  tail.note_assigned(entity::EventId(120));
  EXPECT_EQ(tail.assigned(), entity::EventId(150));
}

TEST_F(TailTest, NeverShowsTheEndOfASession) {
  log.end_session(user(1), entity::SessionId(4));
  tail.committed(log.commit());
  EXPECT_TRUE(deliveries.at(0)->events.at(0)->json.empty());
  EXPECT_EQ(deliveries.at(0)->events.at(0)->session, entity::SessionId(4));
}

// Few events are sequenced by whoever brings them, many by the tail's thread: they must not
// overtake each other, and none may lie there unseen.
TEST(TailThread, KeepsTheOrderWhoeverSequences) {
  constexpr std::int64_t kBatches = 5'000;
  std::int64_t told = 0;
  std::int64_t head = 100;
  std::uint64_t signals = 0;
  bool ordered = true;
  std::promise<void> all;
  stage::Log log;
  std::vector<data::BatchPtr> batches;
  for (std::int64_t i = 0; i < kBatches; ++i) {
    for (std::size_t events = i % 3 == 0 ? Tail::kFewEvents + 1 : 1; events > 0; --events) {
      log.say(user(1), conversation(1));
    }
    batches.push_back(log.commit());
  }
  const std::int64_t last = batches.back()->last.value;
  Tail tail(entity::EventId(100), 6000ms, true, [&](const DeliveryPtr& delivery) {
    for (const EventPtr& event : delivery->events) {
      ordered = ordered && event->id.value == ++head;
      ++told;
    }
    signals += delivery->signals.size();
    if (head == last && signals == kBatches) {
      all.set_value();
    }
  });
  std::thread others([&] {
    for (std::int64_t i = 0; i < kBatches; ++i) {
      tail.presence(user(i % 7 + 1), {.online = true}, std::nullopt);
    }
  });
  for (data::BatchPtr& batch : batches) {
    tail.committed(std::move(batch));
  }
  others.join();
  all.get_future().wait();
  tail.stop();
  EXPECT_TRUE(ordered);
  EXPECT_EQ(told, last - 100);
}

}  // namespace
}  // namespace keepline::push
