#include "net/wheel.h"

#include <algorithm>

#include "base/check.h"

namespace keepline::net {

Timer::~Timer() { disarm(); }

void Timer::disarm() {
  if (next_ == nullptr) {
    return;
  }
  previous_->next_ = next_;
  next_->previous_ = previous_;
  next_ = nullptr;
  previous_ = nullptr;
}

Wheel::Wheel(base::Tick now) : start_(now) {
  for (Slot& slot : slots_) {
    slot.next_ = &slot;
    slot.previous_ = &slot;
  }
}

Wheel::~Wheel() {
  for (Slot& slot : slots_) {
    while (slot.next_ != &slot) {
      slot.next_->disarm();
    }
  }
}

void Wheel::link(Timer& list, Timer& timer) {
  timer.next_ = &list;
  timer.previous_ = list.previous_;
  list.previous_->next_ = &timer;
  list.previous_ = &timer;
}

void Wheel::arm(Timer& timer, std::chrono::milliseconds delay) {
  timer.disarm();
  const auto wanted = std::max(delay, std::chrono::milliseconds::zero());
  const auto turns =
      static_cast<std::uint64_t>((wanted + kTurn - std::chrono::milliseconds{1}) / kTurn);
  // One turn more: the present one is already under way, by how much the wheel does not know.
  timer.due_ = turn_ + turns + 1;
  link(slots_[timer.due_ % kSlots], timer);
}

void Wheel::advance(base::Tick now) {
  if (now < start_) {
    return;
  }
  const auto target = static_cast<std::uint64_t>((now - start_) / kTurn);
  if (target <= turn_) {
    return;
  }
  // Each slot is looked at once at most, however long the wheel stood still.
  std::uint64_t turn = target - std::min<std::uint64_t>(target - turn_, kSlots);
  // Before anything fires: a timer armed by another's firing counts from the new time.
  turn_ = target;
  while (turn < target) {
    fire_slot(++turn);
  }
}

void Wheel::fire_slot(std::uint64_t turn) {
  Slot& slot = slots_[turn % kSlots];
  // What is due moves to a list of its own first, since a firing timer may disarm, destroy or arm
  // any other.
  Slot due;
  due.next_ = &due;
  due.previous_ = &due;
  for (Timer* timer = slot.next_; timer != &slot;) {
    Timer& each = *timer;
    timer = timer->next_;
    if (each.due_ <= turn) {
      each.disarm();
      link(due, each);
    }
  }
  while (due.next_ != &due) {
    Timer& timer = *due.next_;
    timer.disarm();
    timer.expired();
  }
}

std::size_t Wheel::armed() const {
  std::size_t count = 0;
  for (const Slot& slot : slots_) {
    for (const Timer* timer = slot.next_; timer != &slot; timer = timer->next_) {
      ++count;
    }
  }
  return count;
}

}  // namespace keepline::net
