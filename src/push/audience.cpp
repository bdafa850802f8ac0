#include "push/audience.h"

#include <algorithm>

#include "base/check.h"

namespace keepline::push {

void Audience::enter(Inbox& inbox, Place& place) {
  base::check(place.open(), "only an open place hears what is new");
  auto& inboxes = rooms_[place.conversation].inboxes;
  place.slot = static_cast<std::uint32_t>(inboxes.size());
  inboxes.push_back(&inbox);
}

void Audience::leave(Place& place) {
  Room* const found = rooms_.find(place.conversation);
  base::check(found != nullptr, "a place in a room that is not here");
  auto& inboxes = found->inboxes;
  // The last one takes the free slot, so that leaving a large room costs the same as a small one.
  Inbox* last = inboxes.back();
  last->open_place(place.conversation)->slot = place.slot;
  inboxes[place.slot] = last;
  inboxes.pop_back();
  if (inboxes.empty()) {
    rooms_.erase(place.conversation);
  }
}

void Audience::watch(Inbox& inbox, entity::UserId peer) { watchers_[peer].push_back(&inbox); }

void Audience::unwatch(Inbox& inbox, entity::UserId peer) {
  base::Few<Inbox*>* const found = watchers_.find(peer);
  base::check(found != nullptr, "a watcher of someone who is not watched");
  found->erase_if([&](const Inbox* watcher) { return watcher == &inbox; });
  if (found->empty()) {
    watchers_.erase(peer);
  }
}

void Audience::remove(Inbox& inbox) {
  for (Place& place : inbox.places) {
    if (place.open()) {
      leave(place);
    }
  }
  for (const Peer& peer : inbox.peers) {
    unwatch(inbox, peer.user);
  }
}

Audience::Room* Audience::room(entity::ConversationId conversation) {
  return rooms_.find(conversation);
}

const Audience::Room* Audience::room(entity::ConversationId conversation) const {
  return rooms_.find(conversation);
}

const base::Few<Inbox*>* Audience::watchers(entity::UserId user) const {
  return watchers_.find(user);
}

}  // namespace keepline::push
