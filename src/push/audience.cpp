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
  const auto found = rooms_.find(place.conversation);
  base::check(found != rooms_.end(), "a place in a room that is not here");
  auto& inboxes = found->second.inboxes;
  // The last one takes the free slot, so that leaving a large room costs the same as a small one.
  Inbox* last = inboxes.back();
  last->open_place(place.conversation)->slot = place.slot;
  inboxes[place.slot] = last;
  inboxes.pop_back();
  if (inboxes.empty()) {
    rooms_.erase(found);
  }
}

void Audience::watch(Inbox& inbox, entity::UserId peer) { watchers_[peer].push_back(&inbox); }

void Audience::unwatch(Inbox& inbox, entity::UserId peer) {
  const auto found = watchers_.find(peer);
  base::check(found != watchers_.end(), "a watcher of someone who is not watched");
  std::erase(found->second, &inbox);
  if (found->second.empty()) {
    watchers_.erase(found);
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
  const auto found = rooms_.find(conversation);
  return found == rooms_.end() ? nullptr : &found->second;
}

const Audience::Room* Audience::room(entity::ConversationId conversation) const {
  const auto found = rooms_.find(conversation);
  return found == rooms_.end() ? nullptr : &found->second;
}

const std::vector<Inbox*>* Audience::watchers(entity::UserId user) const {
  const auto found = watchers_.find(user);
  return found == watchers_.end() ? nullptr : &found->second;
}

}  // namespace keepline::push
