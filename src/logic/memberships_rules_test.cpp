#include "logic/memberships_rules.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/random.h"
#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/house_test.h"
#include "logic/rooms_rules.h"

namespace keepline::logic {
namespace {

using data::Reader;
using data::Transaction;
using entity::Access;
using entity::Role;

class MembershipsRules : public ::testing::Test {
 protected:
  ConversationId make(Access access, const std::vector<Actor>& others) {
    NewRoom wish;
    wish.kind = entity::ConversationKind::kRoom;
    wish.title = "Everyone";
    wish.access = access;
    for (const Actor other : others) {
      wish.people.users.push_back(other.user);
    }
    const auto made = house.write([&](Transaction& tx) { return create_room(tx, owner, wish); });
    EXPECT_TRUE(made) << made.error().detail;
    house.take_events();
    return made->conversation.id;
  }
  std::string join(Actor who, ConversationId id) {
    return code_of(house.write([&](Transaction& tx) { return join_room(tx, who, id); }));
  }
  std::string leave(Actor who, ConversationId id) {
    return code_of(house.write([&](Transaction& tx) { return leave_conversation(tx, who, id); }));
  }
  std::string remove(Actor by, ConversationId id, Actor who) {
    return code_of(
        house.write([&](Transaction& tx) { return remove_member(tx, by, id, who.user); }));
  }
  std::string ban(Actor by, ConversationId id, Actor who) {
    return code_of(house.write([&](Transaction& tx) { return ban_user(tx, by, id, who.user); }));
  }
  std::string add(Actor by, ConversationId id, Actor who) {
    const People people{{who.user}, {}};
    return code_of(house.write([&](Transaction& tx) { return add_members(tx, by, id, people); }));
  }
  std::string give(Actor by, ConversationId id, Actor who, Role role) {
    MemberPatch patch;
    patch.role = role;
    return code_of(
        house.write([&](Transaction& tx) { return update_member(tx, by, id, who.user, patch); }));
  }
  std::string silence(Actor by, ConversationId id, Actor who, bool silenced,
                      std::optional<std::chrono::seconds> time = std::nullopt) {
    MemberPatch patch;
    patch.silenced = silenced;
    patch.silenced_for = time;
    return code_of(
        house.write([&](Transaction& tx) { return update_member(tx, by, id, who.user, patch); }));
  }
  entity::ConversationView view(Actor who, ConversationId id) {
    return *house.read([&](Reader& r) { return get_conversation(r, who, id); });
  }

  TestHouse house;
  Actor owner = house.add_user("owner");
  Actor admin = house.add_user("admin");
  Actor amy = house.add_user("amy");
  Actor bob = house.add_user("bob");
};

TEST_F(MembershipsRules, LetAnyoneIntoAnOpenRoomOnce) {
  const ConversationId id = make(Access::kOpen, {});
  EXPECT_EQ(join(amy, id), "ok");
  EXPECT_EQ(join(amy, id), "ok");
  EXPECT_EQ(house.take_streams(), "joined@c1 ");
  EXPECT_EQ(view(amy, id).conversation.member_count, 2);
}

TEST_F(MembershipsRules, LetNobodyIntoAPrivateOne) {
  const ConversationId id = make(Access::kPrivate, {amy});
  EXPECT_EQ(join(bob, id), "not_found");
  EXPECT_EQ(join(bob, ConversationId{99}), "not_found");
  EXPECT_EQ(join(amy, id), "ok") << "who is there is there";
}

TEST_F(MembershipsRules, KeepOutWhoIsBanned) {
  const ConversationId id = make(Access::kOpen, {amy});
  EXPECT_EQ(ban(owner, id, amy), "ok");
  EXPECT_EQ(house.take_streams(), "left@c1 ");
  EXPECT_EQ(ban(owner, id, amy), "ok");
  EXPECT_EQ(join(amy, id), "not_allowed");
  EXPECT_EQ(add(owner, id, amy), "not_allowed");
  EXPECT_EQ(ban(owner, id, bob), "ok") << "also somebody who was never in";
  EXPECT_EQ(join(bob, id), "not_allowed");
  const auto bans = house.read([&](Reader& r) { return list_bans(r, owner, id, UserId{}, 10); });
  EXPECT_EQ(bans->size(), 2U);
  ASSERT_TRUE(house.write([&](Transaction& tx) { return unban_user(tx, owner, id, amy.user); }));
  EXPECT_EQ(join(amy, id), "ok");
}

TEST_F(MembershipsRules, HoldTheLastOwnerUntilSomebodyElseIsOne) {
  const ConversationId id = make(Access::kOpen, {amy});
  EXPECT_EQ(leave(owner, id), "conflict");
  EXPECT_EQ(give(owner, id, owner, Role::kMember), "conflict");
  EXPECT_EQ(give(owner, id, amy, Role::kOwner), "ok");
  EXPECT_EQ(give(amy, id, owner, Role::kMember), "ok");
  EXPECT_EQ(leave(amy, id), "conflict");
  EXPECT_EQ(leave(owner, id), "ok");
  EXPECT_EQ(leave(amy, id), "ok") << "the last member";
  EXPECT_EQ(join(amy, id), "not_found") << "with whom it ended";
}

TEST_F(MembershipsRules, LetEachActOnThoseBelow) {
  const ConversationId id = make(Access::kOpen, {admin, amy, bob});
  EXPECT_EQ(give(owner, id, admin, Role::kAdmin), "ok");
  EXPECT_EQ(give(admin, id, amy, Role::kAdmin), "not_allowed");
  EXPECT_EQ(remove(amy, id, bob), "not_allowed");
  EXPECT_EQ(remove(admin, id, owner), "not_allowed");
  EXPECT_EQ(ban(admin, id, owner), "not_allowed");
  EXPECT_EQ(remove(admin, id, admin), "not_allowed");
  EXPECT_EQ(silence(admin, id, owner, true), "not_allowed");
  EXPECT_EQ(remove(admin, id, amy), "ok");
  EXPECT_EQ(remove(admin, id, amy), "not_found");
  EXPECT_EQ(remove(owner, id, admin), "ok");
}

TEST_F(MembershipsRules, SilenceForATimeOrForEver) {
  const ConversationId id = make(Access::kOpen, {amy});
  ASSERT_TRUE(house.send(amy, id, "before"));
  ASSERT_EQ(silence(owner, id, amy, true, std::chrono::seconds(60)), "ok");
  EXPECT_EQ(view(amy, id).me.silenced_until, house.clock.now() + std::chrono::seconds(60));
  EXPECT_EQ(code_of(house.send(amy, id, "while")), "not_allowed");
  const auto type = [&] {
    return code_of(house.read([&](Reader& r) { return may_type(r, amy, id, house.clock.now()); }));
  };
  EXPECT_EQ(type(), "not_allowed");
  house.clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(code_of(house.send(amy, id, "after")), "ok");
  EXPECT_EQ(type(), "ok");

  ASSERT_EQ(silence(owner, id, amy, true), "ok");
  EXPECT_EQ(view(amy, id).me.silenced_until, entity::kSilencedForEver);
  house.clock.advance(std::chrono::hours(24 * 365));
  EXPECT_EQ(code_of(house.send(amy, id, "later")), "not_allowed");
  ASSERT_EQ(silence(owner, id, amy, false), "ok");
  EXPECT_EQ(code_of(house.send(amy, id, "at last")), "ok");
  house.take_events();
  ASSERT_EQ(silence(owner, id, amy, false), "ok");
  EXPECT_EQ(house.take_streams(), "") << "nothing changed";
}

TEST_F(MembershipsRules, LeaveNoOwnerWithoutAVoice) {
  const ConversationId id = make(Access::kOpen, {amy});
  ASSERT_EQ(silence(owner, id, amy, true), "ok");
  ASSERT_EQ(give(owner, id, amy, Role::kOwner), "ok");
  EXPECT_EQ(code_of(house.send(amy, id, "I can")), "ok");
}

TEST_F(MembershipsRules, AddNobodyAgainstABlockOfEitherSide) {
  const ConversationId id = make(Access::kOpen, {});
  for (const auto& [blocker, blocked] : {std::pair{amy, owner}, std::pair{owner, amy}}) {
    ASSERT_TRUE(
        house.write([&](Transaction& tx) { return block_user(tx, blocker, blocked.user); }));
    EXPECT_EQ(add(owner, id, amy), "not_allowed");
    ASSERT_TRUE(
        house.write([&](Transaction& tx) { return unblock_user(tx, blocker, blocked.user); }));
  }
  EXPECT_EQ(add(owner, id, amy), "ok");
  EXPECT_EQ(add(owner, id, amy), "ok") << "who is there is there";
}

// Goal: who leaves and comes back finds unread what was said since, and the mark stays above it.
TEST_F(MembershipsRules, CountUnreadFromTheReturn) {
  const ConversationId id = make(Access::kPrivate, {amy});
  ASSERT_TRUE(house.send(owner, id, "1"));
  ASSERT_EQ(leave(amy, id), "ok");
  ASSERT_TRUE(house.send(owner, id, "2"));
  ASSERT_EQ(add(owner, id, amy), "ok");
  EXPECT_EQ(view(amy, id).me.read_seq, 2);
  EXPECT_FALSE(view(amy, id).last_message) << "of the time away nothing shows";
  ASSERT_TRUE(house.send(owner, id, "3"));
  EXPECT_EQ(view(amy, id).conversation.last_seq - view(amy, id).me.read_seq, 1);
  const auto lowered =
      house.write([&](Transaction& tx) { return mark_read(tx, amy, id, 0, true); });
  EXPECT_EQ(*lowered, 2);
  EXPECT_EQ(view(amy, id).me.read_seq, 2);
}

// Goal: whatever people do to each other, a room that is there has an owner, its count is right,
//       and nobody who was banned is in it.
TEST_F(MembershipsRules, KeepARoomInOrderWhateverIsDone) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  base::SeededRandom random(seed);
  const ConversationId id = make(Access::kOpen, {admin, amy, bob});
  const std::vector<Actor> people{owner, admin, amy, bob};
  const auto any = [&] { return people[static_cast<std::size_t>(random.between(0, 3))]; };
  for (int i = 0; i < 400; ++i) {
    const Actor by = any();
    const Actor who = any();
    switch (random.between(0, 8)) {
      case 0:
        leave(by, id);
        break;
      case 1:
        remove(by, id, who);
        break;
      case 2:
        ban(by, id, who);
        break;
      case 3:
        static_cast<void>(
            house.write([&](Transaction& tx) { return unban_user(tx, by, id, who.user); }));
        break;
      case 4:
        add(by, id, who);
        break;
      case 5:
        silence(by, id, who, random.between(0, 1) == 0);
        break;
      case 6:
      case 7:
        give(by, id, who, static_cast<Role>(random.between(0, 2)));
        break;
      default:
        join(by, id);
        break;
    }
    const auto known = house.read([&](Reader& r) { return r.conversation(id); });
    if (!known) {
      break;  // the last one left
    }
    const auto members = house.read([&](Reader& r) { return r.members(id, UserId{}, 10); });
    ASSERT_EQ(known->member_count, std::ssize(*members));
    ASSERT_GE(*house.read([&](Reader& r) { return r.owner_count(id); }), 1);
    for (const entity::Member& member : *members) {
      ASSERT_FALSE(house.read([&](Reader& r) { return r.ban(id, member.user); }));
    }
  }
}

}  // namespace
}  // namespace keepline::logic
