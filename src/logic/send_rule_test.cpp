#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/house_test.h"
#include "logic/messages.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;
using entity::NewMessage;
using entity::Sent;

class SendRule : public ::testing::Test {
 protected:
  SendRule() {
    chat = house.write([&](Transaction& tx) { return open_direct(tx, liger, zql.user); })
               ->conversation.id;
    other_chat = house.write([&](Transaction& tx) { return open_direct(tx, zql, amy.user); })
                     ->conversation.id;
    house.take_events();
  }
  NewMessage message(Actor sender, ConversationId where, std::string nonce, std::string text) {
    NewMessage made;
    made.conversation = where;
    made.sender = sender.user;
    made.nonce = std::move(nonce);
    made.text = std::move(text);
    return made;
  }
  std::int64_t last_seq(ConversationId id) {
    return house.read([&](Reader& r) { return r.conversation(id); })->last_seq;
  }
  void block(Actor actor, Actor peer) {
    ASSERT_TRUE(house.write([&](Transaction& tx) { return block_user(tx, actor, peer.user); }));
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
  Actor amy = house.add_user("amy");
  ConversationId chat;
  ConversationId other_chat;
};

/// "#1 new" or "#1 again" for what was stored under a seq, else the error's name.
std::string shown(const Result<Sent>& sent) {
  if (!sent) {
    return code_of(sent);
  }
  return "#" + std::to_string(sent->message.seq) + (sent->repeated ? " again" : " new");
}

TEST_F(SendRule, StoresAMessageAndSaysSoInTheConversation) {
  const auto sent = house.send(liger, chat, "你好");
  ASSERT_TRUE(sent);
  EXPECT_FALSE(sent->repeated);
  EXPECT_EQ(sent->message.seq, 1);
  EXPECT_EQ(sent->message.text, "你好");
  EXPECT_EQ(sent->message.at, house.clock.now());
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].id, sent->message.id);
  EXPECT_EQ(events[0].stream, entity::Stream::of(chat));
  EXPECT_EQ(std::get<entity::Message>(events[0].data).text, "你好");
}

TEST_F(SendRule, MovesTheSendersOwnReadMark) {
  ASSERT_TRUE(house.send(zql, chat, "one"));
  ASSERT_TRUE(house.send(liger, chat, "two"));
  const auto member = [&](Actor user) {
    return house.read([&](Reader& r) { return r.member(chat, user.user); })->read_seq;
  };
  EXPECT_EQ(member(liger), 2);
  EXPECT_EQ(member(zql), 1);
}

TEST_F(SendRule, AnswersARepeatWithTheFirstAndStoresNothing) {
  const auto first = house.send(liger, chat, "hello", "n1");
  house.take_events();
  house.clock.advance(std::chrono::hours{1});
  const auto again = house.send(liger, chat, "hello", "n1");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->message.id, first->message.id);
  EXPECT_EQ(again->message.at, first->message.at);
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_EQ(last_seq(chat), 1);
}

TEST_F(SendRule, KnowsARepeatWithinTheSameGroup) {
  const auto sent =
      house.send({message(liger, chat, "n1", "hello"), message(zql, chat, "n1", "hi"),
                  message(liger, chat, "n1", "hello"), message(liger, chat, "n1", "hello")});
  EXPECT_EQ(shown(sent[0]), "#1 new");
  EXPECT_EQ(shown(sent[1]), "#2 new") << "a nonce is its sender's own";
  EXPECT_EQ(shown(sent[2]), "#1 again");
  EXPECT_EQ(shown(sent[3]), "#1 again");
  EXPECT_EQ(last_seq(chat), 2);
}

TEST_F(SendRule, RefusesANonceThatBelongsToAnotherMessage) {
  const ConversationId third =
      house.write([&](Transaction& tx) { return open_direct(tx, liger, amy.user); })
          ->conversation.id;
  ASSERT_TRUE(house.send(liger, chat, "hello", "n1"));
  EXPECT_EQ(shown(house.send(liger, chat, "other text", "n1")), "nonce_reused");
  EXPECT_EQ(shown(house.send(liger, third, "hello", "n1")), "nonce_reused") << "another place";

  const auto sent = house.send({message(liger, chat, "n2", "a"), message(liger, chat, "n2", "b"),
                                message(liger, third, "n2", "a")});
  EXPECT_EQ(shown(sent[0]), "#2 new");
  EXPECT_EQ(shown(sent[1]), "nonce_reused");
  EXPECT_EQ(shown(sent[2]), "nonce_reused");
  EXPECT_EQ(last_seq(chat), 2);
  EXPECT_EQ(last_seq(third), 0);
}

TEST_F(SendRule, AnswersARepeatEvenIfTheOtherHasBlockedSince) {
  ASSERT_TRUE(house.send(liger, chat, "hello", "n1"));
  block(zql, liger);
  EXPECT_EQ(shown(house.send(liger, chat, "hello", "n1")), "#1 again");
  EXPECT_EQ(shown(house.send(liger, chat, "hello", "n2")), "not_allowed");
}

TEST_F(SendRule, RefusesADirectChatThatIsBlockedEitherWay) {
  block(liger, zql);
  house.take_events();
  EXPECT_EQ(shown(house.send(liger, chat, "a")), "not_allowed");
  EXPECT_EQ(shown(house.send(zql, chat, "b")), "not_allowed");
  EXPECT_EQ(house.send(liger, chat, "a").error(), house.send(zql, chat, "b").error());
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_EQ(last_seq(chat), 0);
}

TEST_F(SendRule, RefusesAnothersConversationAsOneThatIsNotThere) {
  const auto sent = house.send({message(liger, other_chat, "n1", "a"),
                                message(liger, ConversationId{999}, "n2", "a"),
                                message(Actor{}, chat, "n3", "a")});
  EXPECT_EQ(shown(sent[0]), "not_found");
  EXPECT_EQ(sent[0].error(), sent[1].error());
  EXPECT_EQ(shown(sent[2]), "sign_in_required");
  EXPECT_EQ(last_seq(other_chat), 0);
}

TEST_F(SendRule, TakesNoIdForWhatItRefuses) {
  const auto sent =
      house.send({message(liger, chat, "n1", "a"), message(liger, other_chat, "n2", "b"),
                  message(liger, chat, "n1", "a"), message(zql, chat, "n3", "c"),
                  message(amy, chat, "n4", "d"), message(zql, other_chat, "n5", "e")});
  EXPECT_EQ(shown(sent[0]), "#1 new");
  EXPECT_EQ(shown(sent[1]), "not_found");
  EXPECT_EQ(shown(sent[2]), "#1 again");
  EXPECT_EQ(shown(sent[3]), "#2 new");
  EXPECT_EQ(shown(sent[4]), "not_found");
  EXPECT_EQ(shown(sent[5]), "#1 new");
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].id.value, events[0].id.value + 1);
  EXPECT_EQ(events[2].id.value, events[0].id.value + 2);
}

TEST_F(SendRule, LetsARefusedNonceBeUsedAgain) {
  const auto sent =
      house.send({message(liger, other_chat, "n1", "a"), message(liger, chat, "n1", "a")});
  EXPECT_EQ(shown(sent[0]), "not_found");
  EXPECT_EQ(shown(sent[1]), "#1 new");
}

// Goal: within one group, too, the block that came first counts: a rule of the same batch that ran
//       before the sends is seen by them.
TEST_F(SendRule, SeesWhatTheBatchWroteBefore) {
  std::vector<data::SendJob> jobs(1);
  jobs[0].message = message(liger, chat, "n1", "a");
  std::vector<data::SendJob*> group{jobs.data()};
  const auto done = house.write([&](Transaction& tx) -> base::Status {
    auto blocked = block_user(tx, zql, liger.user);
    EXPECT_TRUE(blocked);
    Messages::send_rule()(tx, group);
    return base::ok();
  });
  ASSERT_TRUE(done);
  EXPECT_EQ(shown(*jobs[0].result), "not_allowed");
}

// Goal: what the rule remembers of rights is what the database holds.
// Method: a send passes because of a change that is then undone, and is tried again.
TEST_F(SendRule, ForgetsARightThatWasUndone) {
  const data::SendRule rule = Messages::send_rule();
  const auto send = [&](Transaction& tx) {
    data::SendJob job{message(liger, chat, "n1", "a"), {}};
    data::SendJob* group = &job;
    rule(tx, {&group, 1});
    return shown(*job.result);
  };
  block(zql, liger);
  const auto undone = house.write([&](Transaction& tx) -> base::Status {
    EXPECT_EQ(send(tx), "not_allowed");
    EXPECT_TRUE(unblock_user(tx, zql, liger.user));
    EXPECT_EQ(send(tx), "#1 new");
    return base::Error(base::Errc::kConflict);
  });
  ASSERT_FALSE(undone);
  const auto done = house.write([&](Transaction& tx) {
    EXPECT_EQ(send(tx), "not_allowed");
    return base::ok();
  });
  ASSERT_TRUE(done);
}

TEST_F(SendRule, IsFineWithNothingToSend) {
  EXPECT_TRUE(house.send(std::vector<NewMessage>{}).empty());
}

TEST_F(SendRule, IgnoresBlocksInARoom) {
  const auto room = house.write([&](Transaction& tx) {
    auto id = tx.add_conversation(entity::ConversationKind::kRoom, "everyone");
    EXPECT_TRUE(tx.add_member(*id, liger.user, entity::Role::kMember, EventId{1}));
    EXPECT_TRUE(tx.add_member(*id, zql.user, entity::Role::kMember, EventId{1}));
    return id;
  });
  block(zql, liger);
  EXPECT_EQ(shown(house.send(liger, *room, "hello")), "#1 new");
}

// Goal: what a run of groups stores does not depend on how they were cut, and is dense.
TEST_F(SendRule, NumbersAConversationWithoutAHole) {
  std::int64_t expected = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<NewMessage> group;
    for (int i = 0; i <= round % 5; ++i) {
      const std::string nonce = std::to_string(round) + "." + std::to_string(i);
      group.push_back(message(i % 2 == 0 ? liger : zql, chat, nonce, "text"));
      group.push_back(message(amy, chat, nonce, "refused"));
      group.push_back(group[group.size() - 2]);
    }
    const auto sent = house.send(group);
    for (std::size_t i = 0; i < sent.size(); i += 3) {
      EXPECT_EQ(shown(sent[i]), "#" + std::to_string(++expected) + " new");
      EXPECT_EQ(shown(sent[i + 2]), "#" + std::to_string(expected) + " again");
    }
  }
  EXPECT_EQ(last_seq(chat), expected);
}

}  // namespace
}  // namespace keepline::logic
