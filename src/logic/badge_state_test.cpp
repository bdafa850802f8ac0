#include "base/random.h"
#include "logic/client_test.h"
#include "logic/conversations_rules.h"
#include "logic/marks_rules.h"
#include "logic/message_house_test.h"
#include "logic/snapshot_rules.h"
#include "logic/state_kinds_test.h"

// "A snapshot, and the events after it, are the snapshot of later", for what a badge is counted by:
// who is named in what is unread, how far one has read, and one's own marks.
namespace keepline::logic {
namespace {

using data::Reader;
using data::Transaction;
using entity::Event;
using entity::EventKind;

class BadgeState : public MessageHouse {
 protected:
  Snapshot load(Actor actor) {
    auto snapshot = house.read([&](Reader& reader) { return load_snapshot(reader, actor); });
    EXPECT_TRUE(snapshot);
    return *std::move(snapshot);
  }
  Client client(Actor actor, const Snapshot& snapshot) {
    return {snapshot, [this, actor](ConversationId id) {
              return house.read([&](Reader& r) { return get_conversation(r, actor, id); });
            }};
  }
  void do_something(base::SeededRandom& random) {
    const std::vector<Actor> people{liger, zql, amy};
    const Actor who = people[static_cast<std::size_t>(random.between(0, 2))];
    const std::vector<std::string> texts{"hello", "@amy", "@here", "@zql and @liger", "`@amy`"};
    const std::string& text = texts[static_cast<std::size_t>(random.between(0, 4))];
    const auto last = house.read([&](Reader& r) { return r.conversation(room); })->last_seq;
    const auto any = house.read([&](Reader& r) {
      return r.message_at(room, random.between(1, std::max(last, std::int64_t{1})));
    });
    switch (any ? random.between(0, 9) : 0) {
      case 0:
      case 1:
      case 2:
        say(who, fmt::format("{} {}", text, last));
        break;
      case 3:
      case 4:
        ignore(edit(who, *any, text));
        break;
      case 5:
        ignore(erase(who, any->id));
        break;
      case 6: {
        MinePatch patch;
        patch.level = static_cast<entity::Level>(random.between(0, 2));
        patch.top = random.between(0, 1) == 0;
        ignore(house.write([&](Transaction& tx) { return set_mine(tx, who, room, patch); }));
        break;
      }
      default:
        ignore(house.write([&](Transaction& tx) {
          return mark_read(tx, who, room, random.between(0, last), random.between(0, 1) == 0);
        }));
        break;
    }
  }
  template <class T>
  static void ignore(const base::Result<T>& /*may be refused*/) {}

  /// Nobody joins or leaves here. One's own read marks are in one's own stream.
  static bool concerns(Actor who, const Event& event) {
    return event.stream.is_conversation()
               ? event.kind != EventKind::kRead || event.actor != who.user
               : event.stream.user() == who.user;
  }
};

// Goal: whichever snapshot a client began with, and whether it heard what followed as it happened
//       or read it later, it counts what a later snapshot says.
// Method: random changes, snapshots on the way, each brought up to date by both roads.
TEST_F(BadgeState, IsThatOfALaterSnapshot) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  base::SeededRandom random(seed);
  house.take_events();
  std::vector<Snapshot> before;
  std::vector<Client> hearing;
  bool named = false;
  for (int i = 0; i < 400; ++i) {
    if (i % 25 == 0) {
      before.push_back(load(amy));
      hearing.push_back(client(amy, before.back()));
      named = named || !before.back().conversations.at(0).mentions.empty();
    }
    do_something(random);
    for (const Event& event : house.take_events()) {
      for (Client& live : hearing) {
        if (concerns(amy, event)) {
          live.apply(event);
        }
      }
    }
  }
  const std::string now = client(amy, load(amy)).text();
  Kinds heard;
  for (std::size_t i = 0; i < before.size(); ++i) {
    ASSERT_EQ(hearing[i].text(), now) << "live, from " << before[i].position.head.value;
    Client reading = client(amy, before[i]);
    EventId position = before[i].position.head;
    for (bool more = true; more;) {
      const auto page = house.read([&](Reader& r) { return r.events_for(amy.user, position, 7); });
      ASSERT_TRUE(page) << page.error().detail;
      for (const Event& event : page->events) {
        heard.insert(event.kind);
        reading.apply(event);
      }
      position = page->looked_at;
      more = page->more;
    }
    ASSERT_EQ(reading.text(), now) << "read later, from " << before[i].position.head.value;
  }
  EXPECT_TRUE(named) << "nothing was counted";
  EXPECT_EQ(missing(kBadgeKinds, heard), "");
}

}  // namespace
}  // namespace keepline::logic
