#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/random.h"
#include "logic/client_test.h"
#include "logic/conversations_rules.h"
#include "logic/house_test.h"
#include "logic/marks_rules.h"
#include "logic/memberships_rules.h"
#include "logic/people_client_test.h"
#include "logic/rooms_rules.h"
#include "logic/sessions_rules.h"
#include "logic/snapshot_rules.h"
#include "logic/state_kinds_test.h"

// "A snapshot, and the events after it, are the snapshot of later", for who is in groups and rooms:
// the list of conversations, their settings, their members with roles and silences, and how far
// each has read. Bans and invitations have no events of their own and are loaded where they are
// shown; that somebody was banned is told by their leaving.
namespace keepline::logic {
namespace {

using data::Reader;
using data::Transaction;
using entity::Event;
using entity::EventKind;

/// All that one person's client knows.
struct Knows {
  Actor who;
  EventId from;
  Client list;
  PeopleClient people;

  void apply(const Event& event) {
    list.apply(event);
    people.apply(event);
  }
  std::string text() const { return list.text() + people.text(); }
};

class RoomState : public ::testing::Test {
 public:
  Knows load(Actor who) {
    auto snapshot = house.read([&](Reader& reader) { return load_snapshot(reader, who); });
    EXPECT_TRUE(snapshot) << snapshot.error().detail;
    return {who, snapshot->position.head,
            Client(*snapshot,
                   [this, who](ConversationId id) {
                     return house.read([&](Reader& r) { return get_conversation(r, who, id); });
                   }),
            PeopleClient(who.user, *snapshot,
                         [this, who](ConversationId id) { return people_of(who, id); })};
  }
  std::optional<PeopleClient::People> people_of(Actor who, ConversationId id) {
    const auto members = house.read(
        [&](Reader& reader) { return list_members(reader, who, id, "", UserId(), 200); });
    const auto reads =
        house.read([&](Reader& reader) { return list_reads(reader, who, id, 0, UserId(), 200); });
    if (!members || !reads) {
      EXPECT_EQ(code_of(members), "not_found");
      EXPECT_EQ(code_of(reads), "not_found");
      return std::nullopt;
    }
    PeopleClient::People people;
    for (const MemberView& view : *members) {
      people.members[view.member.user] =
          PeopleClient::as(view.member.role, view.member.silenced_until);
    }
    for (const entity::ReadUpTo& read : reads->reads) {
      people.reads[read.user] = read.seq;
    }
    return people;
  }
  /// Whether an open stream of theirs is told, by where they were a member.
  bool concerns(Actor who, const Event& event) {
    if (!event.stream.is_conversation()) {
      return event.stream.user() == who.user && event.kind != EventKind::kSessionEnded;
    }
    if (event.kind == EventKind::kRead && event.actor == who.user) {
      return false;
    }
    const auto view = house.read([&](Reader& r) { return r.view_of(who.user, EventId(0)); });
    return std::any_of(view->conversations.begin(), view->conversations.end(),
                       [&](const data::ViewedConversation& c) {
                         return c.span.conversation == event.stream.conversation() &&
                                c.span.covers(event.id);
                       });
  }

  template <class Rule>
  void attempt(Rule rule) {
    (void)house.write(rule);  // it may be refused: that must make no difference
  }
  void make_room() {
    NewRoom wish;
    wish.kind = rooms.empty() ? entity::ConversationKind::kGroup : entity::ConversationKind::kRoom;
    wish.title = "a room";
    wish.people.users = {one().user, one().user};
    if (wish.kind == entity::ConversationKind::kRoom) {
      wish.access = entity::Access::kOpen;
    }
    const auto made = house.write([&](Transaction& tx) { return create_room(tx, one(), wish); });
    ASSERT_TRUE(made) << made.error().detail;
    rooms.push_back(made->conversation.id);
  }
  void settle(Actor who, ConversationId id) {
    RoomPatch patch;
    switch (dice(0, 5)) {
      case 0:
        patch.title = fmt::format("room {}", dice(1, 99));
        break;
      case 1:
        patch.topic = fmt::format("topic {}", dice(1, 99));
        break;
      case 4:
        patch.color = dice(0, 11);
        break;
      case 2:
        patch.access = static_cast<entity::Access>(dice(0, 1));
        break;
      case 3:
        patch.history = static_cast<entity::History>(dice(0, 1));
        break;
      default:
        patch.archived = dice(0, 3) == 0;
        break;
    }
    attempt([&](Transaction& tx) { return update_room(tx, who, id, patch); });
  }
  void change_member(Actor who, ConversationId id, Actor other) {
    MemberPatch patch;
    if (dice(0, 1) == 0) {
      patch.role = static_cast<entity::Role>(dice(0, 2));
    } else {
      patch.silenced = dice(0, 1) == 0;
      if (dice(0, 1) == 0) {
        patch.silenced_for = std::chrono::seconds(dice(60, 600));
      }
    }
    attempt([&](Transaction& tx) { return update_member(tx, who, id, other.user, patch); });
  }
  void end_a_session(Actor who) {
    attempt([&](Transaction& tx) -> base::Status {
      const auto session =
          open_session(tx, *tx.credentials(who.user),
                       base::token_hash(fmt::format("token {}", dice(1, 1'000'000'000))), {});
      return session ? end_one_session(tx, who, session->id) : base::Status(session.error());
    });
  }
  /// One of the ways to leave, something they do not hear, and back again.
  void go_and_come_back(Actor who, ConversationId id, Actor other) {
    switch (dice(0, 2)) {
      case 0:
        attempt([&](Transaction& tx) { return leave_conversation(tx, other, id); });
        break;
      case 1:
        attempt([&](Transaction& tx) { return remove_member(tx, who, id, other.user); });
        break;
      default:
        attempt([&](Transaction& tx) { return ban_user(tx, who, id, other.user); });
        break;
    }
    (void)house.send(who, id, "while they were away");
    attempt([&](Transaction& tx) { return unban_user(tx, who, id, other.user); });
    attempt([&](Transaction& tx) { return add_members(tx, who, id, {{other.user}, {}}); });
  }
  /// Of what was in it the log keeps nothing.
  void close_one() {
    const ConversationId id = rooms.back();
    const auto known = house.read([&](Reader& r) { return r.conversation(id); });
    if (const auto owner = first_of(id); known && owner) {
      attempt([&](Transaction& tx) { return delete_room(tx, *owner, id, known->title); });
    }
    std::erase(rooms, id);
  }
  void do_something() {
    if (rooms.size() < 3) {
      make_room();
      return;
    }
    const ConversationId id = rooms[static_cast<std::size_t>(dice(0, std::ssize(rooms) - 1))];
    const auto known = house.read([&](Reader& r) { return r.conversation(id); });
    if (!known) {
      std::erase(rooms, id);
      return;
    }
    if (dice(0, known->archived_at ? 3 : 60) == 0) {
      std::erase(rooms, id);  // it stays as it is; another takes its place
      return;
    }
    // Half of what is tried is tried by who may do most there.
    const Actor who = dice(0, 1) == 0 ? one() : first_of(id).value_or(one());
    const Actor other = one();
    switch (dice(0, 15)) {
      case 0:
      case 1:
        attempt([&](Transaction& tx) { return join_room(tx, who, id); });
        break;
      case 2:
        attempt([&](Transaction& tx) { return leave_conversation(tx, who, id); });
        break;
      case 3:
      case 4:
        attempt([&](Transaction& tx) { return add_members(tx, who, id, {{other.user}, {}}); });
        break;
      case 5:
        attempt([&](Transaction& tx) { return remove_member(tx, who, id, other.user); });
        break;
      case 6:
        attempt([&](Transaction& tx) { return ban_user(tx, who, id, other.user); });
        break;
      case 7:
        attempt([&](Transaction& tx) { return unban_user(tx, who, id, other.user); });
        break;
      case 8:
      case 9:
        change_member(who, id, other);
        break;
      case 10:
        settle(who, id);
        break;
      case 11:
        end_a_session(who);
        break;
      case 12:
        go_and_come_back(who, id, other);
        break;
      case 13:
        (void)house.send(who, id, fmt::format("text {}", known->last_seq + 1));
        break;
      default:
        attempt([&](Transaction& tx) {
          return mark_read(tx, who, id, dice(0, known->last_seq), dice(0, 2) == 0);
        });
        break;
    }
  }

  std::int64_t dice(std::int64_t low, std::int64_t high) { return random->between(low, high); }
  /// A member of the highest role.
  std::optional<Actor> first_of(ConversationId id) {
    std::optional<Actor> first;
    entity::Role highest{};
    for (const Actor who : everybody) {
      const auto member = house.read([&](Reader& r) { return r.member(id, who.user); });
      if (member && (!first || member->role > highest)) {
        first = who;
        highest = member->role;
      }
    }
    return first;
  }
  Actor one() { return everybody[static_cast<std::size_t>(dice(0, std::ssize(everybody) - 1))]; }

  TestHouse house;
  std::vector<Actor> everybody{house.add_user("liger"), house.add_user("zql"),
                               house.add_user("amy"), house.add_user("ben")};
  std::vector<ConversationId> rooms;
  std::optional<base::SeededRandom> random;
};

/// How often each way to leave was taken, and how often somebody came back after it.
class Partings {
 public:
  void note(const Event& event) {
    const auto* change = std::get_if<entity::MemberChange>(&event.data);
    if (change == nullptr || event.kind == EventKind::kMember) {
      return;
    }
    const auto key = std::pair(change->conversation, change->user.id);
    if (event.kind == EventKind::kLeft) {
      gone_[key] = change->why;
    } else if (const auto gone = gone_.find(key); gone != gone_.end()) {
      back.insert(gone->second);
    }
  }
  std::set<entity::Parting> back;

 private:
  std::map<std::pair<ConversationId, UserId>, entity::Parting> gone_;
};

// Goal: whoever loaded whichever snapshot, and heard what followed as it happened or read it later,
//       knows what a later snapshot shows: also over removals, bans and coming back.
// Method: random changes by four people; every so often each loads anew; all that were loaded hear
//         what concerns them as it happens, and are compared with what is there now; in the end
//         each beginning is brought up to date from the log as well.
TEST_F(RoomState, IsThatOfALaterSnapshotByEveryRoad) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  random.emplace(seed);
  std::vector<Knows> begun;
  std::vector<Knows> hearing;
  Partings partings;
  int ended = 0;
  house.take_events();
  for (int i = 0; i < 1200; ++i) {
    if (i % 150 == 0) {
      for (const Actor who : everybody) {
        const std::string now = load(who).text();
        for (const Knows& live : hearing) {
          if (live.who.user == who.user) {
            ASSERT_EQ(live.text(), now) << "user " << who.user.value << " live from "
                                        << live.from.value << " at step " << i;
          }
        }
        begun.push_back(load(who));
        hearing.push_back(begun.back());
      }
    }
    if (i % 300 == 299) {
      close_one();
    } else {
      do_something();
    }
    for (const Event& event : house.take_events()) {
      partings.note(event);
      ended += event.kind == EventKind::kSessionEnded ? 1 : 0;
      for (Knows& live : hearing) {
        if (concerns(live.who, event)) {
          live.apply(event);
        }
      }
    }
  }
  Kinds heard;
  for (std::size_t i = 0; i < begun.size(); ++i) {
    const Actor who = begun[i].who;
    const std::string now = load(who).text();
    ASSERT_EQ(hearing[i].text(), now) << "user " << who.user.value << " live";
    Knows reading = begun[i];
    EventId position = reading.from;
    for (bool more = true; more;) {
      const auto page = house.read([&](Reader& r) { return r.events_for(who.user, position, 7); });
      ASSERT_TRUE(page) << page.error().detail;
      for (const Event& event : page->events) {
        heard.insert(event.kind);
        reading.apply(event);
      }
      position = page->looked_at;
      more = page->more;
    }
    ASSERT_EQ(reading.text(), now)
        << "user " << who.user.value << " read later, from " << begun[i].from.value;
  }
  EXPECT_EQ(missing(kRoomKinds, heard), "");
  EXPECT_EQ(partings.back.size(), 3U) << "after each way to leave somebody came back";
  EXPECT_GT(ended, 0) << "no session ended";
}

}  // namespace
}  // namespace keepline::logic
