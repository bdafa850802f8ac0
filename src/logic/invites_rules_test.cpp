#include "logic/invites_rules.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "logic/house_test.h"
#include "logic/memberships_rules.h"
#include "logic/rooms_rules.h"

namespace keepline::logic {
namespace {

using data::Reader;
using data::Transaction;

class InvitesRules : public ::testing::Test {
 protected:
  InvitesRules() {
    NewRoom wish;
    wish.kind = entity::ConversationKind::kRoom;
    wish.title = "Everyone";
    room =
        house.write([&](Transaction& tx) { return create_room(tx, owner, wish); })->conversation.id;
    house.take_events();
  }
  base::Result<entity::Invite> invite(Actor by, std::string_view code, const InviteWish& wish) {
    return house.write(
        [&](Transaction& tx) { return create_invite(tx, by, room, wish, base::token_hash(code)); });
  }
  std::string use(Actor who, std::string_view code) {
    return code_of(
        house.write([&](Transaction& tx) { return use_invite(tx, who, base::token_hash(code)); }));
  }
  std::string look(Actor who, std::string_view code) {
    return code_of(house.read([&](Reader& r) {
      return look_at_invite(r, who, base::token_hash(code), house.clock.now());
    }));
  }
  std::string ban(Actor who) {
    return code_of(
        house.write([&](Transaction& tx) { return ban_user(tx, owner, room, who.user); }));
  }

  TestHouse house;
  Actor owner = house.add_user("owner");
  Actor amy = house.add_user("amy");
  Actor bob = house.add_user("bob");
  ConversationId room;
};

TEST_F(InvitesRules, ShowWhereTheyLeadAndLetIn) {
  ASSERT_TRUE(invite(owner, "code", {}));
  const auto view = house.read([&](Reader& r) {
    return look_at_invite(r, amy, base::token_hash("code"), house.clock.now());
  });
  ASSERT_TRUE(view);
  EXPECT_EQ(view->room.title, "Everyone");
  EXPECT_EQ(view->room.member_count, 1);
  EXPECT_FALSE(view->room.joined);
  EXPECT_EQ(house.take_streams(), "") << "who looks does not join";
  EXPECT_EQ(use(amy, "code"), "ok");
  EXPECT_EQ(house.take_streams(), "joined@c1 ");
}

TEST_F(InvitesRules, OfOneUseLetInOne) {
  InviteWish once;
  once.max_uses = 1;
  ASSERT_TRUE(invite(owner, "code", once));
  EXPECT_EQ(use(amy, "code"), "ok");
  EXPECT_EQ(use(amy, "code"), "ok") << "the same person again";
  EXPECT_EQ(use(bob, "code"), "not_found");
  EXPECT_EQ(look(bob, "code"), "not_found");
  EXPECT_EQ(look(amy, "code"), "ok");
  ASSERT_TRUE(house.write([&](Transaction& tx) { return leave_conversation(tx, amy, room); }));
  EXPECT_EQ(use(amy, "code"), "ok") << "one use of theirs, however often";
  EXPECT_EQ(house.read([&](Reader& r) { return r.invite(base::token_hash("code")); })->uses, 1);
}

TEST_F(InvitesRules, AreNotUsedByWhoIsThereAlready) {
  InviteWish once;
  once.max_uses = 1;
  ASSERT_TRUE(invite(owner, "code", once));
  EXPECT_EQ(use(owner, "code"), "ok");
  EXPECT_EQ(use(amy, "code"), "ok");
}

TEST_F(InvitesRules, EndAtTheirTime) {
  InviteWish hour;
  hour.expires_in = std::chrono::hours(1);
  ASSERT_TRUE(invite(owner, "code", hour));
  house.clock.advance(std::chrono::hours(1) - std::chrono::milliseconds(1));
  EXPECT_EQ(look(amy, "code"), "ok");
  house.clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(look(amy, "code"), "not_found");
  EXPECT_EQ(use(amy, "code"), "not_found");
}

TEST_F(InvitesRules, LetNobodyInWhoIsBanned) {
  ASSERT_TRUE(invite(owner, "code", {}));
  ASSERT_EQ(ban(amy), "ok");
  EXPECT_EQ(use(amy, "code"), "not_allowed");
  EXPECT_EQ(look(amy, "code"), "not_allowed");
  EXPECT_EQ(house.read([&](Reader& r) { return r.invite(base::token_hash("code")); })->uses, 0);
}

TEST_F(InvitesRules, AreTheAdminsToMakeAndRevoke) {
  EXPECT_EQ(code_of(invite(amy, "code", {})), "not_found");
  const auto made = invite(owner, "code", {});
  ASSERT_TRUE(made);
  ASSERT_EQ(use(amy, "code"), "ok");
  EXPECT_EQ(code_of(invite(amy, "other", {})), "not_allowed");
  const auto revoke = [&](Actor by, InviteId id) {
    return code_of(house.write([&](Transaction& tx) { return revoke_invite(tx, by, room, id); }));
  };
  EXPECT_EQ(revoke(amy, made->id), "not_allowed");
  EXPECT_EQ(revoke(owner, made->id), "ok");
  EXPECT_EQ(revoke(owner, made->id), "not_found");
  EXPECT_EQ(use(bob, "code"), "not_found");
}

TEST_F(InvitesRules, AreLimitedInNumber) {
  for (std::size_t i = 0; i < kInvitesMax; ++i) {
    ASSERT_TRUE(invite(owner, fmt::format("code{}", i), {}));
  }
  EXPECT_EQ(code_of(invite(owner, "one more", {})), "conflict");
  EXPECT_EQ(house.read([&](Reader& r) { return list_invites(r, owner, room); })->size(),
            kInvitesMax);
}

TEST_F(InvitesRules, AreNotThereWhereNobodyMadeThem) {
  EXPECT_EQ(use(amy, "nonsense"), "not_found");
  EXPECT_EQ(look(amy, ""), "not_found");
  EXPECT_EQ(look(Actor{}, "nonsense"), "sign_in_required");
}

}  // namespace
}  // namespace keepline::logic
