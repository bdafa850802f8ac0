#include "logic/friends_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"
#include "logic/friends.h"
#include "logic/house_test.h"

namespace keepline::logic {
namespace {

using base::Errc;
using data::Transaction;
using entity::RelationState;

class FriendsRules : public ::testing::Test {
 protected:
  FriendsRules() { house.take_events(); }

  base::Result<entity::Relation> request(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return request_friend(tx, actor, peer.user); });
  }
  base::Status remove(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return remove_friend(tx, actor, peer.user); });
  }
  base::Result<entity::Relation> block(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return block_user(tx, actor, peer.user); });
  }
  base::Status unblock(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return unblock_user(tx, actor, peer.user); });
  }
  void make_friends() {
    ASSERT_TRUE(request(liger, zql));
    ASSERT_TRUE(request(zql, liger));
    house.take_events();
  }
  void close_requests_of(Actor user) {
    entity::Settings settings;
    settings.requests_from = entity::RequestsFrom::kNobody;
    house.set_settings(user, settings);
  }

  TestHouse house;
  Actor liger = house.add_user("liger");  // user 1
  Actor zql = house.add_user("zql");      // user 2
};

TEST_F(FriendsRules, ARequestShowsOnBothSides) {
  const auto relation = request(liger, zql);
  ASSERT_TRUE(relation);
  EXPECT_EQ(relation->state, RelationState::kRequested);
  EXPECT_EQ(relation->peer.id, zql.user);
  EXPECT_EQ(house.relations(liger, zql), "requested/incoming");

  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].stream, entity::Stream::of(liger.user));
  EXPECT_EQ(events[0].id, relation->changed);
  EXPECT_EQ(events[1].stream, entity::Stream::of(zql.user));
  const auto& heard = std::get<entity::RelationChange>(events[1].data);
  EXPECT_EQ(heard.peer.id, liger.user);
  EXPECT_EQ(heard.state, RelationState::kIncoming);
  EXPECT_EQ(events[1].actor, liger.user);
}

TEST_F(FriendsRules, AnEventShowsNoEmail) {
  ASSERT_TRUE(request(liger, zql));
  for (const entity::Event& event : house.take_events()) {
    EXPECT_FALSE(std::get<entity::RelationChange>(event.data).peer.email);
    EXPECT_FALSE(std::get<entity::RelationChange>(event.data).peer.last_seen);
  }
}

TEST_F(FriendsRules, AskingWhoAskedAccepts) {
  ASSERT_TRUE(request(liger, zql));
  house.take_events();
  const auto relation = request(zql, liger);
  ASSERT_TRUE(relation);
  EXPECT_EQ(relation->state, RelationState::kFriends);
  EXPECT_EQ(house.relations(liger, zql), "friends/friends");
  EXPECT_EQ(house.take_streams(), "relation@u2 relation@u1 ");
}

// The writer runs one rule after the other, so of two requests at once one is the later.
TEST_F(FriendsRules, RequestsThatCrossMakeFriends) {
  const auto both = house.write([&](Transaction& tx) {
    auto first = request_friend(tx, liger, zql.user);
    EXPECT_TRUE(first);
    return request_friend(tx, zql, liger.user);
  });
  ASSERT_TRUE(both);
  EXPECT_EQ(house.relations(liger, zql), "friends/friends");
}

TEST_F(FriendsRules, AskingAgainChangesNothing) {
  ASSERT_TRUE(request(liger, zql));
  house.take_events();
  const auto again = request(liger, zql);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, RelationState::kRequested);
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(house.take_streams(), "");

  ASSERT_TRUE(request(zql, liger));
  house.take_events();
  EXPECT_EQ(request(liger, zql)->state, RelationState::kFriends);
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, WithdrawingDecliningAndPartingEndBothSides) {
  ASSERT_TRUE(request(liger, zql));
  house.take_events();
  EXPECT_TRUE(remove(liger, zql)) << "withdraw";
  EXPECT_EQ(house.relations(liger, zql), "none/none");
  EXPECT_EQ(house.take_streams(), "relation@u1 relation@u2 ");

  ASSERT_TRUE(request(liger, zql));
  EXPECT_TRUE(remove(zql, liger)) << "decline";
  EXPECT_EQ(house.relations(liger, zql), "none/none");

  make_friends();
  EXPECT_TRUE(remove(zql, liger)) << "part";
  EXPECT_EQ(house.relations(liger, zql), "none/none");
  EXPECT_EQ(house.take_streams(), "relation@u2 relation@u1 ");
}

TEST_F(FriendsRules, RemovingNobodyIsFine) {
  EXPECT_TRUE(remove(liger, zql));
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, ABlockEndsWhatTheOtherHad) {
  make_friends();
  const auto relation = block(liger, zql);
  ASSERT_TRUE(relation);
  EXPECT_EQ(relation->state, RelationState::kBlocked);
  EXPECT_EQ(house.relations(liger, zql), "blocked/none");
  EXPECT_EQ(house.take_streams(), "relation@u1 relation@u2 ");

  EXPECT_EQ(block(liger, zql)->state, RelationState::kBlocked) << "again";
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, ABlockOfAStrangerTellsThemNothing) {
  ASSERT_TRUE(block(liger, zql));
  EXPECT_EQ(house.take_streams(), "relation@u1 ");
}

TEST_F(FriendsRules, ABlockStaysWhenTheOtherBlocksToo) {
  ASSERT_TRUE(block(liger, zql));
  ASSERT_TRUE(block(zql, liger));
  EXPECT_EQ(house.relations(liger, zql), "blocked/blocked");

  EXPECT_TRUE(unblock(liger, zql));
  EXPECT_EQ(house.relations(liger, zql), "none/blocked");
}

TEST_F(FriendsRules, RemovingLeavesABlock) {
  ASSERT_TRUE(block(liger, zql));
  house.take_events();
  EXPECT_TRUE(remove(liger, zql));
  EXPECT_TRUE(remove(zql, liger));
  EXPECT_EQ(house.relations(liger, zql), "blocked/none");
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, UnblockingWhoIsNotBlockedLeavesTheFriendship) {
  make_friends();
  EXPECT_TRUE(unblock(liger, zql));
  EXPECT_EQ(house.relations(liger, zql), "friends/friends");
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, ABlockAndASettingAnswerARequestAlike) {
  const Actor closed = house.add_user("closed");
  close_requests_of(closed);
  ASSERT_TRUE(block(zql, liger));
  house.take_events();

  const auto refused = request(liger, closed);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kNotAllowed);
  EXPECT_EQ(request(liger, zql).error(), refused.error());
  EXPECT_EQ(house.relations(liger, zql), "none/blocked");
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, WhoTakesNoRequestsStillAnswersTheirs) {
  ASSERT_TRUE(request(zql, liger));
  close_requests_of(zql);
  close_requests_of(liger);
  EXPECT_EQ(request(liger, zql)->state, RelationState::kFriends);
}

TEST_F(FriendsRules, WhoBlocksMustUnblockFirst) {
  ASSERT_TRUE(block(liger, zql));
  EXPECT_EQ(request(liger, zql).error().code, Errc::kConflict);
  EXPECT_TRUE(unblock(liger, zql));
  EXPECT_TRUE(request(liger, zql));
}

TEST_F(FriendsRules, NobodyIsTheirOwnFriendOrFoe) {
  EXPECT_EQ(code_of(request(liger, liger)), "not_allowed");
  EXPECT_EQ(code_of(remove(liger, liger)), "not_allowed");
  EXPECT_EQ(code_of(block(liger, liger)), "not_allowed");
  EXPECT_EQ(code_of(unblock(liger, liger)), "not_allowed");
}

TEST_F(FriendsRules, AskWhoActsAndWhetherThePeerIsThere) {
  const Actor nobody;
  const Actor unknown{UserId{999}, {}};
  EXPECT_EQ(code_of(request(nobody, zql)), "sign_in_required");
  EXPECT_EQ(code_of(remove(nobody, zql)), "sign_in_required");
  EXPECT_EQ(code_of(block(nobody, zql)), "sign_in_required");
  EXPECT_EQ(code_of(unblock(nobody, zql)), "sign_in_required");
  EXPECT_EQ(code_of(request(nobody, unknown)), "sign_in_required") << "and nothing about others";
  EXPECT_EQ(code_of(request(liger, unknown)), "not_found");
  EXPECT_EQ(code_of(remove(liger, unknown)), "not_found");
  EXPECT_EQ(code_of(block(liger, unknown)), "not_found");
  EXPECT_EQ(code_of(unblock(liger, unknown)), "not_found");
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(FriendsRules, ListsEachKindOfPersonByName) {
  const Actor amy = house.add_user("Amy");
  const Actor bob = house.add_user("bob");
  make_friends();
  ASSERT_TRUE(request(liger, bob));
  ASSERT_TRUE(request(amy, liger));
  const Actor cid = house.add_user("cid");
  ASSERT_TRUE(block(liger, cid));
  const auto list = house.read([&](data::Reader& r) { return list_relations(r, liger); });
  ASSERT_TRUE(list);
  std::string shown;
  for (const entity::Relation& relation : *list) {
    EXPECT_FALSE(relation.peer.email);
    shown += relation.peer.name + " " + std::string(relation_name(relation.state)) + ", ";
  }
  EXPECT_EQ(shown, "Amy incoming, bob requested, cid blocked, zql friends, ");
  EXPECT_EQ(code_of(house.read([](data::Reader& r) { return list_relations(r, Actor{}); })),
            "sign_in_required");
}

TEST_F(FriendsRules, ShowWhenAFriendWasLastSeenIfTheFriendDoes) {
  const auto seen_of_zql = [&] {
    const auto list = house.read([&](data::Reader& r) { return list_relations(r, liger); });
    return list->at(0).peer.last_seen.has_value();
  };
  ASSERT_TRUE(
      house.write([&](Transaction& tx) { return tx.set_last_seen(zql.user, house.clock.now()); }));
  ASSERT_TRUE(request(liger, zql));
  EXPECT_FALSE(seen_of_zql()) << "not a friend yet";
  const auto accepted = request(zql, liger);
  EXPECT_TRUE(seen_of_zql());

  entity::Settings hidden;
  hidden.last_seen = false;
  house.set_settings(zql, hidden);
  EXPECT_FALSE(seen_of_zql());
}

TEST_F(FriendsRules, BefriendWhateverStoodBetween) {
  for (const auto& before :
       std::vector<std::function<void()>>{[] {}, [&] { EXPECT_TRUE(request(liger, zql)); },
                                          [&] { EXPECT_TRUE(block(zql, liger)); }}) {
    before();
    EXPECT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, liger.user, zql.user); }));
    EXPECT_EQ(house.relations(liger, zql), "friends/friends");
    EXPECT_TRUE(remove(liger, zql));
  }
}

// Goal: a list of people is bounded on both sides, and a full one looks like a closed one.
TEST_F(FriendsRules, AFullListTakesNobody) {
  const Actor full = house.add_user("full");
  const Actor other = house.add_user("other");
  ASSERT_TRUE(house.write([&](Transaction& tx) {
    for (std::int64_t i = 0; i < Friends::kRelationsMax; ++i) {
      data::NewUser user;
      user.name = user.name_key = user.display_name = "extra" + std::to_string(i);
      const auto id = tx.add_user(user);
      const auto done = tx.set_relation(full.user, *id, RelationState::kFriends, EventId{1});
      if (!done) {
        return done;
      }
    }
    return base::ok();
  }));
  EXPECT_EQ(code_of(request(full, other)), "conflict");
  EXPECT_EQ(code_of(block(full, other)), "conflict");

  close_requests_of(zql);
  EXPECT_EQ(request(other, full).error(), request(other, zql).error());

  // One place more, one person more.
  ASSERT_TRUE(house.write(
      [&](Transaction& tx) { return remove_friend(tx, full, tx.user_by_name("extra0")->id); }));
  EXPECT_EQ(code_of(request(full, other)), "ok");
  EXPECT_EQ(code_of(block(full, other)), "ok") << "who is on the list already needs no place";
}

// Goal: whatever two people do, in any order, their rows mirror each other, each side hears of
//       exactly what changed for it, and a refused wish changes nothing.
// Method: many short seeded runs of two users who act at random.
TEST_F(FriendsRules, KeepBothSidesInStepWhateverTwoPeopleDo) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::SeededRandom random(seed);
  const std::vector<std::string> mirrors{
      "none/none",    "requested/incoming", "incoming/requested", "friends/friends",
      "blocked/none", "none/blocked",       "blocked/blocked"};
  for (int step = 0; step < 600; ++step) {
    const bool first = random.between(0, 1) == 0;
    const Actor actor = first ? liger : zql;
    const Actor peer = first ? zql : liger;
    const RelationState mine = house.relation(actor, peer);
    const RelationState theirs = house.relation(peer, actor);
    std::string what;
    switch (random.between(0, 4)) {
      case 0:
      case 1:
        what = "request: " + code_of(request(actor, peer));
        break;
      case 2:
        what = "remove: " + code_of(remove(actor, peer));
        break;
      case 3:
        what = "block: " + code_of(block(actor, peer));
        break;
      default:
        what = "unblock: " + code_of(unblock(actor, peer));
    }
    SCOPED_TRACE(what);
    const RelationState mine_now = house.relation(actor, peer);
    const RelationState theirs_now = house.relation(peer, actor);
    ASSERT_THAT(mirrors, ::testing::Contains(house.relations(actor, peer)));

    // Nobody is blocked or unblocked by anyone but themselves, or befriended against their will.
    ASSERT_EQ(theirs == RelationState::kBlocked, theirs_now == RelationState::kBlocked);
    if (theirs_now == RelationState::kFriends) {
      ASSERT_TRUE(theirs == RelationState::kFriends || theirs == RelationState::kRequested);
    }
    std::string expected;
    const auto told = [&](Actor side) {
      expected += "relation@u" + std::to_string(side.user.value) + " ";
    };
    if (mine != mine_now) {
      told(actor);
    }
    if (theirs != theirs_now) {
      told(peer);
    }
    ASSERT_EQ(house.take_streams(), expected);
  }
}

}  // namespace
}  // namespace keepline::logic
