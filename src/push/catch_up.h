#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "push/nearby.h"

namespace keepline::push {

/// Where a listener stands.
struct Position {
  entity::EventId event;
  std::uint64_t signal = 0;
  bool picture = false;  ///< `signal` is of another run: show everything the user may see
};

/// What there is to say to a listener. Pointers are into the ring, or into what was read: good
/// until the next delivery.
struct Found {
  std::vector<const LoggedEvent*> events;
  std::vector<Signal> signals;
  std::size_t bytes = 0;      ///< of the events as JSON
  bool more = false;          ///< cut at the limit
  entity::EventId looked_at;  ///< everything up to here that concerns the user is in `events`
  std::uint64_t signal_looked_at = 0;

  void clear();
  /// Adds the next event, or sets `more` and returns false: there are `limit` of them, or it would
  /// make more than kBytesMax. One is always taken.
  bool take(const LoggedEvent& event, std::size_t limit);

  static constexpr std::size_t kBytesMax = std::size_t{256} * 1024;
};

enum class Rung : std::uint8_t {
  kMemory,  ///< `found` is complete
  kStore,   ///< only the database reaches back so far
};

/// The ladder of catch-up, as far as memory goes: one compare; the inbox; the shard's ring by the
/// inbox's places. Clears `found` first.
///
/// Requires: the inbox is ready.
Rung look(const Nearby& nearby, Inbox& inbox, const Position& at, std::size_t limit, Found& found);

/// Adds the signals after `at` that the inbox's user may see, in order of their numbers; for a
/// picture, the presence of every friend, the profile's version of every peer, and who types.
void look_at_signals(const Nearby& nearby, Inbox& inbox, const Position& at, Found& found);

}  // namespace keepline::push
