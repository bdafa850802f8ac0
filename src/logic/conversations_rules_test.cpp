#include "logic/conversations_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "logic/friends_rules.h"
#include "logic/house_test.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;
using entity::ConversationView;

class ConversationsRules : public ::testing::Test {
 protected:
  Result<ConversationView> open(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return open_direct(tx, actor, peer.user); });
  }
  Result<ConversationView> get(Actor actor, ConversationId id) {
    return house.read([&](Reader& reader) { return get_conversation(reader, actor, id); });
  }
  Result<std::int64_t> mark(Actor actor, ConversationId id, std::int64_t seq, bool lower = false) {
    return house.write([&](Transaction& tx) { return mark_read(tx, actor, id, seq, lower); });
  }
  Result<std::vector<MemberView>> members(Actor actor, ConversationId id, UserId after = {},
                                          std::size_t limit = 100) {
    return house.read(
        [&](Reader& reader) { return list_members(reader, actor, id, "", after, limit); });
  }
  base::Status typing(Actor actor, ConversationId id) {
    return house.read(
        [&](Reader& reader) { return may_type(reader, actor, id, house.clock.now()); });
  }
  void block(Actor actor, Actor peer) {
    ASSERT_TRUE(house.write([&](Transaction& tx) { return block_user(tx, actor, peer.user); }));
  }
  void befriend_them() {
    ASSERT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, liger.user, zql.user); }));
  }
  /// Gives `user` the default settings but for what `change` does.
  template <class Change>
  void choose(Actor user, Change change) {
    entity::Settings settings;
    change(settings);
    house.set_settings(user, settings);
  }
  /// A direct conversation of liger and zql with three messages from zql.
  ConversationId chat() {
    const ConversationId id = open(liger, zql)->conversation.id;
    for (const char* text : {"one", "two", "three"}) {
      EXPECT_TRUE(house.send(zql, id, text));
    }
    house.take_events();
    return id;
  }
  /// A room with `count` members: liger, zql and others.
  ConversationId room(std::int64_t count) {
    const auto id = house.write([&](Transaction& tx) -> Result<ConversationId> {
      auto made = tx.add_conversation(entity::ConversationKind::kRoom, "everyone");
      EXPECT_TRUE(tx.add_member(*made, liger.user, entity::Role::kOwner, EventId{1}));
      EXPECT_TRUE(tx.add_member(*made, zql.user, entity::Role::kMember, EventId{1}));
      for (std::int64_t i = 2; i < count; ++i) {
        data::NewUser user;
        user.name = user.name_key = user.display_name = "extra" + std::to_string(i);
        EXPECT_TRUE(tx.add_member(*made, *tx.add_user(user), entity::Role::kMember, EventId{1}));
      }
      return made;
    });
    EXPECT_TRUE(house.send(zql, *id, "hello"));
    house.take_events();
    return *id;
  }

  TestHouse house;
  Actor liger = house.add_user("liger");        // user 1
  Actor zql = house.add_user("zql");            // user 2
  Actor stranger = house.add_user("stranger");  // user 3
};

TEST_F(ConversationsRules, ADirectChatIsMadeWithBothMembers) {
  const auto view = open(liger, zql);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->conversation.kind, entity::ConversationKind::kDirect);
  EXPECT_EQ(view->conversation.member_count, 2);
  EXPECT_EQ(view->conversation.last_seq, 0);
  ASSERT_TRUE(view->peer);
  EXPECT_EQ(view->peer->id, zql.user);
  EXPECT_FALSE(view->peer->email);
  EXPECT_FALSE(view->last_message);
  EXPECT_EQ(view->me.user, liger.user);
}

TEST_F(ConversationsRules, EachJoinIsAnEventAtWhichThatMembersStreamBegins) {
  const auto id = open(zql, liger)->conversation.id;
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 2U);
  const Actor order[] = {zql, liger};
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(events[i].kind, entity::EventKind::kJoined);
    EXPECT_EQ(events[i].stream, entity::Stream::of(id));
    EXPECT_EQ(events[i].actor, zql.user);
    const auto& change = std::get<entity::MemberChange>(events[i].data);
    EXPECT_EQ(change.user.id, order[i].user);
    EXPECT_FALSE(change.user.email);
    const auto member = house.read([&](Reader& r) { return r.member(id, order[i].user); });
    EXPECT_EQ(member->joined, events[i].id);
  }
}

TEST_F(ConversationsRules, ADirectChatIsTheSameFromBothSidesAndMadeOnce) {
  const auto id = open(liger, zql)->conversation.id;
  house.take_events();
  EXPECT_EQ(open(zql, liger)->conversation.id, id);
  EXPECT_EQ(open(liger, zql)->conversation.id, id);
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_NE(open(liger, stranger)->conversation.id, id);
}

TEST_F(ConversationsRules, ABlockAndASettingRefuseANewChatAlike) {
  choose(stranger, [](entity::Settings& s) { s.direct_from = entity::DirectFrom::kFriends; });
  block(zql, liger);
  house.take_events();
  const auto refused = open(liger, stranger);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Errc::kNotAllowed);
  EXPECT_EQ(open(liger, zql).error(), refused.error());
  EXPECT_EQ(code_of(open(zql, liger)), "not_allowed") << "nor with whom one blocks";
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(ConversationsRules, WhoTakesFriendsOnlyTakesAFriend) {
  choose(zql, [](entity::Settings& s) { s.direct_from = entity::DirectFrom::kFriends; });
  EXPECT_EQ(code_of(open(liger, zql)), "not_allowed");
  befriend_them();
  EXPECT_EQ(code_of(open(liger, zql)), "ok");
}

TEST_F(ConversationsRules, AnOpenedChatStaysOpenWhenSendingIsNoLongerAllowed) {
  const ConversationId id = chat();
  block(zql, liger);
  EXPECT_EQ(open(liger, zql)->conversation.id, id);
  EXPECT_EQ(open(zql, liger)->conversation.id, id);
  EXPECT_EQ(code_of(get(liger, id)), "ok");
  EXPECT_EQ(code_of(house.send(liger, id, "still there?")), "not_allowed");
}

TEST_F(ConversationsRules, NobodyOpensAChatWithThemselvesOrWithNobody) {
  EXPECT_EQ(code_of(open(liger, liger)), "not_allowed");
  EXPECT_EQ(code_of(open(liger, Actor{UserId{999}, {}})), "not_found");
  EXPECT_EQ(code_of(open(Actor{}, zql)), "sign_in_required");
  EXPECT_EQ(code_of(open(Actor{}, Actor{UserId{999}, {}})), "sign_in_required");
}

// Goal: who is no member cannot tell a conversation from none, by any door.
TEST_F(ConversationsRules, AnothersConversationIsNotThere) {
  const ConversationId id = chat();
  const ConversationId none{999};
  EXPECT_EQ(code_of(get(stranger, id)), "not_found");
  EXPECT_EQ(get(stranger, id).error(), get(stranger, none).error());
  EXPECT_EQ(members(stranger, id).error(), members(stranger, none).error());
  EXPECT_EQ(mark(stranger, id, 1).error(), mark(stranger, none, 1).error());
  EXPECT_EQ(typing(stranger, id).error(), typing(stranger, none).error());

  EXPECT_EQ(code_of(get(Actor{}, id)), "sign_in_required");
  EXPECT_EQ(code_of(members(Actor{}, id)), "sign_in_required");
  EXPECT_EQ(code_of(mark(Actor{}, id, 1)), "sign_in_required");
  EXPECT_EQ(code_of(typing(Actor{}, id)), "sign_in_required");
  EXPECT_EQ(code_of(house.read(
                [](Reader& r) { return list_conversations(r, Actor{}, std::nullopt, 10); })),
            "sign_in_required");
}

TEST_F(ConversationsRules, AreListedByActivityAndPageByPage) {
  const ConversationId with_zql = open(liger, zql)->conversation.id;
  const ConversationId with_stranger = open(liger, stranger)->conversation.id;
  ASSERT_TRUE(house.send(zql, with_zql, "newest"));
  const auto page = [&](std::optional<EventId> before, std::size_t limit) {
    return *house.read([&](Reader& r) { return list_conversations(r, liger, before, limit); });
  };
  const auto all = page(std::nullopt, 10);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].conversation.id, with_zql);
  EXPECT_EQ(all[0].last_message->text, "newest");
  EXPECT_EQ(all[1].conversation.id, with_stranger);

  const auto first = page(std::nullopt, 1);
  ASSERT_EQ(first.size(), 1U);
  const auto second = page(first[0].position, 1);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].conversation.id, with_stranger);
  EXPECT_TRUE(page(second[0].position, 1).empty());
  EXPECT_EQ(page(std::nullopt, 0).size(), 1U) << "a page has room for one at least";
}

TEST_F(ConversationsRules, CountWhatIsUnread) {
  const ConversationId id = chat();
  EXPECT_EQ(get(liger, id)->me.read_seq, 0);
  EXPECT_EQ(get(liger, id)->conversation.last_seq, 3);
  EXPECT_EQ(get(zql, id)->me.read_seq, 3) << "to write is to have read";
  EXPECT_EQ(*mark(liger, id, 2), 2);
  EXPECT_EQ(get(liger, id)->me.read_seq, 2);
}

TEST_F(ConversationsRules, AReadMarkIsToldToOneselfAndTheOther) {
  const ConversationId id = chat();
  EXPECT_EQ(*mark(liger, id, 3), 3);
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].stream, entity::Stream::of(liger.user));
  EXPECT_EQ(events[1].stream, entity::Stream::of(id));
  for (const entity::Event& event : events) {
    const auto& read = std::get<entity::ReadMark>(event.data);
    EXPECT_EQ(read.conversation, id);
    EXPECT_EQ(read.user, liger.user);
    EXPECT_EQ(read.seq, 3);
  }
}

TEST_F(ConversationsRules, AReadMarkMovesForwardUnlessItIsToBeLowered) {
  const ConversationId id = chat();
  EXPECT_EQ(*mark(liger, id, 2), 2);
  house.take_events();
  EXPECT_EQ(*mark(liger, id, 2), 2) << "the same";
  EXPECT_EQ(*mark(liger, id, 1), 2) << "back";
  EXPECT_EQ(*mark(liger, id, 2, true), 2) << "lowered to the same";
  EXPECT_EQ(house.take_streams(), "");

  EXPECT_EQ(*mark(liger, id, 1, true), 1);
  EXPECT_EQ(house.take_streams(), "read@u1 read@c1 ");
  EXPECT_EQ(*mark(liger, id, 3, true), 3) << "forward";
  EXPECT_EQ(*mark(liger, id, 0, true), 0);
}

TEST_F(ConversationsRules, AReadMarkStandsOnAMessageThatIsThere) {
  const ConversationId id = chat();
  EXPECT_EQ(code_of(mark(liger, id, 4)), "bad_value");
  EXPECT_EQ(mark(liger, id, 4).error().field, "seq");
  EXPECT_EQ(code_of(mark(liger, id, -1)), "bad_value");
  EXPECT_EQ(code_of(mark(liger, id, -1, true)), "bad_value");
  EXPECT_EQ(code_of(mark(liger, id, 3)), "ok");
}

TEST_F(ConversationsRules, WhoHidesReceiptsTellsOnlyThemselves) {
  const ConversationId id = chat();
  choose(liger, [](entity::Settings& s) { s.receipts = false; });
  EXPECT_EQ(*mark(liger, id, 3), 3);
  EXPECT_EQ(house.take_streams(), "read@u1 ");
}

TEST_F(ConversationsRules, ShowTheOthersReadMarkWhereBothShare) {
  const ConversationId id = chat();
  ASSERT_TRUE(mark(liger, id, 2));
  EXPECT_EQ(get(zql, id)->peer_read_seq, 2);

  choose(liger, [](entity::Settings& s) { s.receipts = false; });
  EXPECT_FALSE(get(zql, id)->peer_read_seq) << "the reader hides it";
  EXPECT_FALSE(get(liger, id)->peer_read_seq) << "and sees none";

  choose(liger, [](entity::Settings&) {});
  choose(zql, [](entity::Settings& s) { s.receipts = false; });
  EXPECT_FALSE(get(zql, id)->peer_read_seq) << "the viewer hides theirs";
}

TEST_F(ConversationsRules, ShareReadMarksInRoomsOfUpTo50) {
  const ConversationId small = room(50);
  ASSERT_TRUE(mark(liger, small, 1));
  EXPECT_EQ(house.take_streams(), "read@u1 read@c1 ");
}

TEST_F(ConversationsRules, KeepReadMarksOfLargerRoomsToTheReader) {
  const ConversationId large = room(51);
  ASSERT_TRUE(mark(liger, large, 1));
  EXPECT_EQ(house.take_streams(), "read@u1 ");
}

TEST_F(ConversationsRules, ListMembersWithWhatOthersSeeOfThem) {
  const ConversationId id = room(5);
  const auto first = members(liger, id, UserId{}, 2);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->size(), 2U);
  EXPECT_EQ(first->at(0).user.name, "liger");
  EXPECT_EQ(first->at(0).member.role, entity::Role::kOwner);
  EXPECT_EQ(first->at(1).user.name, "zql");
  EXPECT_FALSE(first->at(1).user.email);
  EXPECT_EQ(members(liger, id, first->at(1).user.id)->size(), 3U);
  EXPECT_EQ(code_of(members(stranger, id)), "not_found");
}

TEST_F(ConversationsRules, LetMembersShowThatTheyType) {
  const ConversationId id = chat();
  EXPECT_EQ(code_of(typing(liger, id)), "ok");
  choose(liger, [](entity::Settings& s) { s.typing = false; });
  EXPECT_EQ(code_of(typing(liger, id)), "not_allowed") << "they chose not to";
  EXPECT_EQ(code_of(typing(zql, id)), "ok");
  block(liger, zql);
  EXPECT_EQ(code_of(typing(zql, id)), "not_allowed") << "blocked";
  choose(liger, [](entity::Settings&) {});
  EXPECT_EQ(code_of(typing(liger, id)), "not_allowed") << "blocks";
  EXPECT_EQ(code_of(typing(zql, room(2))), "ok") << "blocks act on direct chats";
}

TEST_F(ConversationsRules, ShowWhenTheOtherWasLastSeenToFriendsOnly) {
  const ConversationId id = chat();
  ASSERT_TRUE(
      house.write([&](Transaction& tx) { return tx.set_last_seen(zql.user, house.clock.now()); }));
  EXPECT_FALSE(get(liger, id)->peer->last_seen);
  befriend_them();
  EXPECT_TRUE(get(liger, id)->peer->last_seen);
}

}  // namespace
}  // namespace keepline::logic
