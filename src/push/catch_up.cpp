#include "push/catch_up.h"

#include <algorithm>

#include "base/check.h"

namespace keepline::push {
namespace {

/// Whether the inbox knows all that follows `after`, and the ring still has it. `after` itself may
/// be below the ring's floor: a parked listener stands where it last looked.
bool remembers(const Ring& ring, const Inbox& inbox, entity::EventId after) {
  if (after < inbox.floor) {
    return false;
  }
  const auto next = std::upper_bound(inbox.recent.begin(), inbox.recent.end(), after);
  return next != inbox.recent.end() && *next > ring.floor();
}

void from_inbox(const Ring& ring, const Inbox& inbox, entity::EventId after, std::size_t limit,
                Found& found) {
  auto next = std::upper_bound(inbox.recent.begin(), inbox.recent.end(), after);
  for (; next != inbox.recent.end(); ++next) {
    const LoggedEvent* event = ring.find(*next);
    base::check(event != nullptr, "what an inbox remembers above the ring's floor is in the ring");
    if (!found.take(*event, limit)) {
      return;
    }
  }
}

void from_ring(const Ring& ring, const Inbox& inbox, entity::EventId after, std::size_t limit,
               Found& found) {
  for (std::size_t i = ring.first_after(after); i < ring.size(); ++i) {
    if (inbox.concerned(ring[i]) && !found.take(ring[i], limit)) {
      return;
    }
  }
}

/// A register that was never set still has a value: offline, or the version the view had.
Signal presence_of(const Nearby& nearby, const Peer& peer) {
  if (const auto known = nearby.registers().presence(peer.user)) {
    return *known;
  }
  Signal signal;
  signal.kind = SignalKind::kPresence;
  signal.user = peer.user;
  return signal;
}

Signal profile_of(const Nearby& nearby, const Peer& peer) {
  if (const auto known = nearby.registers().profile(peer.user)) {
    return *known;
  }
  Signal signal;
  signal.kind = SignalKind::kProfile;
  signal.user = peer.user;
  signal.version = peer.version;
  return signal;
}

void look_at_typing(const Nearby& nearby, const Inbox& inbox, const Position& at, Found& found) {
  if (!nearby.registers().any_typing() || !inbox.typing) {
    return;
  }
  for (const Place& place : inbox.places) {
    const std::vector<Signal>* typists =
        place.open() ? nearby.registers().typing(place.conversation) : nullptr;
    if (typists == nullptr ||
        nearby.audience().room(place.conversation)->member_count > kTypingMembersMax) {
      continue;
    }
    for (const Signal& signal : *typists) {
      const bool is_news = at.picture ? signal.on : signal.number > at.signal;
      if (is_news && signal.user != inbox.user) {
        found.signals.push_back(signal);
      }
    }
  }
}

}  // namespace

void Found::clear() {
  events.clear();
  signals.clear();
  bytes = 0;
  more = false;
  looked_at = {};
  signal_looked_at = 0;
}

bool Found::take(const LoggedEvent& event, std::size_t limit) {
  more = events.size() == limit || (!events.empty() && bytes + event.json.size() > kBytesMax);
  if (more) {
    return false;
  }
  events.push_back(&event);
  bytes += event.json.size();
  return true;
}

void look_at_signals(const Nearby& nearby, Inbox& inbox, const Position& at, Found& found) {
  found.signal_looked_at =
      at.picture ? nearby.signal_head() : std::max(at.signal, nearby.signal_head());
  if (!at.picture && at.signal >= inbox.last_signal) {
    return;
  }
  for (const Peer& peer : inbox.peers) {
    if (at.picture) {
      if (peer.friends) {
        found.signals.push_back(presence_of(nearby, peer));
      }
      found.signals.push_back(profile_of(nearby, peer));
      continue;
    }
    const auto presence =
        peer.friends ? nearby.registers().presence(peer.user) : std::optional<Signal>{};
    if (presence && presence->number > at.signal) {
      found.signals.push_back(*presence);
    }
    const auto profile = nearby.registers().profile(peer.user);
    if (profile && profile->number > at.signal) {
      found.signals.push_back(*profile);
    }
  }
  look_at_typing(nearby, inbox, at, found);
  std::stable_sort(found.signals.begin(), found.signals.end(),
                   [](const Signal& a, const Signal& b) { return a.number < b.number; });
}

Rung look(const Nearby& nearby, Inbox& inbox, const Position& at, std::size_t limit, Found& found) {
  base::check(inbox.state == Inbox::State::kReady, "an inbox that is not ready knows nothing");
  found.clear();
  const Ring& ring = nearby.ring();
  if (at.event < inbox.last_event) {
    if (remembers(ring, inbox, at.event)) {
      from_inbox(ring, inbox, at.event, limit, found);
    } else if (at.event >= ring.floor()) {
      from_ring(ring, inbox, at.event, limit, found);
    } else {
      return Rung::kStore;
    }
  }
  found.looked_at = found.more ? found.events.back()->id : std::max(at.event, nearby.head());
  look_at_signals(nearby, inbox, at, found);
  return Rung::kMemory;
}

}  // namespace keepline::push
