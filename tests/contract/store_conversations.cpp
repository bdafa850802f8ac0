#include <limits>

#include "contract/store_contract.h"

namespace keepline::data {
namespace {

using base::Errc;
using entity::ConversationKind;

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::string texts(const entity::MessagePage& page) {
  std::string text;
  for (const entity::Message& message : page.messages) {
    text += message.text + ' ';
  }
  return text + (page.more ? "..." : ".");
}

TEST_P(StoreContract, HasOneDirectConversationForTwo) {
  const UserId a = add_user("a");
  const UserId b = add_user("b");
  const UserId c = add_user("c");
  const ConversationId id = add_direct(b, a);

  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.direct_conversation(a, b)), id);
    EXPECT_EQ(must(reader.direct_conversation(b, a)), id);
    EXPECT_EQ(error_of(reader.direct_conversation(a, c)), Errc::kNotFound);
    const auto conversation = must(reader.conversation(id));
    EXPECT_EQ(conversation.kind, ConversationKind::kDirect);
    EXPECT_EQ(conversation.title, "");
    EXPECT_EQ(conversation.member_count, 2);
    EXPECT_EQ(conversation.last_seq, 0);
  });
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.add_direct_conversation(a, b); })),
            Errc::kConflict);
  EXPECT_NE(add_direct(a, c), id);
}

TEST_P(StoreContract, CountsAndListsMembers) {
  const UserId a = add_user("a");
  const UserId b = add_user("b");
  const UserId c = add_user("c");
  const ConversationId room = add_room({c, a});
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return join(tx, room, a); })), Errc::kConflict);
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return leave(tx, room, b); })), Errc::kNotFound);
  EXPECT_EQ(error_of(write([&](Transaction& tx) {
              return tx.add_member(ConversationId(room.value + 1), a, entity::Role::kMember,
                                   EventId(1));
            })),
            Errc::kNotFound);
  must(write([&](Transaction& tx) {
    return tx.add_member(room, b, entity::Role::kOwner, EventId(head()));
  }));

  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.conversation(room)).member_count, 3);
    EXPECT_EQ(must(reader.member(room, b)).role, entity::Role::kOwner);
    EXPECT_EQ(error_of(reader.member(ConversationId(room.value + 1), b)), Errc::kNotFound);
    const auto first = must(reader.members(room, UserId(), 2));
    EXPECT_EQ(first.size(), 2U);
    EXPECT_EQ(first.at(0).user, a);
    EXPECT_EQ(first.at(1).user, b);
    const auto rest = must(reader.members(room, b, 2));
    EXPECT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest.at(0).user, c);
  });
  must(write([&](Transaction& tx) { return leave(tx, room, a); }));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.conversation(room)).member_count, 2);
    EXPECT_EQ(error_of(reader.member(room, a)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.conversation_view(room, a)), Errc::kNotFound);
  });
}

TEST_P(StoreContract, ListsConversationsByTheirNewestMessage) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const UserId they = add_user("they");
  const ConversationId direct = add_direct(me, you);
  const ConversationId room = add_room({me, they});
  add_room({you, they});
  say(direct, you, "hello");

  auto list = [&](std::optional<EventId> before, std::size_t limit) {
    return must(read([&](Reader& reader) { return reader.conversations(me, before, limit); }));
  };
  const auto all = list(std::nullopt, 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].conversation.id, direct);
  EXPECT_EQ(all[0].peer->id, you);
  EXPECT_EQ(all[0].last_message->text, "hello");
  EXPECT_EQ(all[0].me.user, me);
  EXPECT_EQ(all[0].conversation.last_seq - all[0].me.read_seq, 1) << "unread";
  EXPECT_EQ(all[1].conversation.id, room);
  EXPECT_EQ(all[1].peer, std::nullopt);
  EXPECT_EQ(all[1].last_message, std::nullopt);

  EXPECT_EQ(list(std::nullopt, 1).size(), 1U);
  const auto older = list(all[0].position, 10);
  ASSERT_EQ(older.size(), 1U);
  EXPECT_EQ(older[0].conversation.id, room);
  EXPECT_TRUE(list(all[1].position, 10).empty());

  say(room, they, "now first");
  EXPECT_EQ(list(std::nullopt, 1).at(0).conversation.id, room);
}

TEST_P(StoreContract, KeepsTheOrderOfTheListWhoeverReadsOrJoins) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const UserId they = add_user("they");
  const ConversationId room = add_room({me});
  const ConversationId direct = add_direct(me, you);
  const auto hello = say(direct, you, "hello");
  auto order = [&] {
    std::vector<std::pair<ConversationId, EventId>> found;
    look([&](Reader& reader) {
      for (const auto& view : must(reader.conversations(me, std::nullopt, 10))) {
        found.emplace_back(view.conversation.id, view.position);
        EXPECT_EQ(must(reader.conversation_view(view.conversation.id, me)).position, view.position);
      }
    });
    return found;
  };
  const auto before = order();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0], std::pair(direct, EventId(hello.id.value)));
  EXPECT_EQ(before[1].first, room) << "where nobody wrote, the joining counts";

  must(write([&](Transaction& tx) {
    return tx.record(read_event(entity::Stream::of(room), room, me, 0));
  }));
  must(write([&](Transaction& tx) { return join(tx, room, they); }));
  EXPECT_EQ(order(), before);
  say(room, they, "now first");
  EXPECT_EQ(order().front().first, room);
}

TEST_P(StoreContract, ShowsHowFarTheOtherReadWhereBothShareIt) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  say(direct, me, "1");
  say(direct, me, "2");
  must(write([&](Transaction& tx) { return tx.set_read(direct, you, 1); }));
  auto peer_read = [&] {
    return must(read([&](Reader& reader) { return reader.conversation_view(direct, me); }))
        .peer_read_seq;
  };
  auto share = [&](UserId user, bool receipts) {
    entity::Settings settings;
    settings.receipts = receipts;
    must(write([&](Transaction& tx) { return tx.set_settings(user, settings); }));
  };

  EXPECT_EQ(peer_read(), 1);
  share(you, false);
  EXPECT_EQ(peer_read(), std::nullopt);
  share(you, true);
  share(me, false);
  EXPECT_EQ(peer_read(), std::nullopt) << "who hides their own does not see others'";
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.set_read(direct, UserId(99), 1); })),
            Errc::kNotFound);
}

TEST_P(StoreContract, NumbersMessagesDenselyWithinTheirConversation) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId one = add_direct(me, you);
  const ConversationId two = add_room({me, you});
  const auto a = say(one, me, "a");
  const auto b = say(two, me, "b");
  const auto c = say(one, you, "c");

  EXPECT_EQ(a.seq, 1);
  EXPECT_EQ(b.seq, 1);
  EXPECT_EQ(c.seq, 2);
  EXPECT_EQ(b.id.value, a.id.value + 1);
  EXPECT_EQ(c.id.value, b.id.value + 1);
  EXPECT_EQ(a.at, now_);
  look([&](Reader& reader) {
    const auto conversation = must(reader.conversation(one));
    EXPECT_EQ(conversation.last_seq, 2);
    EXPECT_EQ(conversation.last_event, c.id);
    const auto message = must(reader.message(c.id));
    EXPECT_EQ(message.text, "c");
    EXPECT_EQ(message.sender, you);
    EXPECT_EQ(message.conversation, one);
    EXPECT_EQ(message.seq, 2);
    EXPECT_EQ(message.at, now_);
    EXPECT_EQ(error_of(reader.message(MessageId(c.id.value + 1))), Errc::kNotFound);
  });
}

// Goal: whatever a nonce looks like, it is one nonce of one sender.
TEST_P(StoreContract, TellsNoncesApartWhateverTheirShape) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  const std::vector<std::string> nonces{
      "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
      "017f22e2-79b0-7cc3-98c4-dc0c0c073990", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "1"};
  std::vector<MessageId> sent;
  must(write([&](Transaction& tx) {
    for (const std::string& nonce : nonces) {
      EXPECT_EQ(error_of(tx.sent_before(me, nonce)), Errc::kNotFound) << nonce;
      auto message = new_message(direct, me, "text");
      message.nonce = nonce;
      sent.push_back(must(tx.append(message)).id);
    }
    return base::ok();
  }));
  look([&](Reader& reader) {
    for (std::size_t i = 0; i < nonces.size(); ++i) {
      EXPECT_EQ(must(reader.sent_before(me, nonces[i])).message, sent[i]) << nonces[i];
      EXPECT_EQ(error_of(reader.sent_before(you, nonces[i])), Errc::kNotFound) << nonces[i];
    }
  });
}

TEST_P(StoreContract, CountsWhatOneSaysAsReadByOneself) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  say(direct, me, "1");
  say(direct, me, "2");
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.member(direct, me)).read_seq, 2);
    EXPECT_EQ(must(reader.member(direct, you)).read_seq, 0);
  });
}

TEST_P(StoreContract, KeepsTextByteForByte) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  for (const std::string text : {"漢字 🧵 e\u0301", "'; DROP TABLE user_info; --", "a\nb\tc"}) {
    const auto sent = say(room, me, text);
    EXPECT_EQ(must(read([&](Reader& reader) { return reader.message(sent.id); })).text, text);
  }
}

TEST_P(StoreContract, RemembersANonceForItsSenderAlone) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  auto message = new_message(direct, me, "once");
  message.nonce = std::string(64, 'n');
  const auto sent = must(write([&](Transaction& tx) { return tx.append(message); }));

  look([&](Reader& reader) {
    const auto before = must(reader.sent_before(me, message.nonce));
    EXPECT_EQ(before.message, sent.id);
    EXPECT_EQ(before.body_hash, body_hash(message));
    EXPECT_EQ(error_of(reader.sent_before(you, message.nonce)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.sent_before(me, std::string(63, 'n'))), Errc::kNotFound);
  });
}

TEST(BodyHash, TellsApartWhatIsNotARepeat) {
  entity::NewMessage message;
  message.conversation = ConversationId(1);
  message.text = "1:text";
  entity::NewMessage other = message;
  EXPECT_EQ(body_hash(message), body_hash(other));
  other.text = "text";
  EXPECT_NE(body_hash(message), body_hash(other));
  other.conversation = ConversationId(11);
  EXPECT_NE(body_hash(message), body_hash(other));
}

TEST_P(StoreContract, PagesThroughHistoryInBothDirections) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const ConversationId beside = add_room({me});
  for (int i = 1; i <= 5; ++i) {
    say(room, me, std::to_string(i));
    say(beside, me, "noise");
  }
  auto before = [&](std::int64_t seq, std::size_t limit) {
    return texts(
        must(read([&](Reader& reader) { return reader.messages_before(room, seq, limit); })));
  };
  auto after = [&](std::int64_t seq, std::size_t limit) {
    return texts(
        must(read([&](Reader& reader) { return reader.messages_after(room, seq, limit); })));
  };

  EXPECT_EQ(before(kNoLimit, 2), "4 5 ...");
  EXPECT_EQ(before(6, 5), "1 2 3 4 5 .");
  EXPECT_EQ(before(6, 4), "2 3 4 5 ...");
  EXPECT_EQ(before(4, 2), "2 3 ...");
  EXPECT_EQ(before(3, 2), "1 2 .");
  EXPECT_EQ(before(1, 2), ".");
  EXPECT_EQ(before(0, 2), ".");
  EXPECT_EQ(before(-5, 2), ".");
  EXPECT_EQ(after(0, 2), "1 2 ...");
  EXPECT_EQ(after(-9, 1), "1 ...");
  EXPECT_EQ(after(3, 2), "4 5 .");
  EXPECT_EQ(after(3, 1), "4 ...");
  EXPECT_EQ(after(4, 9), "5 .");
  EXPECT_EQ(after(5, 9), ".");
  EXPECT_EQ(after(kNoLimit, 9), ".");
  const auto nowhere = must(read(
      [&](Reader& reader) { return reader.messages_before(ConversationId(999), kNoLimit, 5); }));
  EXPECT_TRUE(nowhere.messages.empty());
}

// Goal: a seq is found without an index of its own, however messages are spread over the log.
// Method: a long conversation with gaps of all sizes, and every seq asked for in both directions.
TEST_P(StoreContract, FindsEverySeqOfALongConversation) {
  const UserId me = add_user("me");
  const ConversationId room = add_room({me});
  const ConversationId beside = add_room({me});
  constexpr std::int64_t kCount = 700;
  Transaction* tx = must(writer_->begin(now_));
  for (std::int64_t seq = 1; seq <= kCount; ++seq) {
    must(tx->append(new_message(room, me, std::to_string(seq))));
    const int gap = seq % 100 == 0 ? 500 : static_cast<int>(seq % 3);
    for (int i = 0; i < gap; ++i) {
      must(tx->append(new_message(beside, me, "noise")));
    }
  }
  must(writer_->commit());
  look([&](Reader& reader) {
    for (std::int64_t seq = 0; seq <= kCount + 1; ++seq) {
      const auto before = must(reader.messages_before(room, seq, 1));
      const auto after = must(reader.messages_after(room, seq, 1));
      EXPECT_EQ(before.messages.empty() ? 0 : before.messages[0].seq,
                std::max<std::int64_t>(seq - 1, 0));
      EXPECT_EQ(after.messages.empty() ? kCount + 1 : after.messages[0].seq,
                std::min(seq + 1, kCount + 1));
    }
  });
}

}  // namespace
}  // namespace keepline::data
