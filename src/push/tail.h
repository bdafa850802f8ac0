#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/flat_map.h"
#include "base/queue.h"
#include "data/event_log.h"
#include "push/hub.h"
#include "push/logged_event.h"
#include "push/signals.h"

namespace keepline::push {

/// What the tail hands to every shard, in one order: events, then the signals numbered after them.
/// Immutable.
struct Delivery {
  std::vector<EventPtr> events;
  entity::EventId head;  ///< at least the last event's id
  std::vector<Signal> signals;
  std::uint64_t signal_head = 0;
};
using DeliveryPtr = std::shared_ptr<const Delivery>;

/// The only sequencer of events and signals: encodes each event once, numbers each signal, and
/// hands all of it to every shard in one order.
///
/// Thread-safe: what comes in goes into a queue, so no caller ever blocks. Committed batches and
/// presence are never refused (the writer's own bounds limit them); typing is dropped where the
/// queue holds kQueueMax items. Works on a thread of its own, or inside the call where a simulator
/// asks for that. A batch of few events is sequenced by whoever brings it, if the thread is not at
/// work just then: waking it would cost more than the work, and the listeners would wait for it.
class Tail {
 public:
  static constexpr std::size_t kQueueMax = 4096;
  static constexpr std::size_t kFewEvents = 8;
  /// At most one typing signal for each user and conversation in this time.
  static constexpr std::chrono::milliseconds kTypingEvery{3000};

  /// Called once for each delivery, in order, never by two threads at once.
  using Deliver = std::function<void(DeliveryPtr)>;

  Tail(entity::EventId head, std::chrono::milliseconds typing_lasts, bool own_thread,
       Deliver deliver);
  ~Tail();
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  void committed(data::BatchPtr batch);
  void presence(entity::UserId user, Presence seen, std::optional<entity::Time> last_seen);
  void typing(entity::UserId user, entity::ConversationId conversation, base::Tick at);
  /// Ends the typing that began `typing_lasts` before `now` or earlier.
  void typing_due(base::Tick now);

  /// The highest id known to be committed: handed to the tail, or read from the database.
  entity::EventId assigned() const { return entity::EventId(assigned_.load()); }
  /// A reader may see a commit before the tail is told of it.
  void note_assigned(entity::EventId id);
  /// The highest signal number given.
  std::uint64_t issued() const { return issued_.load(); }

  /// Ends the thread after what is queued. Blocks.
  void stop();

 private:
  struct PresenceChange {
    entity::UserId user;
    Presence seen;
    std::optional<entity::Time> last_seen;
  };
  struct Typing {
    entity::UserId user;
    entity::ConversationId conversation;
    base::Tick at;
  };
  struct TypingDue {
    base::Tick now;
  };
  using Item = std::variant<data::BatchPtr, PresenceChange, Typing, TypingDue>;
  using Typist = std::pair<entity::ConversationId, entity::UserId>;

  void run();
  void sequence_queued();
  void sequence(const data::BatchPtr& batch);
  void sequence(const PresenceChange& change);
  void sequence(const Typing& typing);
  void sequence(const TypingDue& due);
  void follow(const LoggedEvent& event);
  void end_typing(entity::UserId user, entity::ConversationId conversation);
  void announce(entity::UserId user);
  void issue(Signal signal);
  void hand_over();

  const std::chrono::milliseconds typing_lasts_;
  const bool own_thread_;
  const Deliver deliver_;
  std::atomic<std::int64_t> assigned_;
  std::atomic<std::uint64_t> issued_{0};
  base::Queue<Item> queue_{kQueueMax};

  std::mutex turn_;  ///< held by whoever sequences; also while taking from the queue, for the order

  // Only who holds turn_.
  entity::EventId head_;
  std::shared_ptr<Delivery> next_;
  /// What was said last of everybody's presence.
  base::FlatMap<entity::UserId, Presence> presence_;
  base::FlatMap<entity::UserId, entity::Time> last_seen_;  ///< of those who are gone and show it
  std::vector<Item> items_;                                ///< those under way
  std::map<Typist, base::Tick> typists_;  ///< since when; bounded by who typed in the last 6 s

  std::thread thread_;
};

}  // namespace keepline::push
