#pragma once

#include <cstddef>
#include <deque>

#include "push/logged_event.h"

namespace keepline::push {

/// The newest part of the log, in order of ids, so that a client that was away for a moment catches
/// up without the database. Every event after floor() is in it.
///
/// Bounded by a count and by bytes: the oldest entries go. Entries are shared by all shards; each
/// shard keeps its own row of pointers, so reading needs no lock. Lives on one shard.
class Ring {
 public:
  /// Requires: events_max > 0.
  Ring(entity::EventId floor, std::size_t events_max, std::size_t bytes_max);

  /// Requires: `event` is newer than every entry.
  void push(EventPtr event);

  /// The entry `id`, or nullptr if it is not here.
  const LoggedEvent* find(entity::EventId id) const;
  /// The place of the first entry after `id`; size() if there is none.
  std::size_t first_after(entity::EventId id) const;
  const LoggedEvent& operator[](std::size_t place) const { return *entries_[place]; }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }
  entity::EventId floor() const { return floor_; }

 private:
  std::deque<EventPtr> entries_;
  std::size_t bytes_ = 0;
  entity::EventId floor_;
  std::size_t events_max_;
  std::size_t bytes_max_;
};

}  // namespace keepline::push
