#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

namespace keepline::net {

/// A deadline on a Wheel. Whoever owns one derives from it or holds one; it may be armed again and
/// is disarmed by its destructor. 32 bytes and no allocation, so that a waiting client can afford
/// one.
class Timer {
 public:
  virtual ~Timer();
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const { return next_ != nullptr; }
  void disarm();

 protected:
  /// The deadline has passed. The timer is disarmed before the call, which may arm it again or
  /// destroy it.
  virtual void expired() = 0;

 private:
  friend class Wheel;
  Timer* next_ = nullptr;  ///< a ring through the slot of the wheel; null when disarmed
  Timer* previous_ = nullptr;
  std::uint64_t due_ = 0;  ///< the turn at which it fires
};

/// All the deadlines of one shard: a hashed timing wheel with turns of 100 ms. Arming and disarming
/// are O(1). A timer fires at its deadline or up to two turns later, never before it, as long as
/// advance() is called once a turn; for a delay of whole turns it is one turn at most.
///
/// Lives on one shard; advance() is called by the shard's single real timer, or by a simulator.
/// Timers still armed when the wheel is destroyed never fire.
class Wheel {
 public:
  static constexpr std::chrono::milliseconds kTurn{100};

  explicit Wheel(base::Tick now);
  ~Wheel();
  Wheel(const Wheel&) = delete;
  Wheel& operator=(const Wheel&) = delete;

  /// Arms `timer` to fire after `delay`; a timer that was armed is moved.
  void arm(Timer& timer, std::chrono::milliseconds delay);

  /// Fires what is due at `now`, in the order of deadlines unless the call comes more than
  /// kSlots turns after the last. What a firing timer arms counts from `now`.
  void advance(base::Tick now);

  /// How many timers are armed. Counts them one by one: for tests and figures.
  std::size_t armed() const;

 private:
  friend class Timer;
  static constexpr std::size_t kSlots = 512;

  struct Slot final : Timer {
    void expired() override {}
  };
  static void link(Timer& list, Timer& timer);
  void fire_slot(std::uint64_t turn);

  std::array<Slot, kSlots> slots_;
  base::Tick start_;
  std::uint64_t turn_ = 0;  ///< turns done since start_
};

}  // namespace keepline::net
