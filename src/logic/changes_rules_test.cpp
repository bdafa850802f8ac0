#include "logic/changes_rules.h"

#include "entity/validate.h"
#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/message_house_test.h"

namespace keepline::logic {
namespace {

class ChangesRules : public MessageHouse {};

TEST_F(ChangesRules, EditsAnOwnMessageAndTellsIt) {
  const Message one = say(amy, "one");
  house.take_events();
  const auto two = edit(amy, one, "two");
  ASSERT_TRUE(two) << two.error().detail;
  EXPECT_EQ(two->text, "two");
  EXPECT_TRUE(two->edited_at);
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, entity::EventKind::kEdited);
  EXPECT_EQ(events[0].stream, entity::Stream::of(room));
  EXPECT_EQ(std::get<entity::MessageChange>(events[0].data).message.text, "two");
  EXPECT_EQ(two->version, events[0].id);
  const auto texts =
      house.read([&](data::Reader& r) { return list_earlier_texts(r, zql, one.id); });
  ASSERT_EQ(texts->size(), 1U);
  EXPECT_EQ(texts->at(0).text, "one");
}

// Goal: of two edits of the same text one wins, and the other is told.
TEST_F(ChangesRules, RefusesAnEditOfATextThatHasChanged) {
  const Message one = say(amy, "one");
  ASSERT_TRUE(edit(amy, one, "two"));
  EXPECT_EQ(code_of(edit(amy, one, "three")), "conflict");
  EXPECT_EQ(get(amy, one.id)->text, "two");
  EXPECT_TRUE(edit(amy, *get(amy, one.id), "three"));
}

TEST_F(ChangesRules, LeavesAnEditThatChangesNothingWithoutATrace) {
  const Message one = say(amy, "one");
  house.take_events();
  EXPECT_TRUE(edit(amy, one, "one"));
  EXPECT_TRUE(house.take_events().empty());
  EXPECT_FALSE(get(amy, one.id)->edited_at);
}

TEST_F(ChangesRules, LetsNobodyElseEdit) {
  const Message one = say(amy, "one");
  EXPECT_EQ(code_of(edit(liger, one, "mine")), "not_allowed") << "not even the owner";
  EXPECT_EQ(code_of(edit(ben, one, "mine")), "not_found");
  EXPECT_EQ(code_of(edit(Actor{}, one, "mine")), "sign_in_required");
  leave(amy);
  EXPECT_EQ(code_of(edit(amy, one, "still mine")), "not_found");
}

TEST_F(ChangesRules, EditsNeitherTombstonesNorCopiesNorForEver) {
  const Message gone = say(amy, "one");
  ASSERT_TRUE(erase(amy, gone.id));
  EXPECT_EQ(code_of(edit(amy, *get(amy, gone.id), "two")), "conflict");
  const Message copy = forward(amy, say(liger, "theirs").id, room)->message;
  EXPECT_EQ(code_of(edit(amy, copy, "two")), "conflict");
  Message busy = say(amy, "0");
  for (std::size_t i = 1; i <= entity::kEditsMax; ++i) {
    const auto next = edit(amy, busy, std::to_string(i));
    ASSERT_TRUE(next);
    busy = *next;
  }
  EXPECT_EQ(code_of(edit(amy, busy, "once more")), "conflict");
}

TEST_F(ChangesRules, DeletesAndTellsIt) {
  const Message one = say(amy, "one");
  house.take_events();
  const auto gone = erase(amy, one.id);
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->text, "");
  EXPECT_EQ(gone->deleted->by, amy.user);
  EXPECT_EQ(house.take_streams(), fmt::format("deleted@c{} ", room.value));
  EXPECT_TRUE(erase(amy, one.id)) << "twice is as good as once";
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_EQ(page(zql), "1") << "the seq is kept";
  EXPECT_TRUE(
      house.read([&](data::Reader& r) { return list_earlier_texts(r, zql, one.id); })->empty());
}

TEST_F(ChangesRules, LetsARoomsAdminsDeleteAndNobodyElse) {
  const Message one = say(amy, "one");
  const Message two = say(liger, "two");
  EXPECT_EQ(code_of(erase(amy, two.id)), "not_allowed");
  EXPECT_EQ(code_of(erase(ben, two.id)), "not_found");
  EXPECT_TRUE(erase(zql, one.id)) << "an admin";
  EXPECT_EQ(get(amy, one.id)->deleted->by, zql.user);
  const auto chat =
      house.write([&](data::Transaction& tx) { return open_direct(tx, liger, amy.user); });
  entity::NewMessage message = draft(amy, "in private");
  message.conversation = chat->conversation.id;
  EXPECT_EQ(code_of(erase(liger, send(message)->message.id)), "not_allowed")
      << "there are no admins here";
}

TEST_F(ChangesRules, AnswersARepeatedSendWithTheTombstone) {
  const entity::NewMessage once = draft(amy, "once");
  const auto sent = send(once);
  ASSERT_TRUE(erase(amy, sent->message.id));
  const auto again = send(once);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_TRUE(again->message.deleted);
  EXPECT_EQ(page(amy), "1");
}

TEST_F(ChangesRules, CountsOneOfAnEmojiForEachPerson) {
  const Message one = say(amy, "one");
  house.take_events();
  EXPECT_TRUE(give(zql, one.id, "👍"));
  const auto twice = give(zql, one.id, "👍");
  EXPECT_EQ(twice->reactions.at(0).count, 1);
  EXPECT_TRUE(twice->reactions.at(0).mine);
  EXPECT_FALSE(get(amy, one.id)->reactions.at(0).mine);
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U) << "what changes nothing is not told";
  const auto& change = std::get<entity::ReactionChange>(events[0].data);
  EXPECT_EQ(change.emojis, std::vector<std::string>{"👍"});
  EXPECT_EQ(change.reactions.at(0).count, 1);
  EXPECT_TRUE(give(zql, one.id, "👍", false));
  EXPECT_TRUE(give(zql, one.id, "👍", false));
  EXPECT_EQ(house.take_streams(), fmt::format("reaction@c{} ", room.value));
  EXPECT_TRUE(get(amy, one.id)->reactions.empty());
}

TEST_F(ChangesRules, BoundsReactionsAndKeepsThemOffTombstones) {
  const Message one = say(amy, "one");
  for (char32_t c = 0x1F600; c < 0x1F600 + static_cast<char32_t>(entity::kReactionsMax); ++c) {
    const std::string emoji{static_cast<char>(0xF0), static_cast<char>(0x9F),
                            static_cast<char>(0x98), static_cast<char>(0x80 + (c & 0x3F))};
    ASSERT_TRUE(give(zql, one.id, emoji));
  }
  EXPECT_EQ(code_of(give(zql, one.id, "👍")), "conflict");
  EXPECT_TRUE(give(amy, one.id, "😀")) << "one that is there already";
  EXPECT_EQ(code_of(give(ben, one.id, "😀")), "not_found");
  ASSERT_TRUE(erase(amy, one.id));
  EXPECT_EQ(code_of(give(zql, one.id, "😀")), "conflict");
  EXPECT_TRUE(give(zql, one.id, "😀", false)) << "it is gone already";
}

TEST_F(ChangesRules, LetsARoomsAdminsPinAndEverybodyElsewhere) {
  const Message one = say(amy, "one");
  EXPECT_EQ(code_of(set_pin(amy, one.id)), "not_allowed");
  EXPECT_EQ(code_of(set_pin(ben, one.id)), "not_found");
  house.take_events();
  EXPECT_TRUE(set_pin(zql, one.id));
  EXPECT_TRUE(set_pin(liger, one.id)) << "is so already";
  EXPECT_TRUE(set_pin(zql, one.id, false));
  EXPECT_EQ(house.take_streams(), fmt::format("pinned@c{0} unpinned@c{0} ", room.value));
  const auto chat =
      house.write([&](data::Transaction& tx) { return open_direct(tx, liger, amy.user); });
  entity::NewMessage message = draft(liger, "in private");
  message.conversation = chat->conversation.id;
  EXPECT_TRUE(set_pin(amy, send(message)->message.id));
}

TEST_F(ChangesRules, PinsAtMostFifty) {
  for (std::size_t i = 0; i < entity::kPinsMax; ++i) {
    ASSERT_TRUE(set_pin(liger, say(amy, "text").id));
  }
  const Message more = say(amy, "one more");
  EXPECT_EQ(code_of(set_pin(liger, more.id)), "conflict");
  EXPECT_TRUE(set_pin(liger, more.id, false)) << "is so already";
  const auto pins = house.read([&](data::Reader& r) { return list_pins(r, amy, room); });
  EXPECT_EQ(pins->size(), entity::kPinsMax);
  ASSERT_TRUE(erase(amy, pins->front().message.id)) << "a deletion unpins";
  EXPECT_TRUE(set_pin(liger, more.id));
}

TEST_F(ChangesRules, SavesForOneselfAlone) {
  const Message one = say(amy, "one");
  house.take_events();
  EXPECT_TRUE(set_saved(zql, one.id));
  EXPECT_TRUE(set_saved(zql, one.id));
  EXPECT_EQ(house.take_streams(), fmt::format("saved@u{} ", zql.user.value));
  EXPECT_TRUE(get(zql, one.id)->saved);
  EXPECT_FALSE(get(amy, one.id)->saved);
  EXPECT_EQ(saved(zql).size(), 1U);
  EXPECT_EQ(code_of(set_saved(ben, one.id)), "not_found");
  ASSERT_TRUE(erase(amy, one.id));
  EXPECT_TRUE(saved(zql).at(0).message->deleted) << "a tombstone";
  EXPECT_TRUE(set_saved(zql, one.id, false));
  EXPECT_TRUE(saved(zql).empty());
  EXPECT_EQ(code_of(set_saved(zql, one.id)), "conflict") << "there is nothing to save";
}

TEST_F(ChangesRules, RespectsABlock) {
  const auto chat =
      house.write([&](data::Transaction& tx) { return open_direct(tx, liger, amy.user); });
  entity::NewMessage message = draft(amy, "before the block");
  message.conversation = chat->conversation.id;
  const Message one = send(message)->message;
  ASSERT_TRUE(house.write([&](data::Transaction& tx) { return block_user(tx, liger, amy.user); }));
  EXPECT_EQ(code_of(edit(amy, one, "after")), "not_allowed");
  EXPECT_EQ(code_of(give(amy, one.id, "👍")), "not_allowed");
  EXPECT_EQ(code_of(set_pin(amy, one.id)), "not_allowed");
  EXPECT_TRUE(erase(amy, one.id)) << "what one wrote one may take back";
}

}  // namespace
}  // namespace keepline::logic
