#include "load/crowd.h"

#include <stdexcept>

#include "load/text.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr std::size_t kComeTogether = 128;
constexpr std::chrono::seconds kPatience{30};

}  // namespace

Crowd::Crowd(support::Loop& loop, const Dialect& dialect, const Plan& plan)
    : loop_(loop), dialect_(dialect), carrier_(plan.carrier), first_(plan.first), step_(plan.step) {
  reached_in_.assign(plan.count, 0);
  Waiter::Owner& owner = *this;
  waiters_.reserve(plan.count);
  for (std::size_t i = 0; i < plan.count; ++i) {
    waiters_.push_back(
        std::make_unique<Waiter>(loop, dialect, plan.carrier, plan.first + i * plan.step, owner));
  }
}

void Crowd::gather() {
  std::size_t opened = 0;
  for (const auto& waiter : waiters_) {
    if (!waiter->is_open()) {
      waiter->open();
      ++opened;
    }
    if (opened % kComeTogether == 0 || waiter == waiters_.back()) {
      // Half of them may still be under way, so that the peer never stands idle.
      const std::size_t slack = waiter == waiters_.back() ? 0 : kComeTogether / 2;
      const bool came = loop_.run_until([&] { return lost_ > 0 || waiting_ + slack >= opened; },
                                        SteadyClock::now() + kPatience);
      if (!came || lost_ > 0) {
        throw std::runtime_error(std::string("waiters by ") + name(carrier_) +
                                 " are not let in by " + dialect_.server() + ": " + why_lost_);
      }
    }
  }
}

void Crowd::rush() {
  for (const auto& waiter : waiters_) {
    if (!waiter->is_open()) {
      waiter->open();
    }
  }
}

void Crowd::leave() {
  for (const auto& waiter : waiters_) {
    waiter->drop();
  }
  waiting_ = 0;
  answered_.clear();
}

void Crowd::ask_again() {
  std::vector<Waiter*> answered;
  answered.swap(answered_);
  for (Waiter* const waiter : answered) {
    waiter->ask();
  }
}

void Crowd::expect(std::uint32_t mark) {
  ++round_;
  expected_ = mark;
  reached_ = 0;
}

void Crowd::record() {
  record_.clear();
  waiters_.front()->record_into(&record_);
}

void Crowd::on_batch(Waiter& waiter, const Batch& batch) {
  ++batches_;
  const std::string_view data = batch.data;
  for (std::size_t at = data.find(kMark); at != std::string_view::npos;
       at = data.find(kMark, at + kMark.size() + kMarkDigits)) {
    const std::uint32_t mark = mark_at(data.substr(at + kMark.size()));
    ++told_;
    if (mark == expected_ && reached_in_[place(waiter)] != round_) {
      reached_in_[place(waiter)] = round_;
      ++reached_;
    }
    if (heard_) {
      heard_(place(waiter), mark);
    }
  }
  if (carrier_ != Carrier::kPoll) {
    return;
  }
  // A wait that ran out before the expected text came is asked again in any case.
  if (asks_at_once_ || reached_in_[place(waiter)] != round_) {
    waiter.ask();
  } else {
    answered_.push_back(&waiter);
  }
}

void Crowd::on_waiting(Waiter&) { ++waiting_; }

void Crowd::on_lost(Waiter& waiter, std::string_view why) {
  ++lost_;
  why_lost_ = why;
  if (comes_back_) {
    waiter.open();
  }
}

}  // namespace keepline::bench
