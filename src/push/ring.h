#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "push/logged_event.h"

namespace keepline::push {

/// The newest part of the log, in order of ids, so that a client that was away for a moment catches
/// up without the database. Every event after floor() is in it.
///
/// A deletion takes the text it deletes out of every entry that shows or quotes it: whoever asks
/// later gets the tombstone from the same place. Bounded by a count and by bytes: the oldest
/// entries go. Entries are shared by all shards; each
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
  using Mentioned = std::multimap<entity::MessageId, entity::EventId>;

  void pop();
  /// What besides its own entry shows the text of the message `id`.
  void note(entity::MessageId id, entity::EventId shown_by);
  void forget_note(entity::MessageId id, entity::EventId shown_by);
  void blank(entity::EventId id, const LoggedEvent& deleted);

  std::deque<EventPtr> entries_;
  Mentioned shown_;  ///< message -> the edits of it and the answers to it that are here
  std::size_t bytes_ = 0;
  entity::EventId floor_;
  std::size_t events_max_;
  std::size_t bytes_max_;
};

}  // namespace keepline::push
