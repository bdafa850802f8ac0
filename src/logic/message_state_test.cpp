#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "entity/unicode.h"
#include "entity/validate.h"
#include "logic/message_house_test.h"
#include "logic/state_kinds_test.h"

// "A snapshot, and the events after it, are the snapshot of later", for what is done with messages:
// a page of them, its pins, and what the reader has saved.
namespace keepline::logic {
namespace {

using data::Reader;
using entity::Event;
using entity::EventKind;
using entity::Message;

/// What a client knows of one conversation: everything loaded once, and every event since applied
/// as docs/protocol.md says.
class PageClient {
 public:
  PageClient(UserId me, const std::vector<Message>& page) : me_(me) {
    for (const Message& message : page) {
      messages_[message.id] = message;
    }
  }

  void apply(const Event& event) {
    heard.insert(event.kind);
    std::visit([&](const auto& data) { on(event, data); }, event.data);
  }

  std::string text() const {
    std::string out;
    for (const auto& [id, message] : messages_) {
      out += fmt::format("{} '{}' v{} edited {} deleted {} pinned {} saved {} here {} names {}",
                         message.seq, message.text, message.version.value,
                         message.edited_at.has_value(),
                         message.deleted ? message.deleted->by.value : 0, message.pinned,
                         message.saved, message.here, message.mentions.size());
      if (message.reply_to) {
        out += fmt::format(" to {} '{}'", message.reply_to->seq, message.reply_to->text);
      }
      for (const entity::Reaction& reaction : message.reactions) {
        out += fmt::format(" {}{}{}", reaction.emoji, reaction.count, reaction.mine ? "!" : "");
      }
      out += fmt::format(" r{}\n", message.reaction_version.value);
    }
    return out;
  }

  std::set<EventKind> heard;

 private:
  template <class Other>
  void on(const Event&, const Other&) {}

  void on(const Event&, const Message& message) { messages_.emplace(message.id, message); }

  void on(const Event& event, const entity::MessageChange& change) {
    Message next = change.message;
    next.version = std::max(next.version, event.id);
    Message& known = messages_[next.id];
    if (known.version >= next.version) {
      return;
    }
    if (!next.deleted) {
      next.reactions = known.reactions;
      next.reaction_version = known.reaction_version;
      next.pinned = known.pinned;
    }
    next.saved = known.saved;
    known = next;
    for (auto& [id, other] : messages_) {
      if (!other.reply_to || other.reply_to->seq != next.seq) {
        continue;
      }
      other.reply_to->text = entity::first_code_points(next.text, entity::kQuoteMax);
    }
  }

  void on(const Event& event, const entity::ReactionChange& change) {
    Message& known = messages_[change.message.id];
    const EventId version = std::max(change.version, event.id);
    if (known.deleted || known.reaction_version > version) {
      return;
    }
    std::vector<entity::Reaction> next = change.reactions;
    for (entity::Reaction& reaction : next) {
      if (change.user == me_) {
        reaction.mine = std::find(change.emojis.begin(), change.emojis.end(), reaction.emoji) !=
                        change.emojis.end();
        continue;
      }
      const auto before =
          std::find_if(known.reactions.begin(), known.reactions.end(),
                       [&](const entity::Reaction& r) { return r.emoji == reaction.emoji; });
      // Where it is new here, whoever reads may be among those who are shown.
      reaction.mine = before != known.reactions.end()
                          ? before->mine
                          : std::find(reaction.users.begin(), reaction.users.end(), me_) !=
                                reaction.users.end();
    }
    known.reactions = std::move(next);
    known.reaction_version = version;
  }

  void on(const Event& event, const entity::PinChange& change) {
    Message& known = messages_[change.message.id];
    known.pinned = event.kind == EventKind::kPinned && !known.deleted;
  }

  void on(const Event&, const entity::SavedChange& change) {
    messages_[change.message.id].saved = change.saved;
  }

  UserId me_;
  std::map<MessageId, Message> messages_;
};

class MessageState : public MessageHouse {
 protected:
  std::vector<Message> load(Actor who) {
    Messages::PageWish wish;
    wish.after = 0;
    wish.limit = 200;
    return house.read([&](Reader& r) { return page_messages(r, who, room, wish); })->messages;
  }
  EventId head() {
    return house.read([](Reader& r) { return r.position(); })->head;
  }
  void do_something(base::SeededRandom& random) {
    const std::vector<Actor> people{liger, zql, amy};
    const auto any = [&](std::int64_t n) { return random.between(0, n - 1); };
    const Actor who = people[static_cast<std::size_t>(any(3))];
    const std::vector<Message> all = load(who);
    if (all.size() < 3 || (all.size() < 20 && any(5) == 0)) {
      say(who, fmt::format("text {} @amy", all.size()));
      return;
    }
    const Message& one = all[static_cast<std::size_t>(any(std::ssize(all)))];
    const std::vector<std::string> emojis{"👍", "❤️", "😀"};
    switch (any(9)) {
      case 0:
        ignore(reply(who, one.seq));
        break;
      case 1:
      case 2:
        ignore(
            edit(who, one, fmt::format("edit {} {}", any(1000), any(2) == 0 ? "@zql" : "@here")));
        break;
      case 3:
        if (any(4) == 0) {
          ignore(erase(who, one.id));
        }
        break;
      case 4:
      case 5:
      case 6:
        ignore(give(who, one.id, emojis[static_cast<std::size_t>(any(3))], any(2) == 0));
        break;
      case 7:
        ignore(set_pin(who, one.id, any(2) == 0));
        break;
      default:
        ignore(set_saved(who, one.id, any(2) == 0));
        break;
    }
  }
  template <class T>
  static void ignore(const base::Result<T>& /*may be refused*/) {}

  bool concerns(Actor who, const Event& event) const {
    return event.stream == entity::Stream::of(room) || event.stream == entity::Stream::of(who.user);
  }
};

// Goal: whichever page a client loaded, and whether it heard what followed as it happened or read
//       it later, it knows what a later page shows.
// Method: random changes, pages loaded on the way, each brought up to date by both roads.
TEST_F(MessageState, IsThatOfALaterPageByEveryRoad) {
  const std::uint64_t seed = base::SystemRandom().next();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  base::SeededRandom random(seed);
  struct Start {
    EventId at;
    std::vector<Message> page;
    std::size_t live = 0;  ///< events before it
  };
  std::vector<Start> starts;
  std::vector<Event> live;
  // Few are deleted and unpinned: often enough that a run without would be a wonder.
  for (int i = 0; i < 1200; ++i) {
    if (i % 80 == 0) {
      starts.push_back({head(), load(amy), live.size()});
    }
    do_something(random);
    for (Event& event : house.take_events()) {
      live.push_back(std::move(event));
    }
  }
  const std::string now = PageClient(amy.user, load(amy)).text();
  std::set<EventKind> heard;
  for (const Start& start : starts) {
    PageClient hearing(amy.user, start.page);
    for (std::size_t i = start.live; i < live.size(); ++i) {
      if (live[i].id > start.at && concerns(amy, live[i])) {
        hearing.apply(live[i]);
      }
    }
    ASSERT_EQ(hearing.text(), now) << "live, from " << start.at.value;
    PageClient reading(amy.user, start.page);
    EventId position = start.at;
    for (bool more = true; more;) {
      const auto page = house.read([&](Reader& r) { return r.events_for(amy.user, position, 7); });
      ASSERT_TRUE(page) << page.error().detail;
      for (const Event& event : page->events) {
        reading.apply(event);
      }
      position = page->looked_at;
      more = page->more;
    }
    ASSERT_EQ(reading.text(), now) << "read later, from " << start.at.value;
    heard.insert(hearing.heard.begin(), hearing.heard.end());
  }
  EXPECT_EQ(missing(kMessageKinds, heard), "");
}

}  // namespace
}  // namespace keepline::logic
