#include "push/tail.h"

#include <utility>

#include "base/check.h"
#include "base/thread.h"

namespace keepline::push {

Tail::Tail(entity::EventId head, std::chrono::milliseconds typing_lasts, bool own_thread,
           Deliver deliver)
    : typing_lasts_(typing_lasts),
      own_thread_(own_thread),
      deliver_(std::move(deliver)),
      assigned_(head.value),
      head_(head) {
  if (own_thread_) {
    thread_ = std::thread([this] { run(); });
  }
}

Tail::~Tail() { stop(); }

void Tail::stop() {
  queue_.close();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Tail::note_assigned(entity::EventId id) {
  std::int64_t known = assigned_.load();
  while (known < id.value && !assigned_.compare_exchange_weak(known, id.value)) {
  }
}

void Tail::committed(data::BatchPtr batch) {
  // Before the queue: a sender may be answered, and ask from this position, at once.
  note_assigned(batch->last);
  if (!own_thread_) {
    sequence(batch);
    hand_over();
    return;
  }
  if (batch->events.size() > kFewEvents) {
    queue_.push_always(Item(std::move(batch)));
    return;
  }
  queue_.push_quietly(Item(std::move(batch)));
  // Where the turn is taken, its holder looks at the queue once more before it waits.
  if (const std::unique_lock turn(turn_, std::try_to_lock); turn.owns_lock()) {
    sequence_queued();
  }
}

void Tail::presence(entity::UserId user, Presence seen, std::optional<entity::Time> last_seen) {
  const PresenceChange change{user, seen, last_seen};
  if (!own_thread_) {
    sequence(change);
    hand_over();
    return;
  }
  queue_.push_always(Item(change));
}

void Tail::typing(entity::UserId user, entity::ConversationId conversation, base::Tick at) {
  const Typing typing{user, conversation, at};
  if (!own_thread_) {
    sequence(typing);
    hand_over();
    return;
  }
  queue_.push(Item(typing));
}

void Tail::typing_due(base::Tick now) {
  const TypingDue due{now};
  if (!own_thread_) {
    sequence(due);
    hand_over();
    return;
  }
  queue_.push_always(Item(due));
}

void Tail::run() {
  base::name_this_thread("tail");
  while (queue_.wait()) {
    const std::lock_guard turn(turn_);
    sequence_queued();
  }
}

void Tail::sequence_queued() {
  queue_.take_now(items_, kQueueMax);
  for (const Item& item : items_) {
    std::visit([this](const auto& what) { sequence(what); }, item);
  }
  items_.clear();
  hand_over();
}

void Tail::sequence(const data::BatchPtr& batch) {
  base::check(batch->last >= head_, "batches arrive in order");
  if (!next_) {
    next_ = std::make_shared<Delivery>();
  }
  // Signals go after the events of one delivery, so events that follow a signal start another.
  if (!next_->signals.empty()) {
    hand_over();
    next_ = std::make_shared<Delivery>();
  }
  for (const entity::Event& event : batch->events) {
    base::check(event.id > head_ && event.id <= batch->last, "events are in their batch's order");
    head_ = event.id;
    next_->events.push_back(logged(event));
  }
  head_ = batch->last;
  const std::size_t first = next_->events.size() - batch->events.size();
  const std::shared_ptr<Delivery> delivery = next_;
  for (std::size_t i = first; i < delivery->events.size(); ++i) {
    follow(*delivery->events[i]);
  }
}

void Tail::follow(const LoggedEvent& event) {
  switch (event.kind) {
    case entity::EventKind::kMessage:
      end_typing(event.actor, event.stream.conversation());
      return;
    case entity::EventKind::kLeft:
      end_typing(event.subject, event.stream.conversation());
      return;
    case entity::EventKind::kProfile: {
      Signal signal;
      signal.kind = SignalKind::kProfile;
      signal.user = event.stream.user();
      signal.version = event.id;
      issue(signal);
      return;
    }
    case entity::EventKind::kRelation:
      // A new friend's presence is news to the stream's owner though it did not change: the
      // register gets a new number, so that live and catch-up both show it.
      if (event.relation == entity::RelationState::kFriends) {
        announce(event.subject);
      }
      return;
    case entity::EventKind::kRead:
    case entity::EventKind::kJoined:
    case entity::EventKind::kSettings:
    case entity::EventKind::kSessionEnded:
    case entity::EventKind::kMember:
    case entity::EventKind::kConversation:
    case entity::EventKind::kClosed:
    case entity::EventKind::kEdited:
    case entity::EventKind::kDeleted:
    case entity::EventKind::kReaction:
    case entity::EventKind::kPinned:
    case entity::EventKind::kUnpinned:
    case entity::EventKind::kMine:
    case entity::EventKind::kSaved:
      return;
  }
}

void Tail::sequence(const PresenceChange& change) {
  presence_[change.user] = change.seen;
  if (change.last_seen) {
    last_seen_[change.user] = *change.last_seen;
  } else {
    last_seen_.erase(change.user);
  }
  announce(change.user);
}

void Tail::announce(entity::UserId user) {
  Signal signal;
  signal.kind = SignalKind::kPresence;
  signal.user = user;
  if (const Presence* const known = presence_.find(user)) {
    signal.on = known->online;
    signal.busy = known->busy;
  }
  if (const entity::Time* const last_seen = last_seen_.find(user)) {
    signal.last_seen = *last_seen;
  }
  issue(signal);
}

void Tail::sequence(const Typing& typing) {
  const auto [typist, is_new] = typists_.try_emplace({typing.conversation, typing.user}, typing.at);
  if (!is_new) {
    if (typing.at - typist->second < kTypingEvery) {
      return;
    }
    typist->second = typing.at;
  }
  Signal signal;
  signal.kind = SignalKind::kTyping;
  signal.user = typing.user;
  signal.conversation = typing.conversation;
  signal.on = true;
  issue(signal);
}

void Tail::sequence(const TypingDue& due) {
  std::vector<Typist> ended;
  for (const auto& [typist, since] : typists_) {
    if (since + typing_lasts_ <= due.now) {
      ended.push_back(typist);
    }
  }
  for (const Typist& typist : ended) {
    end_typing(typist.second, typist.first);
  }
}

void Tail::end_typing(entity::UserId user, entity::ConversationId conversation) {
  if (typists_.erase({conversation, user}) == 0) {
    return;
  }
  Signal signal;
  signal.kind = SignalKind::kTyping;
  signal.user = user;
  signal.conversation = conversation;
  signal.on = false;
  issue(signal);
}

void Tail::issue(Signal signal) {
  if (!next_) {
    next_ = std::make_shared<Delivery>();
  }
  signal.number = issued_.fetch_add(1) + 1;
  next_->signals.push_back(signal);
}

void Tail::hand_over() {
  if (!next_) {
    return;
  }
  next_->head = head_;
  next_->signal_head = issued_.load();
  deliver_(std::exchange(next_, nullptr));
}

}  // namespace keepline::push
