#include <algorithm>
#include <utility>

#include "push/local_hub.h"

// How what the tail hands over reaches those whom it concerns.
namespace keepline::push {
namespace {

constexpr std::size_t kFew = 0;
constexpr std::size_t kMany = 1;

}  // namespace

void LocalHub::deliver(const Delivery& delivery) {
  nearby_.apply(delivery, *this);
  if (std::any_of(delivery.events.begin(), delivery.events.end(), [](const EventPtr& event) {
        return event->kind == entity::EventKind::kDeleted;
      })) {
    batches_.forget();
  }
  install_early_views();
  for (const UserId user : std::exchange(to_refresh_, {})) {
    if (Inbox* inbox = nearby_.find(user)) {
      load(*inbox);
    }
  }
  end_sessions();
  if (!fan_out_posted_) {
    fan_out();
  }
}

void LocalHub::touched(Inbox& inbox, std::size_t company) {
  queue(inbox, company > kSmallCompanyMax ? kMany : kFew);
}

void LocalHub::queue(Inbox& inbox, std::size_t lane) {
  if (!inbox.queued[lane]) {
    inbox.queued[lane] = true;
    lanes_[lane].push_back(inbox.user);
  }
}

void LocalHub::joined(Inbox& inbox) {
  if (inbox.state == Inbox::State::kBare) {
    return;
  }
  // A join says neither how many are there nor who the other one is.
  inbox.refresh_from = nearby_.head();
  to_refresh_.push_back(inbox.user);
}

void LocalHub::settings_changed(Inbox& inbox) { say_showing(inbox); }

void LocalHub::session_ended(UserId user, SessionId session, EventId id) {
  ended_.push_back({user, session, id});
}

void LocalHub::end_sessions() {
  const auto ended = std::exchange(ended_, {});
  // All of them first: no stream may end, and ask again, while a session that ended still holds.
  for (const SessionEnd& end : ended) {
    for (const auto& heard : session_heard_) {
      heard(end.user, end.session, end.id);
    }
  }
  for (const SessionEnd& end : ended) {
    Inbox* inbox = nearby_.find(end.user);
    if (inbox == nullptr) {
      continue;
    }
    // Who asks again within this loop is not of those that end.
    for (std::size_t left = inbox->listeners.size(); left > 0; --left) {
      // A wait has no session of its own: any end of its user's makes it ask again, and who asks
      // again is checked again.
      const auto next = std::find_if(
          inbox->listeners.begin(), inbox->listeners.end(),
          [&](const auto& l) { return l->key.session == end.session || !l->key.session; });
      if (next == inbox->listeners.end()) {
        break;
      }
      finish(**next, End::kSessionEnded);
    }
  }
}

void LocalHub::fan_out() {
  // Of each slice, what many hear gets at least a quarter.
  const std::size_t slice = core_.options().fan_out_slice_max;
  const std::size_t few_max = slice - slice / 4;
  std::size_t told = 0;
  std::size_t many = 0;
  const auto next = [&]() -> std::size_t {
    if (lanes_[kMany].empty() || (!lanes_[kFew].empty() && told - many < few_max)) {
      return kFew;
    }
    return kMany;
  };
  while (told < slice && !(lanes_[kFew].empty() && lanes_[kMany].empty())) {
    const std::size_t lane = next();
    const UserId user = lanes_[lane].front();
    lanes_[lane].pop_front();
    Inbox* inbox = nearby_.find(user);
    if (inbox == nullptr) {
      continue;
    }
    inbox->queued[lane] = false;
    const std::size_t count = std::max<std::size_t>(visit(*inbox), 1);
    told += count;
    many += lane == kMany ? count : 0;
  }
  fan_out_posted_ = !(lanes_[kFew].empty() && lanes_[kMany].empty());
  if (fan_out_posted_) {
    core_.on(index_, [](LocalHub& here) {
      here.fan_out_posted_ = false;
      here.fan_out();
    });
  }
}

std::size_t LocalHub::visit(Inbox& inbox) {
  std::size_t told = 0;
  // Telling one may run the same client's next request, which adds at the end or ends another.
  for (std::size_t i = 0; i < inbox.listeners.size();) {
    Listener& listener = *inbox.listeners[i];
    if (listener.state != Listener::State::kParked) {
      ++i;
      continue;
    }
    if (look(nearby_, inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
      // It waited in its lane for so long that the ring moved on.
      read(listener);
      ++i;
    } else if (listener.hears(found_)) {
      i += listener.stays() ? 1U : 0U;
      tell(listener);
      ++told;
    } else {
      ++i;
    }
  }
  return told;
}

void LocalHub::drain(std::chrono::milliseconds over) {
  if (draining_) {
    return;
  }
  draining_ = true;
  nearby_.each([this](Inbox& inbox) {
    if (!inbox.listeners.empty()) {
      to_drain_.push_back(inbox.user);
    }
  });
  const auto turns_max =
      std::max<std::size_t>(static_cast<std::size_t>(over / net::Wheel::kTurn), 1);
  drain_slice_ = std::max(to_drain_.size() / turns_max + 1, core_.options().drain_slice_min);
  const auto lasts = static_cast<std::int64_t>(to_drain_.size() / drain_slice_) * net::Wheel::kTurn;
  // All come back to what takes this server's place, at a pace that it can take: 5 000 a second.
  const std::size_t shards = core_.parts().shards->count();
  const auto spread = static_cast<std::int64_t>(parked_ * shards / 5);
  batches_.advise({500, std::max<std::int64_t>({2000, lasts.count(), spread}), std::nullopt});
  drain_slice();
}

void LocalHub::drain_slice() {
  for (std::size_t i = 0; i < drain_slice_ && !to_drain_.empty(); ++i) {
    Inbox* inbox = nearby_.find(to_drain_.front());
    to_drain_.pop_front();
    if (inbox == nullptr) {
      continue;
    }
    for (;;) {
      const auto next =
          std::find_if(inbox->listeners.begin(), inbox->listeners.end(),
                       [](const auto& l) { return l->state == Listener::State::kParked; });
      if (next == inbox->listeners.end()) {
        break;
      }
      Listener& listener = **next;
      if (look(nearby_, *inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
        finish(listener, End::kDrain);
        continue;
      }
      if (!listener.stays() && listener.hears(found_)) {
        tell(listener);
      } else {
        tell_nothing(listener, End::kDrain);
      }
    }
  }
  if (!to_drain_.empty()) {
    wheel_.arm(drain_alarm_, {});  // with the next turn
  }
}

}  // namespace keepline::push
