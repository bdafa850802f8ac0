#include "push/long_poll.h"

#include <utility>

namespace keepline::push {
namespace {

/// For a poll that another one of the same client, or of the same session, took the place of: so
/// that copies of a tab never chase each other.
constexpr Advice kStandBack{4000, 6000, 0};

}  // namespace

LongPoll::LongPoll(ListenerOwner& owner, Inbox& inbox_in, ClientKey key_in, base::Tick arrived_in,
                   const Ask& ask, std::uint64_t run, Batches& batches,
                   std::unique_ptr<Answer> answer)
    : Listener(owner, inbox_in, key_in, arrived_in),
      asked_(ask.cursor),
      run_(run),
      batches_(batches),
      answer_(std::move(answer)),
      hello_(ask.hello),
      hasty_(ask.hasty),
      limit_(ask.limit) {
  at = {asked_.event, asked_.signal, ask.picture};
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
  const entity::Cursor cursor{asked_.epoch, found.looked_at, run_, found.signal_looked_at};
  answer_->complete(*batches_.batch(found, cursor, hello()));
}

void LongPoll::tell_nothing(const Found& found, End) { tell(found); }

void LongPoll::end(End why) {
  // Only a look moves the cursor.
  switch (why) {
    case End::kSuperseded:
      answer_->complete(*batches_.empty(asked_, kStandBack, std::nullopt));
      return;
    case End::kSessionEnded:
      answer_->complete(*batches_.problem(
          {base::Errc::kSignInRequired, "This session has ended. Sign in again."}));
      return;
    case End::kFailed:
      answer_->complete(*batches_.problem(
          base::retry_later(base::Errc::kOverloaded, "The server is busy. Ask again soon.", 2)));
      return;
    case End::kGone:
      answer_->complete(
          *batches_.reset("old", {asked_.epoch, owner_.head(), run_, owner_.signal_head()}));
      return;
    case End::kTimeout:
    case End::kRotated:
    case End::kDrain:
      answer_->complete(*batches_.empty(asked_, std::nullopt, std::nullopt));
      return;
  }
}

}  // namespace keepline::push
