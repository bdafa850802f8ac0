#include "logic/rooms_rules.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/house_test.h"
#include "logic/memberships_rules.h"

namespace keepline::logic {
namespace {

using data::Reader;
using data::Transaction;
using entity::Access;
using entity::ConversationKind;
using entity::History;

class RoomsRules : public ::testing::Test {
 protected:
  static NewRoom wish(ConversationKind kind, Access access = Access::kPrivate) {
    NewRoom wanted;
    wanted.kind = kind;
    wanted.title = "Everyone";
    wanted.access = access;
    return wanted;
  }
  base::Result<entity::ConversationView> create(const NewRoom& wanted) {
    return house.write([&](Transaction& tx) { return create_room(tx, owner, wanted); });
  }
  base::Result<entity::ConversationView> update(Actor actor, ConversationId id,
                                                const RoomPatch& patch) {
    return house.write([&](Transaction& tx) { return update_room(tx, actor, id, patch); });
  }
  base::Status remove(Actor actor, ConversationId id, std::string_view title) {
    return house.write([&](Transaction& tx) { return delete_room(tx, actor, id, title); });
  }
  std::int64_t conversation_count(Actor actor) {
    return std::ssize(
        *house.read([&](Reader& r) { return list_conversations(r, actor, std::nullopt, 100); }));
  }

  TestHouse house;
  Actor owner = house.add_user("owner");
  Actor amy = house.add_user("amy");
  Actor bob = house.add_user("bob");
};

TEST_F(RoomsRules, MakeARoomWithItsPeopleInOneGo) {
  NewRoom wanted = wish(ConversationKind::kGroup);
  wanted.topic = "about";
  wanted.people = {{amy.user, owner.user, amy.user}, {"BOB", "amy"}};
  const auto made = create(wanted);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->me.role, entity::Role::kOwner);
  EXPECT_EQ(made->conversation.member_count, 3);
  EXPECT_EQ(made->conversation.topic, "about");
  EXPECT_EQ(made->conversation.created_by, owner.user);
  EXPECT_NE(made->conversation.version, EventId{});
  EXPECT_EQ(house.take_streams(), "joined@c1 joined@c1 joined@c1 ");
  EXPECT_EQ(conversation_count(bob), 1);
}

TEST_F(RoomsRules, MakeNothingWhereOneOfThePeopleIsNobody) {
  NewRoom wanted = wish(ConversationKind::kRoom);
  wanted.people = {{amy.user, UserId{99}}, {}};
  EXPECT_EQ(code_of(create(wanted)), "not_found");
  wanted.people = {{}, {"nobody"}};
  EXPECT_EQ(code_of(create(wanted)), "not_found");
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_EQ(conversation_count(owner), 0);
}

TEST_F(RoomsRules, BringNobodyInWhoDoesNotTakeIt) {
  const auto try_amy = [&] {
    NewRoom wanted = wish(ConversationKind::kRoom);
    wanted.people = {{amy.user}, {}};
    return create(wanted);
  };
  entity::Settings shy;
  shy.direct_from = entity::DirectFrom::kFriends;
  house.set_settings(amy, shy);
  const auto refused = try_amy();
  EXPECT_EQ(code_of(refused), "not_allowed");
  ASSERT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, owner.user, amy.user); }));
  EXPECT_EQ(code_of(try_amy()), "ok");
  house.set_settings(amy, {});
  for (const auto& [blocker, blocked] : {std::pair{amy, owner}, std::pair{owner, amy}}) {
    ASSERT_TRUE(
        house.write([&](Transaction& tx) { return block_user(tx, blocker, blocked.user); }));
    EXPECT_EQ(try_amy().error(), refused.error()) << "a block and a setting say it alike";
    ASSERT_TRUE(
        house.write([&](Transaction& tx) { return unblock_user(tx, blocker, blocked.user); }));
  }
}

TEST_F(RoomsRules, KeepGroupsPrivate) {
  NewRoom wanted = wish(ConversationKind::kGroup, Access::kOpen);
  EXPECT_EQ(create(wanted).error().field, "access");
  wanted.access = Access::kPrivate;
  wanted.history = History::kAll;
  EXPECT_EQ(create(wanted).error().field, "history");
  const ConversationId id = create(wish(ConversationKind::kGroup))->conversation.id;
  RoomPatch patch;
  patch.access = Access::kOpen;
  EXPECT_EQ(code_of(update(owner, id, patch)), "bad_value");
}

TEST_F(RoomsRules, LimitHowManyAreInAGroup) {
  const ConversationId id = create(wish(ConversationKind::kGroup))->conversation.id;
  People many;
  for (std::int64_t i = 1; i < entity::kGroupMembersMax; ++i) {
    many.users.push_back(house.add_user(fmt::format("more{}", i)).user);
  }
  const auto add = [&](const People& people) {
    return code_of(
        house.write([&](Transaction& tx) { return add_members(tx, owner, id, people); }));
  };
  EXPECT_EQ(add(many), "bad_value") << "too many at once";
  const People first{{many.users.begin(), many.users.begin() + 100}, {}};
  const People rest{{many.users.begin() + 100, many.users.end()}, {}};
  EXPECT_EQ(add(first), "ok");
  EXPECT_EQ(add({{rest.users}, {"amy"}}), "conflict") << "all or none";
  EXPECT_EQ(add(rest), "ok");
  EXPECT_EQ(add({{}, {"amy"}}), "conflict");
}

TEST_F(RoomsRules, TellOfWhatChangedAndOfNothingElse) {
  const ConversationId id = create(wish(ConversationKind::kRoom))->conversation.id;
  house.take_events();
  RoomPatch patch;
  patch.title = "Everyone";
  ASSERT_TRUE(update(owner, id, patch));
  EXPECT_EQ(house.take_streams(), "");
  patch.title = "Nobody";
  patch.archived = true;
  const auto changed = update(owner, id, patch);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->conversation.title, "Nobody");
  EXPECT_EQ(changed->conversation.archived_at, house.clock.now());
  const auto told = house.take_events();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(changed->conversation.version, told[0].id);
  EXPECT_EQ(std::get<entity::ConversationChange>(told[0].data).conversation.version, told[0].id);
}

TEST_F(RoomsRules, LetAGroupsMembersNameItAndItsAdminsSettleIt) {
  NewRoom wanted = wish(ConversationKind::kGroup);
  wanted.people = {{amy.user}, {}};
  const ConversationId id = create(wanted)->conversation.id;
  RoomPatch title;
  title.title = "Ours";
  EXPECT_EQ(code_of(update(amy, id, title)), "ok");
  RoomPatch archive;
  archive.archived = true;
  EXPECT_EQ(code_of(update(amy, id, archive)), "not_allowed");
  EXPECT_EQ(code_of(update(owner, id, archive)), "ok");
  EXPECT_EQ(code_of(update(bob, id, title)), "not_found");
}

TEST_F(RoomsRules, WriteNothingInWhatIsArchived) {
  const ConversationId id = create(wish(ConversationKind::kRoom, Access::kOpen))->conversation.id;
  ASSERT_TRUE(house.send(owner, id, "hello"));
  RoomPatch archive;
  archive.archived = true;
  ASSERT_TRUE(update(owner, id, archive));
  EXPECT_EQ(code_of(house.send(owner, id, "more")), "not_allowed");
  EXPECT_EQ(code_of(house.write([&](Transaction& tx) { return join_room(tx, amy, id); })),
            "not_allowed");
  archive.archived = false;
  ASSERT_TRUE(update(owner, id, archive));
  EXPECT_EQ(code_of(house.send(owner, id, "more")), "ok");
}

TEST_F(RoomsRules, DeleteByTheTitleTypedOnceMore) {
  NewRoom wanted = wish(ConversationKind::kRoom);
  wanted.people = {{amy.user}, {}};
  const ConversationId id = create(wanted)->conversation.id;
  ASSERT_TRUE(house.send(amy, id, "hello", "once"));
  EXPECT_EQ(code_of(remove(amy, id, "Everyone")), "not_allowed");
  EXPECT_EQ(code_of(remove(bob, id, "Everyone")), "not_found");
  EXPECT_EQ(remove(owner, id, "everyone").error().field, "title");
  house.take_events();
  ASSERT_TRUE(remove(owner, id, "Everyone"));
  EXPECT_EQ(house.take_streams(), "closed@c1 ");
  EXPECT_EQ(code_of(remove(owner, id, "Everyone")), "not_found");
  EXPECT_EQ(code_of(house.send(amy, id, "more")), "not_found");
  EXPECT_EQ(conversation_count(amy), 0);
}

TEST_F(RoomsRules, ShowOpenRoomsToEverybodyAndOthersToNobody) {
  const ConversationId open = create(wish(ConversationKind::kRoom, Access::kOpen))->conversation.id;
  const ConversationId closed = create(wish(ConversationKind::kRoom))->conversation.id;
  const auto found =
      house.read([&](Reader& r) { return find_rooms(r, amy, "EVERY", entity::RoomKey{}, 10); });
  ASSERT_EQ(found->rooms.size(), 1U);
  EXPECT_EQ(found->rooms[0].id, open);
  EXPECT_FALSE(found->rooms[0].joined);
  const auto get = [&](ConversationId id) {
    return code_of(house.read([&](Reader& r) { return get_room(r, amy, id); }));
  };
  EXPECT_EQ(get(open), "ok");
  EXPECT_EQ(get(closed), "not_found");
  EXPECT_EQ(get(ConversationId{99}), "not_found");
}

}  // namespace
}  // namespace keepline::logic
