#include <algorithm>
#include <utility>

#include "base/log.h"
#include "push/local_hub.h"

// What the shard's hub asks of the database, and what it does with the answers. Whoever waits for
// one may be gone when it comes: it is found again by number, or not at all.
namespace keepline::push {
namespace {

/// A view that is older than the ring can bring up to date is read again, this often.
constexpr std::uint8_t kAttemptsMax = 3;

}  // namespace

void LocalHub::load(Inbox& inbox) {
  if (inbox.reading) {
    return;
  }
  inbox.reading = true;
  inbox.stale = false;
  if (inbox.state == Inbox::State::kBare) {
    inbox.state = Inbox::State::kLoading;
  }
  inbox.serial = static_cast<std::uint32_t>(++reads_);
  core_.parts().reads->view_of(
      index_, inbox.user, nearby_.ring().floor(),
      [this, user = inbox.user, serial = inbox.serial](base::Result<data::UserView> view) {
        viewed(user, serial, std::move(view));
      });
}

void LocalHub::viewed(UserId user, std::uint32_t serial, base::Result<data::UserView> view) {
  Inbox* inbox = nearby_.find(user);
  if (inbox == nullptr || !inbox->reading || inbox->serial != serial) {
    return;
  }
  if (!view) {
    no_view(*inbox);
    return;
  }
  core_.tail().note_assigned(view->as_of);
  install(*inbox, *view);
}

void LocalHub::no_view(Inbox& inbox) {
  inbox.reading = false;
  inbox.attempts = 0;
  if (inbox.state == Inbox::State::kReady) {
    // What it knows is true; what it lacks is asked for with the next listener.
    inbox.stale = true;
    return;
  }
  inbox.state = Inbox::State::kBare;
  std::erase_if(typing_asks_, [&](const TypingAsk& ask) { return ask.user == inbox.user; });
  // Who asks again within this loop is not of those that failed.
  for (std::size_t left = inbox.listeners.size(); left > 0 && !inbox.listeners.empty(); --left) {
    finish(*inbox.listeners.front(), End::kFailed);
  }
}

void LocalHub::install(Inbox& inbox, const data::UserView& view) {
  switch (nearby_.install(inbox, view)) {
    case Nearby::Installed::kEarly:
      early_views_[inbox.user] = std::make_unique<data::UserView>(view);
      return;
    case Nearby::Installed::kOld:
      inbox.reading = false;
      if (++inbox.attempts < kAttemptsMax) {
        load(inbox);
      } else {
        no_view(inbox);
      }
      return;
    case Nearby::Installed::kDone:
      break;
  }
  inbox.reading = false;
  inbox.attempts = 0;
  if (inbox.coming) {
    appear(inbox);
  } else {
    say_showing(inbox);
  }
  if (view.as_of < inbox.refresh_from) {
    load(inbox);
  }
  std::vector<ConversationId> types;
  std::erase_if(typing_asks_, [&](const TypingAsk& ask) {
    if (ask.user != inbox.user) {
      return false;
    }
    types.push_back(ask.conversation);
    return true;
  });
  for (const ConversationId conversation : types) {
    say_typing(inbox, conversation);
  }
  // Each look may end other listeners: begin anew after each.
  for (;;) {
    const auto next =
        std::find_if(inbox.listeners.begin(), inbox.listeners.end(),
                     [](const auto& l) { return l->state == Listener::State::kLoading; });
    if (next == inbox.listeners.end()) {
      break;
    }
    become(**next, Listener::State::kLooking);
    go(**next);
  }
  if (inbox.listeners.empty() && !inbox.armed()) {
    linger(inbox);
  }
}

void LocalHub::install_early_views() {
  if (early_views_.empty()) {
    return;
  }
  std::vector<UserId> due;
  for (const auto& [user, view] : early_views_) {
    if (view->as_of <= nearby_.head()) {
      due.push_back(user);
    }
  }
  for (const UserId user : due) {
    const auto view = std::move(early_views_.extract(user).mapped());
    Inbox* inbox = nearby_.find(user);
    if (inbox != nullptr && inbox->reading) {
      install(*inbox, *view);
    }
  }
}

void LocalHub::read(Listener& listener) {
  become(listener, Listener::State::kReading);
  listener.hold();
  listener.read = ++reads_;
  const UserId user = listener.inbox.user;
  core_.parts().reads->events_for(
      index_, user, listener.at.event, listener.limit(),
      [this, user, number = listener.read](base::Result<data::EventPage> page) {
        read_done(user, number, std::move(page));
      });
}

void LocalHub::read_done(UserId user, std::uint64_t number, base::Result<data::EventPage> page) {
  Inbox* inbox = nearby_.find(user);
  if (inbox == nullptr) {
    return;
  }
  const auto waiting = std::find_if(
      inbox->listeners.begin(), inbox->listeners.end(),
      [&](const auto& l) { return l->read == number && l->state == Listener::State::kReading; });
  if (waiting == inbox->listeners.end()) {
    return;
  }
  Listener& listener = **waiting;
  if (!page) {
    finish(listener, page.error().code == base::Errc::kGone ? End::kGone : End::kFailed);
    return;
  }
  core_.tail().note_assigned(page->looked_at);
  if (page->looked_at <= listener.at.event) {
    // A page that looked at nothing would be asked for again for ever.
    base::log_error("push: the log was read and its position did not move");
    finish(listener, End::kFailed);
    return;
  }
  std::vector<EventPtr> events;
  events.reserve(page->events.size());
  for (const entity::Event& event : page->events) {
    const bool own_mark_again = event.kind == entity::EventKind::kRead &&
                                event.stream.is_conversation() && event.actor == user;
    if (event.kind != entity::EventKind::kSessionEnded && !own_mark_again) {
      events.push_back(logged(event));
    }
  }
  if (events.empty()) {
    // Nothing down there: look again from where the reading ended, then park.
    listener.at.event = page->looked_at;
    become(listener, Listener::State::kLooking);
    go(listener);
    return;
  }
  found_.clear();
  found_.looked_at = page->looked_at;
  for (const EventPtr& event : events) {
    if (!found_.take(*event, events.size())) {
      found_.looked_at = found_.events.back()->id;
      break;
    }
  }
  found_.more = found_.more || page->more;
  look_at_signals(nearby_, *inbox, listener.at, found_);
  // The log has gone on since.
  const bool stays = listener.stays();
  tell(listener);
  if (stays && !found_.more && !listener.busy()) {
    go_on_later(listener);
  }
}

}  // namespace keepline::push
