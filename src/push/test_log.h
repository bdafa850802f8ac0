#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/event_log.h"
#include "push/hub.h"

namespace keepline::push::stage {

using entity::ConversationKind;
using entity::Event;
using entity::EventKind;
using entity::Settings;
using entity::Stream;

inline UserId user(std::int64_t id) { return UserId(id); }
inline ConversationId conversation(std::int64_t id) { return ConversationId(id); }

/// A log and the state it leads to, written to be plainly right, not fast. It decides who hears
/// what independently of the engine.
class Log final : public data::EventSource {
 public:
  struct Person {
    Settings settings;
    bool receipts_changed = false;
    bool typing_changed = false;
    bool friends_changed = false;
    bool rooms_changed = false;
    EventId version;
    std::set<UserId> friends;
  };
  struct Talk {
    ConversationKind kind = ConversationKind::kRoom;
    std::int64_t seq = 0;
    std::map<UserId, std::vector<entity::Span>> spans;

    bool has(UserId who) const {
      const auto found = spans.find(who);
      return found != spans.end() && !found->second.back().to;
    }
    std::int64_t members() const {
      return std::count_if(spans.begin(), spans.end(),
                           [](const auto& s) { return !s.second.back().to; });
    }
  };

  explicit Log(EventId head = EventId(100)) : head_(head), floor_(head) {}

  // Changes: each appends to the batch that commit() takes.
  EventId say(UserId who, ConversationId where, std::string text = "hi") {
    entity::Message message;
    message.conversation = where;
    message.seq = ++talks_[where].seq;
    message.sender = who;
    message.text = std::move(text);
    return add(EventKind::kMessage, Stream::of(where), who, std::move(message));
  }
  /// Gives a message of `where` another text. What the log said of it before then shows this.
  EventId edit(UserId who, entity::MessageId id, std::string text) {
    entity::Message message = std::get<entity::Message>(find(id)->data);
    message.text = std::move(text);
    message.version = EventId(head_.value + 1);
    return retell(EventKind::kEdited, who, message);
  }
  /// Leaves a tombstone of it.
  EventId erase(UserId who, entity::MessageId id) {
    entity::Message message = std::get<entity::Message>(find(id)->data);
    message.text.clear();
    message.deleted = entity::Deletion{entity::Time{}, who};
    message.version = EventId(head_.value + 1);
    erased_[id] = message.version;
    return retell(EventKind::kDeleted, who, message);
  }
  /// An answer to the message `id`, which it quotes.
  EventId answer(UserId who, entity::MessageId id, std::string text) {
    const entity::Message quoted = std::get<entity::Message>(find(id)->data);
    entity::Message message;
    message.conversation = quoted.conversation;
    message.seq = ++talks_[quoted.conversation].seq;
    message.sender = who;
    message.text = std::move(text);
    message.reply_to =
        entity::Quote{quoted.seq, quoted.deleted ? EventId() : id, quoted.sender, quoted.text};
    return add(EventKind::kMessage, Stream::of(quoted.conversation), who, std::move(message));
  }
  /// By themselves, or brought in `by` another.
  EventId join(UserId who, ConversationId where, ConversationKind kind = ConversationKind::kRoom,
               UserId by = {}) {
    talks_[where].kind = kind;
    const EventId id = add(EventKind::kJoined, Stream::of(where), by ? by : who,
                           entity::MemberChange{where, named(who), {}});
    talks_[where].spans[who].push_back({where, id, std::nullopt});
    return id;
  }
  EventId leave(UserId who, ConversationId where) {
    return part(who, who, where, entity::Parting::kLeft);
  }
  /// `by` ends the membership of `who`.
  EventId part(UserId by, UserId who, ConversationId where, entity::Parting why) {
    entity::MemberChange change{where, named(who), {}};
    change.why = why;
    const EventId id = add(EventKind::kLeft, Stream::of(where), by, std::move(change));
    talks_[where].spans[who].back().to = id;
    people_[who].rooms_changed = true;
    return id;
  }
  /// Deletes the conversation: the last that its members hear of it.
  EventId close(UserId by, ConversationId where) {
    const EventId id =
        add(EventKind::kClosed, Stream::of(where), by, entity::ConversationClosed{where});
    for (auto& [who, spans] : talks_[where].spans) {
      if (!spans.back().to) {
        spans.back().to = id;
        people_[who].rooms_changed = true;
      }
    }
    return id;
  }
  void befriend(UserId a, UserId b, entity::RelationState state = entity::RelationState::kFriends) {
    relate(a, b, state);
    relate(b, a, state);
  }
  EventId set(UserId who, Settings settings) {
    Person& person = people_[who];
    person.receipts_changed |= person.settings.receipts != settings.receipts;
    person.typing_changed |= person.settings.typing != settings.typing;
    person.settings = settings;
    return add(EventKind::kSettings, Stream::of(who), who, entity::SettingsChange{settings});
  }
  EventId profile(UserId who) {
    const EventId id =
        add(EventKind::kProfile, Stream::of(who), who, entity::ProfileChange{named(who)});
    people_[who].version = id;
    return id;
  }
  void read(UserId who, ConversationId where) {
    const entity::ReadMark mark{where, who, talks_[where].seq};
    add(EventKind::kRead, Stream::of(who), who, mark);
    if (people_[who].settings.receipts) {
      add(EventKind::kRead, Stream::of(where), who, mark);
    }
  }
  EventId end_session(UserId who, SessionId session) {
    return add(EventKind::kSessionEnded, Stream::of(who), who, entity::SessionEnded{session});
  }
  /// The changes since the last commit; also moves the head by an id that nobody hears of, where
  /// `silent`.
  data::BatchPtr commit(bool silent = false) {
    if (silent) {
      head_ = EventId(head_.value + 1);
    }
    auto batch = std::make_shared<entity::EventBatch>();
    batch->last = head_;
    batch->events = std::exchange(fresh_, {});
    return batch;
  }

  // Questions.
  bool concerns(const Event& event, UserId who) const {
    if (!event.stream.is_conversation()) {
      return event.stream.user() == who && event.kind != EventKind::kSessionEnded;
    }
    const auto talk = talks_.find(event.stream.conversation());
    const auto spans = talk->second.spans.find(who);
    if (spans == talk->second.spans.end()) {
      return false;
    }
    if (event.kind == EventKind::kRead && (event.actor == who || !shares(who))) {
      return false;
    }
    return std::any_of(spans->second.begin(), spans->second.end(),
                       [&](const entity::Span& s) { return s.covers(event.id); });
  }
  std::vector<EventId> heard_by(UserId who, EventId after) const {
    std::vector<EventId> ids;
    for (auto event = after_id(after); event != events_.end(); ++event) {
      if (concerns(*event, who)) {
        ids.push_back(event->id);
      }
    }
    return ids;
  }
  const Event* find(EventId id) const {
    const auto found = after_id(EventId(id.value - 1));
    return found == events_.end() || found->id != id ? nullptr : &*found;
  }
  bool shares(UserId who) const {
    const auto found = people_.find(who);
    return found == people_.end() || found->second.settings.receipts;
  }
  Person& person(UserId who) { return people_[who]; }
  Talk& talk(ConversationId where) { return talks_[where]; }
  /// Message -> the event that deleted it.
  const std::map<entity::MessageId, EventId>& erased() const { return erased_; }
  EventId head() const { return head_; }
  void set_floor(EventId floor) { floor_ = floor; }
  const std::vector<Event>& all() const { return events_; }

  // EventSource
  base::Result<data::LogPosition> position() override {
    return data::LogPosition{1, head_, floor_};
  }
  base::Result<data::EventPage> events_for(UserId who, EventId after, std::size_t limit) override {
    if (after < floor_) {
      return base::Errc::kGone;
    }
    data::EventPage page;
    page.looked_at = head_;
    for (auto event = after_id(after); event != events_.end(); ++event) {
      if (!concerns(*event, who)) {
        continue;
      }
      if (page.events.size() == limit) {
        page.more = true;
        page.looked_at = page.events.back().id;
        break;
      }
      page.events.push_back(*event);
    }
    return page;
  }
  base::Result<std::vector<Event>> events(EventId after, std::size_t limit) override {
    std::vector<Event> found;
    for (const Event& event : events_) {
      if (event.id > after && found.size() < limit) {
        found.push_back(event);
      }
    }
    return found;
  }
  base::Result<data::UserView> view_of(UserId who, EventId spans_since) override {
    data::UserView view;
    view.as_of = head_;
    std::map<UserId, data::ViewedPeer> peers;
    for (auto& [where, talk] : talks_) {
      const auto spans = talk.spans.find(who);
      if (spans == talk.spans.end()) {
        continue;
      }
      for (const entity::Span& span : spans->second) {
        if (span.to && *span.to <= spans_since) {
          continue;
        }
        UserId peer;
        if (talk.kind == ConversationKind::kDirect) {
          for (const auto& [other, theirs] : talk.spans) {
            if (other != who) {
              peer = other;
              peers[other] = {other, false, people_[other].version};
            }
          }
        }
        view.conversations.push_back({span, talk.kind, talk.members(), peer});
      }
    }
    for (const UserId friend_id : people_[who].friends) {
      peers[friend_id] = {friend_id, true, people_[friend_id].version};
    }
    for (const auto& [id, peer] : peers) {
      view.peers.push_back(peer);
    }
    view.settings = people_[who].settings;
    return view;
  }

 private:
  EventId retell(EventKind kind, UserId who, const entity::Message& message) {
    for (Event& event : events_) {
      if (auto* told = std::get_if<entity::Message>(&event.data)) {
        if (told->id == message.id) {
          *told = message;
        } else if (told->reply_to && told->reply_to->id == message.id && message.deleted) {
          told->reply_to = entity::Quote{message.seq, {}, {}, {}};
        }
      } else if (auto* change = std::get_if<entity::MessageChange>(&event.data)) {
        if (change->message.id == message.id) {
          change->message = message;
        } else if (change->message.reply_to && change->message.reply_to->id == message.id &&
                   message.deleted) {
          change->message.reply_to = entity::Quote{message.seq, {}, {}, {}};
        }
      }
    }
    return add(kind, Stream::of(message.conversation), who, entity::MessageChange{message, {}});
  }
  std::vector<Event>::const_iterator after_id(EventId id) const {
    return std::upper_bound(events_.begin(), events_.end(), id,
                            [](EventId wanted, const Event& e) { return wanted < e.id; });
  }
  template <class Data>
  EventId add(EventKind kind, Stream stream, UserId actor, Data data) {
    head_ = EventId(head_.value + 1);
    Event event;
    event.id = head_;
    event.kind = kind;
    event.stream = stream;
    event.actor = actor;
    event.data = std::move(data);
    if (auto* message = std::get_if<entity::Message>(&event.data)) {
      message->id = head_;
    }
    events_.push_back(event);
    fresh_.push_back(std::move(event));
    return head_;
  }
  entity::User named(UserId who) {
    entity::User person;
    person.id = who;
    person.name = "user" + std::to_string(who.value);
    person.display_name = person.name;
    person.version = people_[who].version;
    return person;
  }
  void relate(UserId owner, UserId peer, entity::RelationState state) {
    if (state == entity::RelationState::kFriends) {
      people_[owner].friends.insert(peer);
    } else {
      people_[owner].friends.erase(peer);
    }
    people_[owner].friends_changed = true;
    add(EventKind::kRelation, Stream::of(owner), owner, entity::RelationChange{named(peer), state});
  }

  EventId head_;
  EventId floor_;
  std::vector<Event> events_;
  std::vector<Event> fresh_;
  std::map<UserId, Person> people_;
  std::map<ConversationId, Talk> talks_;
  std::map<entity::MessageId, EventId> erased_;
};

}  // namespace keepline::push::stage
