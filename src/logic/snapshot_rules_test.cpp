#include "logic/snapshot_rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "logic/accounts_rules.h"
#include "logic/client_test.h"
#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/house_test.h"
#include "logic/memberships_rules.h"
#include "logic/rooms_rules.h"
#include "logic/state_kinds_test.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;
using entity::Event;
using entity::EventKind;
using entity::RelationState;
using entity::Settings;

/// For what may be refused: that it is must make no difference.
template <class T>
void attempt(const Result<T>& /*result*/) {}

class SnapshotRules : public ::testing::Test {
 public:
  Snapshot load(Actor actor) {
    auto snapshot = house.read([&](Reader& reader) { return load_snapshot(reader, actor); });
    EXPECT_TRUE(snapshot) << snapshot.error().detail;
    return *std::move(snapshot);
  }
  Client client(Actor actor, const Snapshot& snapshot) {
    return {
        snapshot, [this, actor](ConversationId id) {
          return house.read([&](Reader& reader) { return get_conversation(reader, actor, id); });
        }};
  }
  /// Brings a client up to date page by page; the kinds of event it heard go into `heard`.
  Client caught_up(Actor actor, const Snapshot& from, std::set<EventKind>& heard) {
    Client up = client(actor, from);
    EventId position = from.position.head;
    bool more = true;
    while (more) {
      const auto page =
          house.read([&](Reader& reader) { return reader.events_for(actor.user, position, 7); });
      EXPECT_TRUE(page);
      for (const Event& event : page->events) {
        heard.insert(event.kind);
        up.apply(event);
      }
      position = page->looked_at;
      more = page->more;
    }
    return up;
  }

  // Each does one thing, as someone would.
  ConversationId open(Actor actor, Actor peer) {
    return house.write([&](Transaction& tx) { return open_direct(tx, actor, peer.user); })
        ->conversation.id;
  }
  void read(Actor actor, ConversationId id, std::int64_t seq) {
    EXPECT_TRUE(house.write([&](Transaction& tx) { return mark_read(tx, actor, id, seq, true); }));
  }
  void send(Actor actor, ConversationId id, std::string_view text) {
    EXPECT_TRUE(house.send(actor, id, text));
  }
  void rename(Actor actor, std::string name) {
    ProfilePatch patch;
    patch.display_name = std::move(name);
    EXPECT_TRUE(house.write([&](Transaction& tx) { return update_profile(tx, actor, patch); }));
  }
  void choose(Actor actor, const SettingsPatch& patch) {
    EXPECT_TRUE(house.write([&](Transaction& tx) { return change_settings(tx, actor, patch); }));
  }
  ConversationId make_room(Actor by, Actor other) {
    NewRoom wish;
    wish.kind = entity::ConversationKind::kRoom;
    wish.title = "a room";
    wish.people.users = {other.user};
    return house.write([&](Transaction& tx) { return create_room(tx, by, wish); })->conversation.id;
  }
  template <class Set>
  void settle(Actor by, ConversationId id, Set set) {
    RoomPatch patch;
    set(patch);
    EXPECT_TRUE(house.write([&](Transaction& tx) { return update_room(tx, by, id, patch); }));
  }
  template <class Set>
  void change(Actor by, ConversationId id, Actor who, Set set) {
    MemberPatch patch;
    set(patch);
    EXPECT_TRUE(
        house.write([&](Transaction& tx) { return update_member(tx, by, id, who.user, patch); }));
  }
  void bring(Actor by, ConversationId id, Actor who) {
    const People people{{who.user}, {}};
    EXPECT_TRUE(house.write([&](Transaction& tx) { return add_members(tx, by, id, people); }));
  }
  /// Without a rule, as seed does it.
  void change_member(ConversationId id, Actor who, EventKind kind) {
    EXPECT_TRUE(house.write([&](Transaction& tx) -> base::Status {
      Event event;
      event.kind = kind;
      event.stream = entity::Stream::of(id);
      event.actor = who.user;
      entity::MemberChange change{id, *tx.user(who.user), entity::Role::kMember};
      change.member_count =
          tx.conversation(id)->member_count + (kind == EventKind::kJoined ? 1 : -1);
      event.data = std::move(change);
      const auto at = tx.record(event);
      return kind == EventKind::kJoined ? tx.add_member(id, who.user, entity::Role::kMember, *at)
                                        : tx.remove_member(id, who.user, *at);
    }));
  }
  ConversationId add_room() {
    return *house.write([&](Transaction& tx) {
      return tx.add_conversation(entity::ConversationKind::kRoom, "everyone");
    });
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
  Actor amy = house.add_user("amy");
};

TEST_F(SnapshotRules, ShowsWhatTheFirstScreenNeeds) {
  ASSERT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, liger.user, zql.user); }));
  const ConversationId chat = open(liger, zql);
  ASSERT_TRUE(house.send(zql, chat, "hello"));
  const Snapshot snapshot = load(liger);
  EXPECT_EQ(snapshot.me.id, liger.user);
  EXPECT_EQ(snapshot.me.email, "liger@example.org");
  EXPECT_EQ(snapshot.settings, Settings{});
  ASSERT_EQ(snapshot.relations.size(), 1U);
  EXPECT_EQ(snapshot.relations[0].state, RelationState::kFriends);
  EXPECT_FALSE(snapshot.relations[0].peer.email);
  ASSERT_EQ(snapshot.conversations.size(), 1U);
  EXPECT_EQ(snapshot.conversations[0].last_message->text, "hello");
  EXPECT_FALSE(snapshot.conversations[0].peer->email);
  EXPECT_FALSE(snapshot.more_conversations);
  EXPECT_EQ(snapshot.position.head, house.read([](Reader& r) { return r.position(); })->head);
}

TEST_F(SnapshotRules, AsksForASignIn) {
  EXPECT_EQ(code_of(house.read([](Reader& r) { return load_snapshot(r, Actor{}); })),
            "sign_in_required");
}

// Goal: the list is bounded, and says when it was cut. Method: stand on both sides of the bound.
TEST_F(SnapshotRules, HoldsTheNewestConversationsAndSaysThatThereAreMore) {
  const auto add_chats = [&](std::size_t count) {
    ASSERT_TRUE(house.write([&](Transaction& tx) {
      for (std::size_t i = 0; i < count; ++i) {
        data::NewUser user;
        user.name = user.name_key = user.display_name =
            fmt::format("extra{}.{}", tx.position()->head.value, i);
        const auto opened = open_direct(tx, liger, *tx.add_user(user));
        if (!opened) {
          return base::Status(opened.error());
        }
      }
      return base::ok();
    }));
  };
  add_chats(Snapshots::kConversationsMax);
  EXPECT_EQ(load(liger).conversations.size(), Snapshots::kConversationsMax);
  EXPECT_FALSE(load(liger).more_conversations);
  add_chats(1);
  const Snapshot cut = load(liger);
  EXPECT_EQ(cut.conversations.size(), Snapshots::kConversationsMax);
  EXPECT_TRUE(cut.more_conversations);
  EXPECT_GT(cut.conversations.front().position, cut.conversations.back().position);
}

// Goal: a snapshot and the events after it give exactly the snapshot of later, for every kind of
//       event that a client is told of.
// Method: one change of each kind, with a snapshot before each; each of them is brought up to date.
TEST_F(SnapshotRules, AndTheEventsAfterItGiveTheSnapshotOfLater) {
  std::vector<Snapshot> before{load(liger)};
  const auto step = [&](const auto& change) {
    change();
    before.push_back(load(liger));
  };
  const ConversationId room = add_room();
  const ConversationId chat = open(zql, liger);
  step([&] { send(zql, chat, "one"); });
  step([&] { send(liger, chat, "two"); });
  step([&] { send(zql, chat, "three"); });
  step([&] { read(liger, chat, 3); });
  step([&] { read(zql, chat, 2); });
  step([&] { read(zql, chat, 1); });
  step([&] { read(liger, chat, 1); });
  step([&] {
    EXPECT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, liger.user, zql.user); }));
  });
  step([&] {
    EXPECT_TRUE(house.write([&](Transaction& tx) { return block_user(tx, amy, liger.user); }));
  });
  step([&] { rename(liger, "漠然"); });
  step([&] { rename(liger, "liger again"); });
  step([&] {
    SettingsPatch patch;
    patch.theme = "dark";
    choose(liger, patch);
  });
  step([&] {
    SettingsPatch patch;
    patch.receipts = false;
    choose(liger, patch);
  });
  step([&] { read(zql, chat, 3); });
  step([&] {
    SettingsPatch patch;
    patch.receipts = true;
    choose(liger, patch);
  });
  step([&] { change_member(room, liger, EventKind::kJoined); });
  step([&] { change_member(room, zql, EventKind::kJoined); });
  step([&] { send(zql, room, "in the room"); });
  step([&] { read(liger, room, 1); });
  step([&] {
    EXPECT_TRUE(house.write([&](Transaction& tx) { return remove_friend(tx, zql, liger.user); }));
  });
  step([&] { change_member(room, liger, EventKind::kLeft); });
  step([&] { send(zql, room, "not for liger"); });
  const ConversationId hall = make_room(zql, liger);
  step([&] { send(zql, hall, "in the hall"); });
  step([&] { settle(zql, hall, [](RoomPatch& patch) { patch.title = "Hall"; }); });
  step([&] {
    change(zql, hall, liger, [](MemberPatch& patch) { patch.role = entity::Role::kAdmin; });
  });
  step([&] { change(zql, hall, liger, [](MemberPatch& patch) { patch.silenced = true; }); });
  step([&] {
    EXPECT_TRUE(
        house.write([&](Transaction& tx) { return remove_member(tx, zql, hall, liger.user); }));
  });
  step([&] { send(zql, hall, "while liger is away"); });
  step([&] { bring(zql, hall, liger); });
  step([&] { settle(zql, hall, [](RoomPatch& patch) { patch.history = entity::History::kAll; }); });
  step([&] { bring(zql, hall, amy); });
  step([&] {
    settle(zql, hall, [](RoomPatch& patch) { patch.history = entity::History::kJoined; });
  });
  step([&] { settle(zql, hall, [](RoomPatch& patch) { patch.archived = true; }); });
  const ConversationId short_lived = make_room(zql, liger);
  step([&] { send(zql, short_lived, "soon gone"); });
  step([&] {
    EXPECT_TRUE(
        house.write([&](Transaction& tx) { return delete_room(tx, zql, short_lived, "a room"); }));
  });

  const std::string now = client(liger, load(liger)).text();
  std::set<EventKind> heard;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(caught_up(liger, before[i], heard).text(), now) << "from step " << i;
  }
  EXPECT_EQ(missing(kSnapshotKinds, heard), "");
}

// Goal and method as above, for changes in any order.
TEST_F(SnapshotRules, AndTheEventsAfterItAgreeWhateverHappens) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  base::SeededRandom random(seed);
  const std::vector<Actor> people{liger, zql, amy};
  const auto any = [&] { return people[static_cast<std::size_t>(random.between(0, 2))]; };
  const ConversationId room = add_room();
  const ConversationId hall = make_room(zql, liger);
  std::set<std::int64_t> in_room;
  std::vector<Snapshot> before;
  for (int i = 0; i < 300; ++i) {
    if (random.between(0, 9) == 0) {
      before.push_back(load(liger));
    }
    const Actor actor = any();
    const Actor peer = any();
    const auto chat = house.read([&](Reader& reader) -> Result<ConversationId> {
      return random.between(0, 3) == 0 ? Result<ConversationId>(room)
                                       : reader.direct_conversation(actor.user, peer.user);
    });
    const auto last_seq = house.read([&](Reader& reader) -> Result<std::int64_t> {
      return chat ? reader.conversation(*chat)->last_seq : 0;
    });
    switch (random.between(0, 15)) {
      case 11:
        attempt(house.write([&](Transaction& tx) {
          RoomPatch patch;
          patch.title = fmt::format("title {}", i);
          patch.access = static_cast<entity::Access>(random.between(0, 1));
          patch.history = static_cast<entity::History>(random.between(0, 1));
          return update_room(tx, actor, hall, patch);
        }));
        break;
      case 12:
        attempt(house.write([&](Transaction& tx) {
          MemberPatch patch;
          patch.silenced = random.between(0, 1) == 0;
          return update_member(tx, actor, hall, peer.user, patch);
        }));
        break;
      case 13:
        attempt(house.write([&](Transaction& tx) {
          return random.between(0, 1) == 0 ? remove_member(tx, actor, hall, peer.user)
                                           : leave_conversation(tx, actor, hall);
        }));
        break;
      case 14:
        attempt(house.write(
            [&](Transaction& tx) { return add_members(tx, actor, hall, {{peer.user}, {}}); }));
        attempt(house.send(actor, hall, fmt::format("in the hall {}", i)));
        break;
      case 0:
      case 1:
      case 2:
        attempt(house.send(actor, chat ? *chat : room, fmt::format("text {}", i)));
        break;
      case 3:
      case 4:
        attempt(house.write([&](Transaction& tx) {
          return mark_read(tx, actor, chat ? *chat : room, random.between(0, *last_seq),
                           random.between(0, 2) == 0);
        }));
        break;
      case 5:
        attempt(house.write([&](Transaction& tx) { return open_direct(tx, actor, peer.user); }));
        break;
      case 6:
        attempt(house.write([&](Transaction& tx) { return request_friend(tx, actor, peer.user); }));
        break;
      case 7:
        attempt(house.write([&](Transaction& tx) {
          return random.between(0, 1) == 0 ? remove_friend(tx, actor, peer.user)
                                           : unblock_user(tx, actor, peer.user);
        }));
        break;
      case 8:
        if (random.between(0, 3) == 0) {
          attempt(house.write([&](Transaction& tx) { return block_user(tx, actor, peer.user); }));
        }
        break;
      case 9:
        rename(actor, fmt::format("name {}", i));
        break;
      case 10: {
        SettingsPatch patch;
        patch.typing = random.between(0, 1) == 0;
        if (actor.user == liger.user) {
          patch.receipts = random.between(0, 1) == 0;
        }
        choose(actor, patch);
        break;
      }
      default: {
        const bool inside = in_room.contains(actor.user.value);
        change_member(room, actor, inside ? EventKind::kLeft : EventKind::kJoined);
        if (inside) {
          in_room.erase(actor.user.value);
        } else {
          in_room.insert(actor.user.value);
        }
      }
    }
  }
  const std::string now = client(liger, load(liger)).text();
  std::set<EventKind> heard;
  for (std::size_t i = 0; i < before.size(); ++i) {
    ASSERT_EQ(caught_up(liger, before[i], heard).text(), now) << "from snapshot " << i;
  }
}

}  // namespace
}  // namespace keepline::logic
