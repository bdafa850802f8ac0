#include "logic/compose.h"

#include "entity/validate.h"
#include "logic/accounts_rules.h"
#include "logic/conversations_rules.h"
#include "logic/marks_rules.h"
#include "logic/message_house_test.h"

namespace keepline::logic {
namespace {

class Compose : public MessageHouse {};

TEST_F(Compose, NamesMembersAloneAndNobodyTwice) {
  EXPECT_EQ(say(liger, "@amy @ZQL @ben @nobody @liger @amy").mentions,
            (std::vector{zql.user, amy.user}));
  EXPECT_EQ(named(amy), "1");
  EXPECT_EQ(named(liger), "") << "not oneself";
  EXPECT_EQ(named(ben), "") << "not from outside";
  EXPECT_TRUE(say(liger, "`@amy` amy@amy").mentions.empty());
}

TEST_F(Compose, TakesTheLongestNameThatSomebodyThereHas) {
  const Actor longer = house.add_user("amy-lee");
  EXPECT_EQ(say(liger, "@amy-lee").mentions, std::vector<UserId>{})
      << "not a member, nor is it amy";
  join(longer);
  EXPECT_EQ(say(liger, "@amy-lee").mentions, std::vector{longer.user});
  EXPECT_EQ(say(liger, "ask @amy.").mentions, std::vector{amy.user});
  EXPECT_EQ(say(liger, "@amy你好").mentions, std::vector{amy.user});
}

TEST_F(Compose, NamesEverybodyWhereTheyAreNotTooMany) {
  const Message all = say(liger, "@here");
  EXPECT_TRUE(all.here);
  EXPECT_TRUE(all.mentions.empty());
  EXPECT_EQ(named(amy), "1");
  EXPECT_EQ(named(liger), "");
  for (int i = 3; i < entity::kHereMembersMax; ++i) {
    join(house.add_user(fmt::format("extra{}", i)));
  }
  EXPECT_TRUE(send(draft(liger, "@here")));
  join(ben);
  const auto refused = send(draft(liger, "@here"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Errc::kBadValue);
  EXPECT_EQ(refused.error().field, "text");
  EXPECT_TRUE(send(draft(liger, "`@here` in code")));
}

TEST_F(Compose, TellsAnEditsNewNamesOnly) {
  const Message one = say(liger, "@amy");
  house.take_events();
  const auto two = edit(liger, one, "@amy and @zql");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->mentions, (std::vector{zql.user, amy.user}));
  const auto events = house.take_events();
  EXPECT_EQ(std::get<entity::MessageChange>(events.at(0).data).new_mentions, std::vector{zql.user});
  EXPECT_TRUE(edit(liger, *two, "nobody"));
  EXPECT_EQ(named(amy), "");
}

TEST_F(Compose, StoresAPlainTextAsOneRow) {
  EXPECT_TRUE(draft(liger, "hello").plain());
  EXPECT_FALSE(draft(liger, "@amy").plain());
  const Message one = say(liger, "hello");
  EXPECT_FALSE(one.reply_to || one.origin || one.here);
}

TEST_F(Compose, QuotesWhatItAnswersAndNothingElsewhere) {
  const Message one = say(amy, "one");
  EXPECT_EQ(reply(liger, one.seq)->message.reply_to->text, "one");
  const auto chat =
      house.write([&](data::Transaction& tx) { return open_direct(tx, liger, ben.user); });
  entity::NewMessage message = draft(liger, "elsewhere");
  message.conversation = chat->conversation.id;
  message.reply_to = 1;
  EXPECT_EQ(code_of(send(message)), "bad_value") << "there is no first message here";
}

TEST_F(Compose, ForwardsATextWithTheNameOfWhoeverWroteIt) {
  const Message one = say(amy, "a text @zql");
  const auto chat =
      house.write([&](data::Transaction& tx) { return open_direct(tx, liger, ben.user); });
  const auto copy = forward(liger, one.id, chat->conversation.id);
  ASSERT_TRUE(copy) << copy.error().detail;
  EXPECT_EQ(copy->message.text, "a text @zql");
  EXPECT_EQ(copy->message.origin->sender, amy.user);
  EXPECT_EQ(copy->message.origin->name, "amy");
  EXPECT_EQ(copy->message.origin->kind, entity::ConversationKind::kRoom);
  EXPECT_TRUE(copy->message.mentions.empty());
  const auto again = forward(liger, copy->message.id, room);
  EXPECT_EQ(again->message.origin->sender, amy.user) << "the first writer";
  EXPECT_EQ(code_of(forward(ben, one.id, chat->conversation.id)), "bad_value");
  ASSERT_TRUE(erase(amy, one.id));
  EXPECT_EQ(code_of(forward(liger, one.id, chat->conversation.id)), "bad_value");
  EXPECT_EQ(get(ben, copy->message.id)->text, "a text @zql") << "a copy is a copy";
}

TEST_F(Compose, CountsAnotherAnswerOrCopyUnderANonceAsAnother) {
  const Message one = say(amy, "one");
  entity::NewMessage message = draft(liger, "text");
  ASSERT_TRUE(send(message));
  EXPECT_TRUE(send(message)->repeated);
  message.reply_to = one.seq;
  EXPECT_EQ(code_of(send(message)), "nonce_reused");
}

class MarksRules : public MessageHouse {};

TEST_F(MarksRules, ChangesWhatIsGivenAndTellsOnesOwnDevices) {
  house.take_events();
  MinePatch patch;
  patch.level = entity::Level::kMentions;
  patch.muted_until.emplace(house.clock.now());
  auto set = [&](Actor who) {
    return house.write([&](data::Transaction& tx) { return set_mine(tx, who, room, patch); });
  };
  const auto mine = set(amy);
  ASSERT_TRUE(mine);
  EXPECT_EQ(mine->level, entity::Level::kMentions);
  EXPECT_EQ(mine->muted_until, house.clock.now());
  EXPECT_FALSE(mine->top);
  EXPECT_EQ(house.take_streams(), fmt::format("mine@u{} ", amy.user.value));
  EXPECT_TRUE(set(amy));
  EXPECT_EQ(house.take_streams(), "") << "nothing changed";
  patch = MinePatch{};
  patch.muted_until.emplace();
  patch.top = true;
  EXPECT_FALSE(set(amy)->muted_until);
  EXPECT_EQ(set(amy)->level, entity::Level::kMentions) << "what is not given stays";
  EXPECT_EQ(code_of(set(ben)), "not_found");
}

TEST_F(MarksRules, TellsWhoHasReadWhereBothShareIt) {
  say(liger, "one");
  const auto read = [&](Actor who) {
    ASSERT_TRUE(
        house.write([&](data::Transaction& tx) { return mark_read(tx, who, room, 1, false); }));
  };
  read(zql);
  const auto reads = [&](Actor who, std::size_t limit = 50) {
    return house.read(
        [&](data::Reader& r) { return list_reads(r, who, room, 1, UserId{}, limit); });
  };
  EXPECT_EQ(reads(liger)->reads.size(), 1U) << "not oneself, nor who has not";
  EXPECT_FALSE(reads(liger)->more);
  read(amy);
  EXPECT_EQ(reads(liger, 1)->reads.size(), 1U);
  EXPECT_TRUE(reads(liger, 1)->more);
  SettingsPatch hide;
  hide.receipts = false;
  ASSERT_TRUE(house.write([&](data::Transaction& tx) { return change_settings(tx, liger, hide); }));
  EXPECT_TRUE(reads(liger)->reads.empty());
  EXPECT_EQ(reads(zql)->reads.size(), 1U) << "who hides is not shown";
  EXPECT_EQ(code_of(reads(ben)), "not_found");
}

}  // namespace
}  // namespace keepline::logic
