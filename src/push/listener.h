#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "entity/cursor.h"
#include "net/wheel.h"
#include "push/catch_up.h"
#include "push/inbox.h"

namespace keepline::push {

class Listener;

/// Why a listener ends without having found anything.
enum class End : std::uint8_t {
  kTimeout,
  kSuperseded,  ///< by a newer one of the same client, or by a third of its session
  kDrain,
  kSessionEnded,
  kRotated,  ///< a stream has lived its time: its client comes back
  kGone,     ///< what it asks for is no longer in the log
  kFailed    ///< the database did not answer
};

class Batches;

/// Hears what becomes of listeners, and tells them what they have in common.
class ListenerOwner {
 public:
  virtual void timed_out(Listener& listener) = 0;
  /// The client went away: the listener may be destroyed in this call.
  virtual void client_gone(Listener& listener) = 0;
  /// Where the shard stands.
  virtual entity::EventId head() const = 0;
  virtual std::uint64_t signal_head() const = 0;
  virtual base::Tick tick() const = 0;
  virtual Batches& batches() = 0;
  /// A cursor at `event` and `signal`, of this epoch and this run of the server.
  virtual entity::Cursor cursor(entity::EventId event, std::uint64_t signal) const = 0;
  /// A stream that was busy is so no more.
  virtual void drained(Listener& listener) = 0;

 protected:
  ~ListenerOwner() = default;
};

/// Someone who waits for what concerns one user: a position, and a way to be told. Its inbox owns
/// it from the moment it is registered. One that is told once is taken out by the shard's LocalHub
/// before it is told, and its timer is the end of its waiting; one that stays is told where it is,
/// again and again, and its timer keeps it from being silent. Lives on one shard.
class Listener : public net::Timer {
 public:
  enum class State : std::uint8_t {
    kLooking,  ///< registered, about to look
    kLoading,  ///< until the inbox is ready
    kReading,  ///< until the database answers
    kParked,   ///< nothing to say: waits for an event or a signal
    kBusy      ///< stays, and was told more than its client took yet
  };

  Listener(ListenerOwner& owner, Inbox& inbox_in, ClientKey key_in, base::Tick arrived_in)
      : inbox(inbox_in), key(key_in), arrived(arrived_in), owner_(owner) {}

  /// Whether what was found is worth being told of.
  virtual bool hears(const Found& found) const = 0;
  /// Tells what was found. Unless it stays, the listener is spent and destroyed after.
  virtual void tell(const Found& found) = 0;
  /// Tells that a look found nothing worth it, and why that is all. Spent as after tell(). One that
  /// stays is told kTimeout to show that it lives, and otherwise ends with whatever was found.
  virtual void tell_nothing(const Found& found, End why) = 0;
  /// Ends it without a look. Spent, also where it stays.
  virtual void end(End why) = 0;
  /// It will not be told within this turn of the loop: frees what it can.
  virtual void hold() {}
  /// Must be told now, even that there is nothing.
  virtual bool is_hasty() const { return false; }
  /// It is told where it is, until it ends.
  virtual bool stays() const { return false; }
  /// Of one that stays: whether its client has not taken all it was told.
  virtual bool busy() const { return false; }
  /// Of one that stays: for how long it may be silent yet, and whether its time is over.
  virtual std::chrono::milliseconds quiet_for(base::Tick) const { return {}; }
  virtual bool outlived(base::Tick) const { return false; }
  /// How many events it takes at a time.
  virtual std::size_t limit() const = 0;

  Inbox& inbox;
  const ClientKey key;
  const base::Tick arrived;
  Position at;             ///< everything up to here was looked at
  std::uint64_t read = 0;  ///< the number of what it waits for: a read, or a turn of the loop
  State state = State::kLooking;

 protected:
  ListenerOwner& owner_;

 private:
  void expired() override { owner_.timed_out(*this); }
};

/// Whether `listener` is the parked poll of the poller `key`: what a newer one takes the place of.
/// Streams are nobody's place.
inline bool is_poller(const Listener& listener, ClientKey key) {
  return listener.key == key && listener.state == Listener::State::kParked && !listener.stays();
}

}  // namespace keepline::push
