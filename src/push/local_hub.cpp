#include "push/local_hub.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "push/long_poll.h"
#include "push/waiter.h"

namespace keepline::push {
namespace {

constexpr std::chrono::seconds kWaitMax{300};

std::uint64_t client_hash(std::string_view client) {
  return static_cast<std::uint64_t>(std::hash<std::string_view>{}(client));
}

}  // namespace

LocalHub::LocalHub(Core& core, std::size_t index, Ring ring)
    : core_(core),
      index_(index),
      wheel_(*core.parts().wheels.at(index)),
      random_(core.parts().random->next()),
      batches_(*core.parts().clock, core.options().common_headers, core.options().build),
      homes_(*this, core.options().polls_per_session_max),
      nearby_(core.options().position.head, std::move(ring), *this) {}

LocalHub::~LocalHub() = default;

void LocalHub::poll(PollRequest request, net::Exchange exchange) {
  poll(std::move(request), answer_of(std::move(exchange)));
}

void LocalHub::poll(PollRequest request, std::unique_ptr<Answer> answer) {
  const HubOptions& options = core_.options();
  LongPoll::Ask ask;
  ask.hello = request.hello;
  ask.hasty = request.wait <= std::chrono::seconds(0);
  ask.limit = static_cast<std::uint32_t>(options.batch_events_max);
  if (request.cursor) {
    const auto cursor = entity::decode_cursor(*request.cursor);
    const std::string_view why = refusal(cursor);
    if (!why.empty()) {
      answer->complete(*batches_.reset(why, cursor_at(head())));
      return;
    }
    ask.cursor = *cursor;
    ask.picture = cursor->run != options.run;
  } else {
    // It begins at this moment, even if its inbox takes a while. Run 0 is nobody's: whoever asks
    // again from here gets the picture.
    ask.cursor = {options.position.epoch, head(), 0, 0};
    ask.picture = true;
    ask.hasty = true;
  }
  // Another run may be another build.
  ask.hello = ask.hello || ask.picture;

  const auto wait = std::clamp(request.wait, std::chrono::seconds(0), kWaitMax);
  const std::chrono::milliseconds timeout{wait.count() * random_.between(800, 1000)};
  const ClientKey key{request.session, client_hash(request.client)};
  Inbox& inbox = nearby_.of(request.user);
  enlist(std::make_unique<LongPoll>(owner(), inbox, key, core_.parts().clock->tick(), ask,
                                    options.run, batches_, std::move(answer)),
         timeout);
}

std::string_view LocalHub::refusal(const std::optional<entity::Cursor>& cursor) const {
  if (!cursor || cursor->event.value < 0) {
    return "unknown";
  }
  const HubOptions& options = core_.options();
  if (cursor->epoch != options.position.epoch) {
    return "epoch";
  }
  if (cursor->event < options.position.floor) {
    return "old";
  }
  // Another shard, or the database, may have been further than this one.
  if (cursor->event > core_.tail().assigned() ||
      (cursor->run == options.run && cursor->signal > core_.tail().issued())) {
    return "ahead";
  }
  return {};
}

std::unique_ptr<Wait> LocalHub::wait(UserId user, EventId seen, std::string client,
                                     std::chrono::milliseconds timeout,
                                     std::function<void(Wake)> done) {
  Inbox& inbox = nearby_.of(user);
  auto waiter = std::make_unique<Waiter>(owner(), inbox, ClientKey{{}, client_hash(client)},
                                         core_.parts().clock->tick(), seen, std::move(done));
  auto handle = waiter->handle();
  // Its first look may find something, which must not be told inside this call.
  const std::uint64_t number = ++reads_;
  waiter->read = number;
  inbox.listeners.push_back(std::move(waiter));
  inbox.disarm();
  appear(inbox);
  wheel_.arm(*inbox.listeners.back(), timeout);
  core_.on(index_, [user, number](LocalHub& here) {
    Inbox* found = here.nearby_.find(user);
    if (found == nullptr) {
      return;
    }
    for (const auto& listener : found->listeners) {
      if (listener->read == number && listener->state == Listener::State::kLooking) {
        here.go(*listener);
        return;
      }
    }
  });
  return handle;
}

void LocalHub::enlist(std::unique_ptr<Listener> listener, std::chrono::milliseconds timeout) {
  Inbox& inbox = listener->inbox;
  inbox.listeners.push_back(std::move(listener));
  inbox.disarm();
  appear(inbox);
  Listener& added = *inbox.listeners.back();
  if (!added.is_hasty()) {
    wheel_.arm(added, timeout);
  }
  go(added);
}

void LocalHub::go(Listener& listener) {
  Inbox& inbox = listener.inbox;
  if (inbox.state != Inbox::State::kReady) {
    listener.state = Listener::State::kLoading;
    listener.hold();
    load(inbox);
    return;
  }
  if (inbox.stale) {
    load(inbox);
  }
  if (look(nearby_, inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
    read(listener);
    return;
  }
  if (listener.hears(found_)) {
    take(listener)->tell(found_);
    return;
  }
  if (listener.is_hasty() || draining_) {
    take(listener)->tell_nothing(found_, draining_ ? End::kDrain : End::kTimeout);
    return;
  }
  park(listener);
}

void LocalHub::park(Listener& listener) {
  listener.hold();
  listener.state = Listener::State::kParked;
  ++parked_;
  Inbox& inbox = listener.inbox;
  for (const auto& other : inbox.listeners) {
    if (other.get() != &listener && other->key == listener.key &&
        other->state == Listener::State::kParked) {
      claim(listener);
      finish(*other, End::kSuperseded);
      return;
    }
  }
  claim(listener);
}

void LocalHub::claim(Listener& listener) {
  Inbox& inbox = listener.inbox;
  if (std::find(inbox.claims.begin(), inbox.claims.end(), listener.key) != inbox.claims.end()) {
    return;
  }
  inbox.claims.push_back(listener.key);
  home(inbox.user, [user = inbox.user, key = listener.key, stamp = Stamp{listener.arrived, index_}](
                       Homes& homes) { homes.claim(user, key, stamp); });
}

std::unique_ptr<Listener> LocalHub::take(Listener& listener) {
  Inbox& inbox = listener.inbox;
  const auto place = std::find_if(inbox.listeners.begin(), inbox.listeners.end(),
                                  [&](const auto& l) { return l.get() == &listener; });
  base::check(place != inbox.listeners.end(), "a listener is in its inbox");
  std::unique_ptr<Listener> taken = std::move(*place);
  inbox.listeners.erase(place);
  taken->disarm();
  if (taken->state == Listener::State::kParked) {
    --parked_;
  }
  if (inbox.listeners.empty()) {
    linger(inbox);
  }
  return taken;
}

void LocalHub::finish(Listener& listener, End why) { take(listener)->end(why); }

void LocalHub::timed_out(Listener& listener) {
  if (listener.state != Listener::State::kParked) {
    finish(listener, End::kTimeout);
    return;
  }
  // It may wait in a lane of the fan-out, which is no reason to answer it with nothing.
  if (look(nearby_, listener.inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
    finish(listener, End::kTimeout);
    return;
  }
  const bool hears = listener.hears(found_);
  const auto taken = take(listener);
  if (hears) {
    taken->tell(found_);
  } else {
    taken->tell_nothing(found_, End::kTimeout);
  }
}

void LocalHub::client_gone(Listener& listener) {
  Inbox& inbox = listener.inbox;
  const auto taken = take(listener);
  const bool another = std::any_of(inbox.listeners.begin(), inbox.listeners.end(),
                                   [&](const auto& l) { return l->key == taken->key; });
  if (!another) {
    unclaim(inbox, taken->key);
  }
}

entity::Cursor LocalHub::cursor_at(EventId event) const {
  // Whoever asks read `event` from the database: it is assigned even if the tail is yet to hear.
  core_.tail().note_assigned(event);
  return {core_.options().position.epoch, event, core_.options().run, nearby_.signal_head()};
}

Presence LocalHub::presence(UserId user) const {
  const Signal* known = nearby_.registers().presence(user);
  return {known != nullptr && known->on};
}

void LocalHub::on_session_ended(std::function<void(UserId, SessionId, EventId)> heard) {
  session_heard_.push_back(std::move(heard));
}

}  // namespace keepline::push
