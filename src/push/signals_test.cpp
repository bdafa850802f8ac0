#include "push/signals.h"

#include <gtest/gtest.h>

namespace keepline::push {
namespace {

std::string text(const Signal& signal) {
  base::JsonWriter json;
  write_json(json, signal);
  return json.take();
}

Signal typing(std::uint64_t number, std::int64_t user, std::int64_t conversation, bool on) {
  Signal signal;
  signal.number = number;
  signal.kind = SignalKind::kTyping;
  signal.user = entity::UserId(user);
  signal.conversation = entity::ConversationId(conversation);
  signal.on = on;
  return signal;
}

TEST(Signal, LooksAsTheProtocolSays) {
  Signal presence;
  presence.user = entity::UserId(7);
  presence.on = true;
  EXPECT_EQ(text(presence), R"({"kind":"presence","user":7,"data":{"online":true}})");
  presence.busy = true;
  EXPECT_EQ(text(presence), R"({"kind":"presence","user":7,"data":{"online":true,"busy":true}})");
  presence.on = false;
  presence.busy = false;
  presence.last_seen = base::from_millis(1'750'000'000'000);
  EXPECT_EQ(
      text(presence),
      R"({"kind":"presence","user":7,"data":{"online":false,"last_seen":"2025-06-15T15:06:40.000Z"}})");
  EXPECT_EQ(text(typing(1, 7, 9, true)),
            R"({"kind":"typing","user":7,"conversation":9,"data":{"typing":true}})");
  Signal profile;
  profile.kind = SignalKind::kProfile;
  profile.user = entity::UserId(7);
  profile.version = entity::EventId(55);
  EXPECT_EQ(text(profile), R"({"kind":"profile","user":7,"data":{"version":55}})");
}

TEST(Registers, KeepTheNewestValueOfEach) {
  Registers registers;
  registers.apply(typing(1, 7, 9, true));
  registers.apply(typing(2, 8, 9, true));
  registers.apply(typing(3, 7, 9, false));
  const auto* typists = registers.typing(entity::ConversationId(9));
  ASSERT_NE(typists, nullptr);
  ASSERT_EQ(typists->size(), 2U);
  EXPECT_FALSE(typists->at(0).on);
  EXPECT_EQ(typists->at(0).number, 3U);
  EXPECT_EQ(registers.typing(entity::ConversationId(10)), nullptr);
  EXPECT_FALSE(registers.presence(entity::UserId(7)));
}

TEST(Registers, ForgetTypingThatEndedLongAgoButNotWhoTypesAgain) {
  Registers registers;
  registers.apply(typing(1, 7, 9, false));
  registers.apply(typing(2, 8, 9, false));
  registers.apply(typing(3, 8, 9, true));
  for (std::uint64_t i = 0; i < Registers::kEndedMax; ++i) {
    registers.apply(typing(4 + i, 1, 1000 + static_cast<std::int64_t>(i), false));
  }
  const auto* typists = registers.typing(entity::ConversationId(9));
  ASSERT_NE(typists, nullptr);
  ASSERT_EQ(typists->size(), 1U);
  EXPECT_TRUE(typists->at(0).on);
}

}  // namespace
}  // namespace keepline::push
