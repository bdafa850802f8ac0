#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/flat_map.h"
#include "data/event_log.h"
#include "push/audience.h"
#include "push/inbox.h"
#include "push/ring.h"
#include "push/signals.h"
#include "push/tail.h"

namespace keepline::push {

/// Hears, while a delivery is applied, what the shard must do after it. Must not change Nearby.
class Heard {
 public:
  /// Something new concerns `inbox`, which has listeners; `company` inboxes hear of it.
  virtual void touched(Inbox& inbox, std::size_t company) = 0;
  /// The user of `inbox` joined a conversation of which the event says too little: read their view.
  virtual void joined(Inbox& inbox) = 0;
  virtual void settings_changed(Inbox& inbox) = 0;
  virtual void session_ended(entity::UserId user, entity::SessionId session,
                             entity::EventId id) = 0;

 protected:
  ~Heard() = default;
};

/// One shard's part of the world: the log as far as the shard has it, the registers, and the
/// inboxes of the users who are near, each true at head(). Applies deliveries in order, so who
/// receives event N is decided at event N.
///
/// Lives on one shard. Pure state: no I/O, no time.
class Nearby {
 public:
  Nearby(entity::EventId head, Ring ring, InboxOwner& owner);
  ~Nearby();

  /// The user's inbox; a new one is bare.
  Inbox& of(entity::UserId user);
  Inbox* find(entity::UserId user);
  const Inbox* find(entity::UserId user) const;
  /// Destroys the inbox and its listeners.
  void drop(Inbox& inbox);

  enum class Installed : std::uint8_t {
    kDone,
    kEarly,  ///< the view is ahead of this shard: try again when head() >= view.as_of
    kOld     ///< the ring no longer reaches back to it: read it again
  };
  /// Makes the inbox ready, or replaces what it knew: takes the view and brings it from its as_of
  /// to head() by the ring.
  Installed install(Inbox& inbox, const data::UserView& view);

  void apply(const Delivery& delivery, Heard& heard);

  entity::EventId head() const { return head_; }
  std::uint64_t signal_head() const { return signal_head_; }
  const Ring& ring() const { return ring_; }
  const Registers& registers() const { return registers_; }
  const Audience& audience() const { return audience_; }
  std::size_t size() const { return inboxes_.size(); }

  template <class Visit>
  void each(Visit visit) {
    inboxes_.each([&](entity::UserId, const std::unique_ptr<Inbox>& inbox) { visit(*inbox); });
  }

 private:
  void apply_event(const LoggedEvent& event, Heard& heard);
  void apply_own(const LoggedEvent& event, Heard& heard);
  void apply_signal(const Signal& signal, Heard& heard);
  /// What an event of the inbox's own stream changes for it. Whoever calls will have the inbox
  /// remember every event after `remembered_from`.
  void change(Inbox& inbox, const LoggedEvent& event, entity::EventId remembered_from);
  void enter(Inbox& inbox, const LoggedEvent& event);
  void leave(Inbox& inbox, const LoggedEvent& event);
  void befriend(Inbox& inbox, const LoggedEvent& event);
  void forget_closed(Inbox& inbox);

  entity::EventId head_;
  std::uint64_t signal_head_ = 0;
  Ring ring_;
  Registers registers_;
  Audience audience_;
  InboxOwner& owner_;
  base::FlatMap<entity::UserId, std::unique_ptr<Inbox>> inboxes_;
};

}  // namespace keepline::push
