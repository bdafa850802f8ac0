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
  while (entries_.size() > events_max_ || (bytes_ > bytes_max_ && entries_.size() > 1)) {
    bytes_ -= entries_.front()->bytes();
    floor_ = entries_.front()->id;
    entries_.pop_front();
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
