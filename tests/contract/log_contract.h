#pragma once

#include <string>
#include <vector>

#include "contract/store_contract.h"

namespace keepline::data {

/// The ids, or the kinds, of `events`, each followed by a space.
inline std::string ids(const std::vector<entity::Event>& events) {
  std::string text;
  for (const entity::Event& event : events) {
    text += std::to_string(event.id.value) + ' ';
  }
  return text;
}

inline std::string kinds(const std::vector<entity::Event>& events) {
  std::string text;
  for (const entity::Event& event : events) {
    text += entity::event_kind_name(event.kind);
    text += ' ';
  }
  return text;
}

/// What suites about the log ask and do.
class LogContract : public StoreContract {
 protected:
  EventPage events_for(UserId user, EventId after, std::size_t limit = 1000) {
    return must(read([&](Reader& reader) { return reader.events_for(user, after, limit); }));
  }
  std::vector<entity::Event> events(EventId after, std::size_t limit = 1000) {
    return must(read([&](Reader& reader) { return reader.events(after, limit); }));
  }
  UserView view(UserId user, EventId since) {
    return must(read([&](Reader& reader) { return reader.view_of(user, since); }));
  }
  EventId record(entity::Event event) {
    return must(write([&](Transaction& tx) { return tx.record(event); }));
  }
  static entity::Event own_event(UserId user, entity::EventKind kind) {
    entity::Event event;
    event.kind = kind;
    event.stream = entity::Stream::of(user);
    event.actor = user;
    return event;
  }
  /// The room with some settings changed, as the rule does it.
  template <class Change>
  void settle(ConversationId id, Change change) {
    must(write([&](Transaction& tx) {
      entity::Conversation wanted = must(tx.conversation(id));
      change(wanted);
      entity::Event event = own_event(UserId(1), entity::EventKind::kConversation);
      event.stream = entity::Stream::of(id);
      event.data = entity::ConversationChange{wanted};
      wanted.version = must(tx.record(event));
      return tx.update_conversation(wanted);
    }));
  }
  void set_receipts(UserId user, bool receipts) {
    entity::Settings settings;
    settings.receipts = receipts;
    must(write([&](Transaction& tx) { return tx.set_settings(user, settings); }));
  }
};

}  // namespace keepline::data
