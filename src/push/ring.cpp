#include "push/ring.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace keepline::push {

Ring::Ring(entity::EventId floor, std::size_t events_max, std::size_t bytes_max)
    : floor_(floor), events_max_(events_max), bytes_max_(bytes_max) {
  base::check(events_max > 0, "a ring holds at least one event");
}

void Ring::push(EventPtr event) {
  base::check(event->id > floor_, "an event at or below the ring's floor");
  base::check(entries_.empty() || event->id > entries_.back()->id, "events arrive in order");
  bytes_ += event->bytes();
  entries_.push_back(std::move(event));
  const LoggedEvent& newest = *entries_.back();
  if (newest.kind == entity::EventKind::kEdited) {
    note(newest.message, newest.id);
  }
  if (newest.quoted) {
    note(newest.quoted, newest.id);
  }
  if (newest.kind == entity::EventKind::kDeleted) {
    blank(entity::EventId(newest.message.value), newest);
    const auto [first, last] = shown_.equal_range(newest.message);
    for (auto shown = first; shown != last; ++shown) {
      blank(shown->second, newest);
    }
    shown_.erase(first, last);
  }
  while (entries_.size() > events_max_ || (bytes_ > bytes_max_ && entries_.size() > 1)) {
    pop();
  }
}

void Ring::pop() {
  const LoggedEvent& oldest = *entries_.front();
  if (oldest.kind == entity::EventKind::kEdited) {
    forget_note(oldest.message, oldest.id);
  }
  if (oldest.quoted) {
    forget_note(oldest.quoted, oldest.id);
  }
  bytes_ -= oldest.bytes();
  floor_ = oldest.id;
  entries_.pop_front();
}

void Ring::note(entity::MessageId id, entity::EventId shown_by) { shown_.emplace(id, shown_by); }

void Ring::forget_note(entity::MessageId id, entity::EventId shown_by) {
  const auto [first, last] = shown_.equal_range(id);
  const auto found =
      std::find_if(first, last, [&](const auto& shown) { return shown.second == shown_by; });
  if (found != last) {
    shown_.erase(found);
  }
}

void Ring::blank(entity::EventId id, const LoggedEvent& deleted) {
  const std::size_t after = first_after(id);
  if (after == 0 || entries_[after - 1]->id != id) {
    return;
  }
  EventPtr& entry = entries_[after - 1];
  const EventPtr before = entry;
  entry = without_text(*before, deleted);
  bytes_ += entry->bytes();
  bytes_ -= before->bytes();
  // A tombstone quotes what its message quoted, so that it is still found when that is deleted. The
  // notes of what is deleted itself go with their walk.
  if (entry->quoted != before->quoted && before->quoted != deleted.message) {
    if (before->quoted) {
      forget_note(before->quoted, id);
    }
    if (entry->quoted) {
      note(entry->quoted, id);
    }
  }
}

std::size_t Ring::first_after(entity::EventId id) const {
  const auto place =
      std::upper_bound(entries_.begin(), entries_.end(), id,
                       [](entity::EventId wanted, const EventPtr& e) { return wanted < e->id; });
  return static_cast<std::size_t>(place - entries_.begin());
}

const LoggedEvent* Ring::find(entity::EventId id) const {
  const std::size_t after = first_after(id);
  if (after == 0 || entries_[after - 1]->id != id) {
    return nullptr;
  }
  return entries_[after - 1].get();
}

}  // namespace keepline::push
