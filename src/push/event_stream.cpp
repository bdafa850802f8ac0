#include "push/event_stream.h"

#include <algorithm>
#include <utility>

namespace keepline::push {
namespace {

/// For a stream that has lived its time, or that gives way: its client comes back soon, but not all
/// of them at once.
constexpr Advice kComeBack{0, 2000, std::nullopt};

}  // namespace

EventStream::EventStream(ListenerOwner& owner, Inbox& inbox_in, ClientKey key_in,
                         base::Tick arrived_in, const Ask& ask, std::unique_ptr<Channel> channel)
    : Listener(owner, inbox_in, key_in, arrived_in),
      channel_(std::move(channel)),
      rotate_at_(ask.rotate_at),
      told_at_(arrived_in),
      beat_ms_(static_cast<std::uint32_t>(ask.beat.count())),
      limit_(ask.limit) {
  at = {ask.cursor.event, ask.cursor.signal, ask.picture};
}

bool EventStream::hears(const Found& found) const {
  return !greeted_ || !found.events.empty() || !found.signals.empty() || at.picture;
}

void EventStream::tell(const Found& found) {
  const entity::Cursor cursor = owner_.cursor(found.looked_at, found.signal_looked_at);
  const auto hello =
      std::exchange(greeted_, true) ? std::nullopt : std::optional<Hello>(Hello{inbox.user});
  told_at_ = owner_.tick();
  busy_ = !channel_->write(*owner_.batches().batch(found, cursor, hello));
}

void EventStream::tell_nothing(const Found& found, End why) {
  if (why == End::kTimeout) {
    tell(found);
    return;
  }
  const entity::Cursor cursor = owner_.cursor(found.looked_at, found.signal_looked_at);
  channel_->finish(*owner_.batches().batch(found, cursor, std::nullopt), why);
}

void EventStream::end(End why) {
  Batches& batches = owner_.batches();
  switch (why) {
    case End::kSessionEnded:
      channel_->finish(
          *batches.problem({base::Errc::kSignInRequired, "This session has ended. Sign in again."}),
          why);
      return;
    case End::kFailed:
      channel_->finish(*batches.problem(base::retry_later(
                           base::Errc::kOverloaded, "The server is busy. Ask again soon.", 2)),
                       why);
      return;
    case End::kGone:
      channel_->finish(*batches.reset("old", owner_.cursor(owner_.head(), owner_.signal_head())),
                       why);
      return;
    case End::kTimeout:
    case End::kRotated:
    case End::kDrain:
    case End::kSuperseded:
      break;
  }
  // Run 0 is nobody's: who has not had the picture gets it on coming back.
  entity::Cursor cursor = owner_.cursor(at.event, at.signal);
  if (at.picture) {
    cursor.run = 0;
    cursor.signal = 0;
  }
  channel_->finish(*batches.empty(cursor, batches.advice().value_or(kComeBack), std::nullopt), why);
}

std::chrono::milliseconds EventStream::quiet_for(base::Tick now) const {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(now - told_at_);
  return std::max(std::chrono::milliseconds(beat_ms_) - since, std::chrono::milliseconds(0));
}

void EventStream::drained() {
  if (std::exchange(busy_, false)) {
    owner_.drained(*this);
  }
}

}  // namespace keepline::push
