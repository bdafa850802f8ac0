#include <algorithm>
#include <utility>

#include "push/event_stream.h"
#include "push/local_hub.h"

// The listeners that stay: how they begin, go on, and show that they live.
namespace keepline::push {
namespace {

constexpr std::chrono::seconds kSilenceMin{5};
constexpr std::chrono::seconds kSilenceMax{25};
constexpr std::int64_t kRetryMinMs = 1000;
constexpr std::int64_t kRetryMaxMs = 5000;

}  // namespace

void LocalHub::stream(EventsRequest request, Carrier carrier, net::Exchange exchange) {
  stream(std::move(request), channel_of(std::move(exchange), std::move(carrier),
                                        random_.between(kRetryMinMs, kRetryMaxMs)));
}

void LocalHub::stream(EventsRequest request, std::unique_ptr<Channel> channel) {
  const HubOptions& options = core_.options();
  const Start start = start_of(request);
  if (!start.refused.empty()) {
    channel->refuse(*batches_.reset(start.refused, cursor_at(head())), End::kGone);
    return;
  }
  const auto silence = std::clamp(request.wait, kSilenceMin, kSilenceMax);
  EventStream::Ask ask;
  ask.cursor = start.cursor;
  ask.picture = start.picture;
  ask.limit = static_cast<std::uint32_t>(options.batch_events_max);
  // A turn of the wheel or two less: it is a promise to whoever counts the seconds.
  ask.beat = std::chrono::milliseconds(silence.count() * random_.between(800, 980));
  ask.rotate_at = tick() + std::chrono::milliseconds(options.stream_lasts.count() *
                                                     random_.between(800, 1200) / 1000);
  Inbox& inbox = nearby_.of(request.user);
  make_room(inbox);
  auto listener = std::make_unique<EventStream>(owner(), inbox, ClientKey{request.session, 0},
                                                tick(), ask, std::move(channel));
  EventStream& stream = *listener;
  const std::chrono::milliseconds beat = ask.beat;
  enlist(std::move(listener), beat);
  stream.open();
  go(stream);
}

/// A user's oldest stream gives way to one too many.
void LocalHub::make_room(Inbox& inbox) {
  const auto count = std::count_if(inbox.listeners.begin(), inbox.listeners.end(),
                                   [](const auto& l) { return l->stays(); });
  if (static_cast<std::size_t>(count) < core_.options().streams_per_user_max) {
    return;
  }
  const auto oldest = std::find_if(inbox.listeners.begin(), inbox.listeners.end(),
                                   [](const auto& l) { return l->stays(); });
  finish(**oldest, End::kSuperseded);
}

void LocalHub::beat(Listener& listener) {
  const base::Tick now = tick();
  if (listener.state != Listener::State::kParked) {
    // It is being served, or its client is slow, for which the connection has a limit.
    wheel_.arm(listener, kSilenceMin);
    return;
  }
  if (listener.outlived(now)) {
    finish(listener, End::kRotated);
    return;
  }
  const auto left = listener.quiet_for(now);
  if (left > std::chrono::milliseconds(0)) {
    wheel_.arm(listener, left);
    return;
  }
  if (look(nearby_, listener.inbox, listener.at, listener.limit(), found_) == Rung::kStore) {
    wheel_.arm(listener, kSilenceMin);
    read(listener);
    return;
  }
  if (!listener.hears(found_)) {
    listener.at = {found_.looked_at, found_.signal_looked_at, false};
    listener.tell_nothing(found_, End::kTimeout);
    become(listener, listener.busy() ? Listener::State::kBusy : Listener::State::kParked);
  } else {
    tell(listener);
  }
  wheel_.arm(listener, listener.quiet_for(now));
}

void LocalHub::drained(Listener& listener) {
  if (listener.state == Listener::State::kBusy) {
    become(listener, Listener::State::kLooking);
    go(listener);
  }
}

/// In a turn of its own, so that one who catches up does not hold up the others.
void LocalHub::go_on_later(Listener& listener) {
  listener.read = ++reads_;
  core_.on(index_, [user = listener.inbox.user, number = listener.read](LocalHub& here) {
    Inbox* inbox = here.nearby_.find(user);
    if (inbox == nullptr) {
      return;
    }
    for (const auto& each : inbox->listeners) {
      if (each->read == number && each->state == Listener::State::kParked) {
        here.go(*each);
        return;
      }
    }
  });
}

}  // namespace keepline::push
