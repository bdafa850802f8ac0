#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace keepline::net {

/// What owns a socket that a Reactor watches.
class Watched {
 public:
  /// Something changed for the socket: `events` as epoll_wait(2) gives them, all that hold now.
  /// Said once for each change. May destroy this.
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~Watched() = default;
};

/// What a shard waits for: its sockets, edge-triggered, in one epoll set, and being woken. A
/// watched socket costs the kernel's own entry and nothing else; a turn costs one system call.
///
/// Lives on one shard, but for wake(). What it watches must be forgotten before it is destroyed.
class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Watches `descriptor` for bytes, room and the peer's end. False where the kernel has no room.
  bool watch(int descriptor, Watched& watched);
  /// `watched` hears nothing more. Its descriptor is about to be closed, which ends the watching.
  void forget(const Watched& watched);

  /// Waits until something is ready, wake() was called, or `at_most` has passed.
  void wait(std::chrono::milliseconds at_most);
  /// Says what wait() found to those concerned.
  void dispatch();
  /// Ends the wait() that goes on now, or else the next at once. Thread-safe.
  void wake();

 private:
  static constexpr std::size_t kEventsAtOnce = 64;

  int epoll_;
  int bell_;  ///< an eventfd(2), edge-triggered: each write is told once, and nobody need read it
  std::array<epoll_event, kEventsAtOnce> events_{};
  std::size_t next_ = 0;  ///< of the events under way
  std::size_t count_ = 0;
};

}  // namespace keepline::net
