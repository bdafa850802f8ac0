#include "push/long_poll.h"

#include <utility>

namespace keepline::push {
namespace {

/// For a poll that another one of the same client, or of the same session, took the place of: so
/// that copies of a tab never chase each other.
constexpr Advice kStandBack{4000, 6000, 0};

}  // namespace

LongPoll::LongPoll(ListenerOwner& owner, Inbox& inbox_in, ClientKey key_in, base::Tick arrived_in,
                   const Ask& ask, std::unique_ptr<Answer> answer)
    : Listener(owner, inbox_in, key_in, arrived_in),
      answer_(std::move(answer)),
      asked_event_(ask.cursor.event),
      asked_run_(ask.cursor.run),
      hello_(ask.hello),
      hasty_(ask.hasty),
      limit_(ask.limit) {
  at = {ask.cursor.event, ask.cursor.signal, ask.picture};
}

entity::Cursor LongPoll::asked() const {
  entity::Cursor cursor = owner_.cursor(asked_event_, at.signal);
  cursor.run = asked_run_;
  return cursor;
}

void LongPoll::hold() {
  if (!held_) {
    held_ = true;
    answer_->hold(*this);
  }
}

bool LongPoll::hears(const Found& found) const {
  return !found.events.empty() || !found.signals.empty() || at.picture;
}

std::optional<Hello> LongPoll::hello() const {
  return hello_ ? std::optional<Hello>(Hello{inbox.user}) : std::nullopt;
}

void LongPoll::tell(const Found& found) {
  const entity::Cursor cursor = owner_.cursor(found.looked_at, found.signal_looked_at);
  answer_->complete(*owner_.batches().batch(found, cursor, hello()));
}

void LongPoll::tell_nothing(const Found& found, End) { tell(found); }

void LongPoll::end(End why) {
  // Only a look moves the cursor.
  switch (why) {
    case End::kSuperseded:
      answer_->complete(*owner_.batches().empty(asked(), kStandBack, std::nullopt));
      return;
    case End::kSessionEnded:
      answer_->complete(*owner_.batches().problem(
          {base::Errc::kSignInRequired, "This session has ended. Sign in again."}));
      return;
    case End::kFailed:
      answer_->complete(*owner_.batches().problem(
          base::retry_later(base::Errc::kOverloaded, "The server is busy. Ask again soon.", 2)));
      return;
    case End::kGone:
      answer_->complete(
          *owner_.batches().reset("old", owner_.cursor(owner_.head(), owner_.signal_head())));
      return;
    case End::kTimeout:
    case End::kRotated:
    case End::kDrain:
      answer_->complete(*owner_.batches().empty(asked(), std::nullopt, std::nullopt));
      return;
  }
}

}  // namespace keepline::push
