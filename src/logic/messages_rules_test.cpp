#include "logic/messages_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "logic/conversations_rules.h"
#include "logic/house_test.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;

class MessagesRules : public ::testing::Test {
 protected:
  MessagesRules() {
    chat = open(liger, zql);
    for (int i = 1; i <= 5; ++i) {
      EXPECT_TRUE(house.send(i % 2 == 1 ? liger : zql, chat, std::to_string(i)));
    }
  }
  ConversationId open(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return open_direct(tx, actor, peer.user); })
        ->conversation.id;
  }
  /// A page as "2 3 4 +", with the sign where there is more; or the error.
  std::string page(Actor actor, ConversationId id, std::optional<std::int64_t> before,
                   std::optional<std::int64_t> after, std::size_t limit = 50) {
    Messages::PageWish wish;
    wish.before = before;
    wish.after = after;
    wish.limit = limit;
    const auto got =
        house.read([&](Reader& reader) { return page_messages(reader, actor, id, wish); });
    if (!got) {
      return code_of(got);
    }
    std::string text;
    for (const entity::Message& message : got->messages) {
      EXPECT_EQ(message.text, std::to_string(message.seq));
      text += message.text + " ";
    }
    return text + (got->more ? "+" : "");
  }
  Result<Messages::ClassicNext> next(Actor actor, EventId after = {}) {
    return house.read([&](Reader& reader) { return next_classic(reader, actor, after); });
  }
  base::Status online(Actor actor) {
    return house.write([&](Transaction& tx) { return start_classic(tx, actor); });
  }
  base::Status delivered(Actor actor, EventId position) {
    return house.write([&](Transaction& tx) { return advance_classic(tx, actor, position); });
  }
  EventId head() {
    return house.read([](Reader& r) { return r.position(); })->head;
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
  Actor stranger = house.add_user("stranger");
  ConversationId chat;
};

TEST_F(MessagesRules, HistoryIsReadPageByPageInBothDirections) {
  EXPECT_EQ(page(liger, chat, {}, {}), "1 2 3 4 5 ");
  EXPECT_EQ(page(liger, chat, {}, {}, 2), "4 5 +");
  EXPECT_EQ(page(liger, chat, 4, {}, 2), "2 3 +");
  EXPECT_EQ(page(liger, chat, 2, {}, 2), "1 ");
  EXPECT_EQ(page(liger, chat, 1, {}, 2), "");
  EXPECT_EQ(page(liger, chat, {}, 0, 2), "1 2 +");
  EXPECT_EQ(page(liger, chat, {}, 2, 2), "3 4 +");
  EXPECT_EQ(page(liger, chat, {}, 4, 2), "5 ");
  EXPECT_EQ(page(liger, chat, {}, 5, 2), "");
}

TEST_F(MessagesRules, HistoryIsSafeFromAnyNumber) {
  EXPECT_EQ(page(liger, chat, INT64_MAX, {}), "1 2 3 4 5 ");
  EXPECT_EQ(page(liger, chat, INT64_MIN, {}), "");
  EXPECT_EQ(page(liger, chat, {}, INT64_MAX), "");
  EXPECT_EQ(page(liger, chat, {}, INT64_MIN), "1 2 3 4 5 ");
  EXPECT_EQ(page(liger, chat, {}, {}, 0), "5 +");
  EXPECT_EQ(page(liger, chat, {}, {}, 1'000'000), "1 2 3 4 5 ");
  EXPECT_EQ(page(liger, chat, 4, 1), "bad_value") << "one direction at a time";
}

TEST_F(MessagesRules, HistoryIsForMembers) {
  EXPECT_EQ(page(stranger, chat, {}, {}), "not_found");
  EXPECT_EQ(page(stranger, ConversationId{999}, {}, {}), "not_found");
  EXPECT_EQ(page(Actor{}, chat, {}, {}), "sign_in_required");
}

TEST_F(MessagesRules, ClassicBeginsAtTheFirstOnline) {
  EXPECT_EQ(code_of(next(liger)), "not_found");
  ASSERT_TRUE(online(liger));
  const auto nothing = next(liger);
  ASSERT_TRUE(nothing);
  EXPECT_FALSE(nothing->message) << "what was said before is history";
  EXPECT_EQ(nothing->looked_at, head());
}

TEST_F(MessagesRules, ClassicGivesMessagesOneByOneInOrder) {
  ASSERT_TRUE(online(liger));
  ASSERT_TRUE(house.send(liger, chat, "mine"));
  ASSERT_TRUE(house.send(zql, chat, "first"));
  ASSERT_TRUE(house.send(zql, chat, "second"));
  const auto first = next(liger);
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->message);
  EXPECT_EQ(first->message->text, "first") << "never one's own";
  EXPECT_EQ(first->sender->name, "zql");
  EXPECT_FALSE(first->sender->email);
  EXPECT_EQ(first->looked_at, first->message->id);

  EXPECT_EQ(next(liger)->message->text, "first") << "asked again before it was delivered";
  const auto second = next(liger, first->looked_at);
  EXPECT_EQ(second->message->text, "second");
  ASSERT_TRUE(delivered(liger, second->looked_at));
  EXPECT_FALSE(next(liger)->message);
}

TEST_F(MessagesRules, ClassicNeverGoesBack) {
  ASSERT_TRUE(online(liger));
  const auto sent = house.send(zql, chat, "first");
  ASSERT_TRUE(delivered(liger, sent->message.id));
  ASSERT_TRUE(delivered(liger, EventId{1}));
  EXPECT_FALSE(next(liger)->message);
  EXPECT_FALSE(next(liger, EventId{1})->message);
  ASSERT_TRUE(online(liger)) << "later calls change nothing";
  ASSERT_TRUE(house.send(zql, chat, "second"));
  ASSERT_TRUE(online(liger));
  EXPECT_EQ(next(liger)->message->text, "second");
}

TEST_F(MessagesRules, ClassicKeepsWhatCameWhileOneWasAway) {
  ASSERT_TRUE(online(liger));
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(house.send(zql, chat, std::to_string(i)));
  }
  EventId position;
  for (int i = 0; i < 8; ++i) {
    const auto one = next(liger, position);
    ASSERT_TRUE(one->message);
    EXPECT_EQ(one->message->text, std::to_string(i));
    position = one->looked_at;
  }
  EXPECT_FALSE(next(liger, position)->message);
}

TEST_F(MessagesRules, ClassicAsksForASignIn) {
  EXPECT_EQ(code_of(next(Actor{})), "sign_in_required");
  EXPECT_EQ(code_of(online(Actor{})), "sign_in_required");
  EXPECT_EQ(code_of(delivered(Actor{}, EventId{1})), "sign_in_required");
}

}  // namespace
}  // namespace keepline::logic
