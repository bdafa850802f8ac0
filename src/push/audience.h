#pragma once

#include <cstdint>

#include "base/few.h"
#include "base/flat_map.h"
#include "push/inbox.h"

namespace keepline::push {

/// In larger conversations nobody is told who types.
inline constexpr std::int64_t kTypingMembersMax = 50;

/// Who on one shard hears of a conversation, and of a person: conversation -> inboxes with an open
/// place in it, user -> inboxes that see that user. Lives on one shard; the inboxes' owner takes
/// them out before they go.
class Audience {
 public:
  struct Room {
    base::Few<Inbox*> inboxes;
    std::int32_t member_count = 0;  ///< of the whole server; 0: not known
  };

  /// Adds the inbox at `place`, which must be open, and keeps place.slot.
  void enter(Inbox& inbox, Place& place);
  /// Takes it out. The room goes with its last inbox.
  void leave(Place& place);

  void watch(Inbox& inbox, entity::UserId peer);
  void unwatch(Inbox& inbox, entity::UserId peer);

  /// Takes the inbox out of everything its places and peers name.
  void remove(Inbox& inbox);

  /// Stands until someone enters or leaves, whichever room it is.
  Room* room(entity::ConversationId conversation);
  const Room* room(entity::ConversationId conversation) const;
  /// The inboxes that see `user`, or nullptr.
  const base::Few<Inbox*>* watchers(entity::UserId user) const;

  std::size_t rooms() const { return rooms_.size(); }
  std::size_t watched() const { return watchers_.size(); }

 private:
  base::FlatMap<entity::ConversationId, Room> rooms_;
  base::FlatMap<entity::UserId, base::Few<Inbox*>> watchers_;
};

}  // namespace keepline::push
