#include "push/inbox.h"

#include <algorithm>

#include "push/listener.h"

namespace keepline::push {
namespace {

/// The first place of `conversation`, in order of from.
template <class Places>
auto first_of(Places& places, entity::ConversationId conversation) {
  return std::lower_bound(
      places.begin(), places.end(), conversation,
      [](const Place& p, entity::ConversationId wanted) { return p.conversation < wanted; });
}

}  // namespace

entity::EventId Recent::push(entity::EventId id) {
  entity::EventId gone;
  if (size_ == kMax) {
    constexpr std::size_t kKept = kMax / 2;
    gone = ids_[kMax - kKept - 1];
    std::copy(ids_.end() - kKept, ids_.end(), ids_.begin());
    size_ = kKept;
  }
  ids_[size_++] = id;
  return gone;
}

Inbox::Inbox(entity::UserId user_in, InboxOwner& owner) : user(user_in), owner_(owner) {}

Inbox::~Inbox() = default;

void Inbox::remember(entity::EventId id) {
  last_event = id;
  if (const entity::EventId gone = recent.push(id)) {
    floor = gone;
  }
}

void Inbox::forget(entity::EventId floor_in) {
  recent.clear();
  floor = floor_in;
}

bool Inbox::concerned(const LoggedEvent& event) const {
  if (event.json.empty()) {
    return false;
  }
  if (!event.stream.is_conversation()) {
    return event.stream.user() == user;
  }
  if (event.kind == entity::EventKind::kRead && !hears_read(event)) {
    return false;
  }
  const entity::ConversationId conversation = event.stream.conversation();
  for (auto p = first_of(places, conversation);
       p != places.end() && p->conversation == conversation; ++p) {
    if (p->covers(event.id)) {
      return true;
    }
  }
  return false;
}

Place* Inbox::open_place(entity::ConversationId conversation) {
  for (auto p = first_of(places, conversation);
       p != places.end() && p->conversation == conversation; ++p) {
    if (p->open()) {
      return &*p;
    }
  }
  return nullptr;
}

const Place* Inbox::open_place(entity::ConversationId conversation) const {
  // The same search; what it finds is const again.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  return const_cast<Inbox*>(this)->open_place(conversation);
}

Peer* Inbox::peer(entity::UserId who) {
  const auto found =
      std::lower_bound(peers.begin(), peers.end(), who,
                       [](const Peer& p, entity::UserId wanted) { return p.user < wanted; });
  return found == peers.end() || found->user != who ? nullptr : &*found;
}

}  // namespace keepline::push
