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

void LocalHub::poll(EventsRequest request, net::Exchange exchange) {
  poll(std::move(request), answer_of(std::move(exchange)));
}

void LocalHub::poll(EventsRequest request, std::unique_ptr<Answer> answer) {
  const HubOptions& options = core_.options();
  const Start start = start_of(request);
  if (!start.refused.empty()) {
    answer->complete(*batches_.reset(start.refused, cursor_at(head())));
    return;
  }
  LongPoll::Ask ask;
  ask.cursor = start.cursor;
  ask.picture = start.picture;
  // Another run may be another build.
  ask.hello = request.hello || start.picture;
  // Who has no cursor gets one at once.
  ask.hasty = request.wait <= std::chrono::seconds(0) || !request.cursor;
  ask.limit = static_cast<std::uint32_t>(options.batch_events_max);

  const auto wait = std::clamp(request.wait, std::chrono::seconds(0), kWaitMax);
  const std::chrono::milliseconds timeout{wait.count() * random_.between(800, 1000)};
  const ClientKey key{request.session, client_hash(request.client)};
  Inbox& inbox = nearby_.of(request.user);
  go(enlist(std::make_unique<LongPoll>(owner(), inbox, key, tick(), ask, std::move(answer)),
            timeout));
}

LocalHub::Start LocalHub::start_of(const EventsRequest& request) const {
  const HubOptions& options = core_.options();
  if (!request.cursor) {
    // It begins at this moment, even if its inbox takes a while. Run 0 is nobody's: whoever asks
    // again from here gets the picture.
    return {{options.position.epoch, head(), 0, 0}, true, {}};
  }
  const auto cursor = entity::decode_cursor(*request.cursor);
  if (const std::string_view why = refusal(cursor); !why.empty()) {
    return {{}, false, why};
  }
  return {*cursor, cursor->run != options.run, {}};
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
  auto waiter = std::make_unique<Waiter>(owner(), inbox, ClientKey{{}, client_hash(client)}, tick(),
                                         seen, std::move(done));
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

Listener& LocalHub::enlist(std::unique_ptr<Listener> listener, std::chrono::milliseconds timeout) {
  Inbox& inbox = listener->inbox;
  inbox.listeners.push_back(std::move(listener));
  inbox.disarm();
  appear(inbox);
  Listener& added = *inbox.listeners.back();
  if (!added.is_hasty()) {
    wheel_.arm(added, timeout);
  }
  return added;
}

void LocalHub::go(Listener& listener) {
  Inbox& inbox = listener.inbox;
  if (inbox.state != Inbox::State::kReady) {
    become(listener, Listener::State::kLoading);
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
  if (listener.hears(found_) && !(draining_ && listener.stays())) {
    tell(listener);
  } else if (listener.is_hasty() || draining_) {
    tell_nothing(listener, draining_ ? End::kDrain : End::kTimeout);
  } else {
    park(listener);
  }
}

void LocalHub::park(Listener& listener) {
  listener.hold();
  become(listener, Listener::State::kParked);
  if (listener.stays()) {
    listener.at = {found_.looked_at, found_.signal_looked_at, false};
    return;
  }
  Inbox& inbox = listener.inbox;
  for (const auto& other : inbox.listeners) {
    if (other.get() != &listener && is_poller(*other, listener.key)) {
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
  become(*taken, Listener::State::kLooking);
  if (inbox.listeners.empty()) {
    linger(inbox);
  }
  return taken;
}

void LocalHub::become(Listener& listener, Listener::State state) {
  const auto counts = [](Listener::State s) {
    return s == Listener::State::kParked || s == Listener::State::kBusy;
  };
  parked_ -= counts(listener.state) ? 1U : 0U;
  parked_ += counts(state) ? 1U : 0U;
  listener.state = state;
}

void LocalHub::tell(Listener& listener) {
  if (!listener.stays()) {
    take(listener)->tell(found_);
    return;
  }
  listener.at = {found_.looked_at, found_.signal_looked_at, false};
  const bool more = found_.more;
  listener.tell(found_);
  become(listener, listener.busy() ? Listener::State::kBusy : Listener::State::kParked);
  if (more && !listener.busy()) {
    go_on_later(listener);
  }
}

void LocalHub::tell_nothing(Listener& listener, End why) {
  take(listener)->tell_nothing(found_, why);
}

void LocalHub::finish(Listener& listener, End why) { take(listener)->end(why); }

void LocalHub::timed_out(Listener& listener) {
  if (listener.stays()) {
    beat(listener);
    return;
  }
  if (listener.state != Listener::State::kParked) {
    finish(listener, End::kTimeout);
    return;
  }
  // It may wait in a lane of the fan-out, which is no reason to answer it with nothing.
  if (look(nearby_, listener.inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
    finish(listener, End::kTimeout);
    return;
  }
  if (listener.hears(found_)) {
    tell(listener);
  } else {
    tell_nothing(listener, End::kTimeout);
  }
}

void LocalHub::client_gone(Listener& listener) {
  Inbox& inbox = listener.inbox;
  const auto taken = take(listener);
  const bool another =
      std::any_of(inbox.listeners.begin(), inbox.listeners.end(),
                  [&](const auto& l) { return l->key == taken->key && !l->stays(); });
  if (!another && !taken->stays()) {
    unclaim(inbox, taken->key);
  }
}

entity::Cursor LocalHub::cursor_at(EventId event) const {
  // Whoever asks read `event` from the database: it is assigned even if the tail is yet to hear.
  core_.tail().note_assigned(event);
  return {core_.options().position.epoch, event, core_.options().run, nearby_.signal_head()};
}

Presence LocalHub::presence(UserId user) const {
  const auto known = nearby_.registers().presence(user);
  return known ? Presence{known->on, known->busy} : Presence{};
}

void LocalHub::on_session_ended(std::function<void(UserId, SessionId, EventId)> heard) {
  session_heard_.push_back(std::move(heard));
}

}  // namespace keepline::push
