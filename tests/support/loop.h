#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace keepline::support {

using SteadyClock = std::chrono::steady_clock;
using Instant = SteadyClock::time_point;

/// Sockets and timers of one thread, on bare epoll (edge-triggered), so that what measures or
/// checks the server shares no code with it. Lives on one thread.
class Loop {
 public:
  /// What waits for a socket. It must outlive the step in which it is forgotten; a call may be
  /// stale, so it goes by what its socket answers, never by the event alone.
  class Ready {
   public:
    virtual void on_ready(std::uint32_t events) = 0;

   protected:
    ~Ready() = default;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Calls `who` at each edge of readable, writable or closed, until the socket is closed.
  void watch(int socket, Ready& who);

  /// Calls `what` once, at `when` or a little later.
  void at(Instant when, std::function<void()> what);

  /// Handles what is there, after waiting for it until `limit` at the latest.
  void step(Instant limit);

  /// Steps until `done()` or `limit`. Returns done().
  template <class Done>
  bool run_until(Done done, Instant limit) {
    while (!done()) {
      if (SteadyClock::now() >= limit) {
        return false;
      }
      step(limit);
    }
    return true;
  }

 private:
  struct Timer {
    Instant when;
    std::uint64_t order;  ///< timers of one instant run in the order they were set
    std::function<void()> what;
    bool operator<(const Timer& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  void run_timers();

  int epoll_ = -1;
  std::uint64_t order_ = 0;
  std::priority_queue<Timer> timers_;
};

}  // namespace keepline::support
