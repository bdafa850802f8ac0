#include "push/nearby.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "push/listener.h"

namespace keepline::push {
namespace {

bool before(const Place& a, const Place& b) {
  return a.conversation != b.conversation ? a.conversation < b.conversation : a.from < b.from;
}

/// How the count of members changed with `event`.
int members_more(const LoggedEvent& event) {
  if (event.kind == entity::EventKind::kJoined) {
    return 1;
  }
  return event.kind == entity::EventKind::kLeft ? -1 : 0;
}

}  // namespace

Nearby::Nearby(entity::EventId head, Ring ring, InboxOwner& owner)
    : head_(head), ring_(std::move(ring)), owner_(owner) {}

Nearby::~Nearby() = default;

Inbox& Nearby::of(entity::UserId user) {
  auto& inbox = inboxes_[user];
  if (!inbox) {
    inbox = std::make_unique<Inbox>(user, owner_);
  }
  return *inbox;
}

Inbox* Nearby::find(entity::UserId user) {
  const auto* const found = inboxes_.find(user);
  return found == nullptr ? nullptr : found->get();
}

const Inbox* Nearby::find(entity::UserId user) const {
  const auto* const found = inboxes_.find(user);
  return found == nullptr ? nullptr : found->get();
}

void Nearby::drop(Inbox& inbox) {
  audience_.remove(inbox);
  // Its listeners' ends may look for others: the table is in order before they go.
  const std::unique_ptr<Inbox> gone = std::move(*inboxes_.find(inbox.user));
  inboxes_.erase(gone->user);
}

Nearby::Installed Nearby::install(Inbox& inbox, const data::UserView& view) {
  if (view.as_of > head_) {
    return Installed::kEarly;
  }
  if (view.as_of < ring_.floor()) {
    return Installed::kOld;
  }
  audience_.remove(inbox);
  inbox.places.clear();
  inbox.peers.clear();
  inbox.places.reserve(view.conversations.size());
  for (const data::ViewedConversation& viewed : view.conversations) {
    inbox.places.push_back({viewed.span.conversation, viewed.span.from,
                            viewed.span.to.value_or(entity::EventId{}), 0});
  }
  std::sort(inbox.places.begin(), inbox.places.end(), before);
  inbox.peers.reserve(view.peers.size());
  for (const data::ViewedPeer& viewed : view.peers) {
    inbox.peers.push_back({viewed.user, viewed.version, viewed.friends, false});
  }
  std::sort(inbox.peers.begin(), inbox.peers.end(),
            [](const Peer& a, const Peer& b) { return a.user < b.user; });
  for (const data::ViewedConversation& viewed : view.conversations) {
    if (Peer* peer = inbox.peer(viewed.peer)) {
      peer->direct = true;
    }
  }
  inbox.receipts = view.settings.receipts;
  inbox.typing = view.settings.typing;
  inbox.showing = {view.settings.presence, view.settings.last_seen};
  for (Place& place : inbox.places) {
    if (place.open()) {
      audience_.enter(inbox, place);
    }
  }
  for (const Peer& peer : inbox.peers) {
    audience_.watch(inbox, peer.user);
  }
  for (const data::ViewedConversation& viewed : view.conversations) {
    if (Audience::Room* room = audience_.room(viewed.span.conversation)) {
      room->member_count = static_cast<std::int32_t>(viewed.member_count);
    }
  }
  if (inbox.state != Inbox::State::kReady) {
    // Nothing is known of the time before: who stands below goes to the ring.
    inbox.forget(head_);
    inbox.last_event = head_;
    inbox.last_signal = signal_head_;
  } else if (inbox.last_signal < signal_head_) {
    // New peers may have registers that were set before they were seen.
    inbox.last_signal = signal_head_;
  }
  inbox.state = Inbox::State::kReady;

  for (std::size_t i = ring_.first_after(view.as_of); i < ring_.size(); ++i) {
    const LoggedEvent& event = ring_[i];
    if (!event.stream.is_conversation()) {
      if (event.stream.user() == inbox.user) {
        change(inbox, event, head_);
      }
      continue;
    }
    if (event.kind == entity::EventKind::kJoined && event.subject == inbox.user) {
      enter(inbox, event);
    }
    if (Audience::Room* room = audience_.room(event.stream.conversation());
        room != nullptr && inbox.open_place(event.stream.conversation()) != nullptr &&
        room->member_count > 0) {
      room->member_count += members_more(event);
    }
    const bool left = event.kind == entity::EventKind::kLeft && event.subject == inbox.user;
    if (left || event.kind == entity::EventKind::kClosed) {
      leave(inbox, event);
    }
  }
  return Installed::kDone;
}

void Nearby::apply(const Delivery& delivery, Heard& heard) {
  for (const EventPtr& event : delivery.events) {
    base::check(event->id > head_, "a shard hears every event once, in order");
    ring_.push(event);
    head_ = event->id;
    if (event->stream.is_conversation()) {
      apply_event(*event, heard);
    } else {
      apply_own(*event, heard);
    }
  }
  head_ = std::max(head_, delivery.head);
  for (const Signal& signal : delivery.signals) {
    registers_.apply(signal);
    signal_head_ = signal.number;
    apply_signal(signal, heard);
  }
  signal_head_ = std::max(signal_head_, delivery.signal_head);
}

void Nearby::apply_event(const LoggedEvent& event, Heard& heard) {
  const entity::ConversationId conversation = event.stream.conversation();
  // Who joins hears of it, and who leaves: so one enters before, the other goes after.
  if (event.kind == entity::EventKind::kJoined) {
    if (Inbox* inbox = find(event.subject); inbox != nullptr) {
      if (inbox->state == Inbox::State::kReady) {
        enter(*inbox, event);
      }
      // Also where a view is on its way: it may have been read before the join.
      heard.joined(*inbox);
    }
  }
  Audience::Room* room = audience_.room(conversation);
  if (room == nullptr) {
    return;
  }
  if (room->member_count > 0) {
    room->member_count += members_more(event);
  }
  const bool is_read = event.kind == entity::EventKind::kRead;
  for (Inbox* inbox : room->inboxes) {
    if (is_read && !inbox->hears_read(event)) {
      continue;
    }
    inbox->remember(event.id);
    if (!inbox->listeners.empty()) {
      heard.touched(*inbox, room->inboxes.size());
    }
  }
  if (event.kind == entity::EventKind::kLeft) {
    if (Inbox* inbox = find(event.subject);
        inbox != nullptr && inbox->state == Inbox::State::kReady) {
      leave(*inbox, event);
    }
  }
  if (event.kind == entity::EventKind::kClosed) {
    // The room goes with its last inbox, and so does the list that is walked.
    const std::vector<Inbox*> all(room->inboxes.begin(), room->inboxes.end());
    for (Inbox* inbox : all) {
      leave(*inbox, event);
    }
  }
}

void Nearby::apply_own(const LoggedEvent& event, Heard& heard) {
  if (event.kind == entity::EventKind::kSessionEnded) {
    heard.session_ended(event.stream.user(), event.session, event.id);
    return;
  }
  Inbox* inbox = find(event.stream.user());
  if (inbox == nullptr || inbox->state != Inbox::State::kReady) {
    return;
  }
  change(*inbox, event, entity::EventId(event.id.value - 1));
  inbox->remember(event.id);
  if (event.kind == entity::EventKind::kSettings) {
    heard.settings_changed(*inbox);
  }
  if (!inbox->listeners.empty()) {
    heard.touched(*inbox, 1);
  }
}

void Nearby::change(Inbox& inbox, const LoggedEvent& event, entity::EventId remembered_from) {
  if (event.kind == entity::EventKind::kRelation) {
    befriend(inbox, event);
  } else if (event.kind == entity::EventKind::kSettings) {
    if (inbox.receipts != event.settings.receipts) {
      // What is remembered was chosen by the old flag. Catch-up goes by the flag as it is now, in
      // memory as in the database.
      inbox.forget(remembered_from);
    }
    inbox.receipts = event.settings.receipts;
    inbox.typing = event.settings.typing;
    inbox.showing = {event.settings.presence, event.settings.last_seen};
  }
}

void Nearby::enter(Inbox& inbox, const LoggedEvent& event) {
  const entity::ConversationId conversation = event.stream.conversation();
  if (inbox.open_place(conversation) != nullptr) {
    return;
  }
  Place place{conversation, event.id, {}, 0};
  audience_.enter(inbox, place);
  inbox.places.insert(std::upper_bound(inbox.places.begin(), inbox.places.end(), place, before),
                      place);
}

void Nearby::leave(Inbox& inbox, const LoggedEvent& event) {
  Place* place = inbox.open_place(event.stream.conversation());
  if (place == nullptr) {
    return;
  }
  audience_.leave(*place);
  place->to = event.id;
  forget_closed(inbox);
}

void Nearby::forget_closed(Inbox& inbox) {
  // Below the ring's floor the database decides who hears what, by its own spans.
  std::erase_if(inbox.places,
                [this](const Place& p) { return !p.open() && p.to <= ring_.floor(); });
}

void Nearby::befriend(Inbox& inbox, const LoggedEvent& event) {
  const bool friends = event.relation == entity::RelationState::kFriends;
  Peer* known = inbox.peer(event.subject);
  if (known != nullptr) {
    known->friends = friends;
    if (!friends && !known->direct) {
      audience_.unwatch(inbox, event.subject);
      inbox.peers.erase(inbox.peers.begin() + (known - inbox.peers.data()));
    }
    return;
  }
  if (friends) {
    const auto place =
        std::lower_bound(inbox.peers.begin(), inbox.peers.end(), event.subject,
                         [](const Peer& p, entity::UserId wanted) { return p.user < wanted; });
    inbox.peers.insert(place, {event.subject, event.version, true, false});
    audience_.watch(inbox, event.subject);
  }
}

void Nearby::apply_signal(const Signal& signal, Heard& heard) {
  const auto tell = [&](Inbox& inbox, std::size_t company) {
    inbox.last_signal = signal.number;
    if (!inbox.listeners.empty()) {
      heard.touched(inbox, company);
    }
  };
  if (signal.kind == SignalKind::kTyping) {
    const Audience::Room* room = audience_.room(signal.conversation);
    if (room == nullptr || room->member_count > kTypingMembersMax) {
      return;
    }
    for (Inbox* inbox : room->inboxes) {
      if (inbox->typing && inbox->user != signal.user) {
        tell(*inbox, room->inboxes.size());
      }
    }
    return;
  }
  const auto* watchers = audience_.watchers(signal.user);
  if (watchers == nullptr) {
    return;
  }
  for (Inbox* inbox : *watchers) {
    if (signal.kind == SignalKind::kProfile || inbox->peer(signal.user)->friends) {
      tell(*inbox, watchers->size());
    }
  }
}

}  // namespace keepline::push
