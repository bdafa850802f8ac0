#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
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

/// The sockets of one shard's connections: an epoll set of its own, edge-triggered, inside the
/// shard's io_context. Asio would keep some 290 bytes for each socket and wait, and ask the kernel
/// anew for each wait; here a watched socket costs the kernel's own entry and nothing else.
///
/// Lives on one shard. What it watches must be forgotten before it is destroyed.
class Reactor {
 public:
  explicit Reactor(boost::asio::io_context& io);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Begins to dispatch. Call before the io_context runs.
  void start();

  /// Watches `descriptor` for bytes, room and the peer's end. False where the kernel has no room.
  bool watch(int descriptor, Watched& watched);
  /// `watched` hears nothing more. Its descriptor is about to be closed, which ends the watching.
  void forget(const Watched& watched);

 private:
  void wait();
  void dispatch();

  static constexpr std::size_t kEventsAtOnce = 64;

  using Descriptor =
      boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;

  int epoll_;
  Descriptor wakes_;  ///< the same set, as one thing that the io_context waits for
  std::array<epoll_event, kEventsAtOnce> events_{};
  std::size_t next_ = 0;  ///< of the events under way
  std::size_t count_ = 0;
};

}  // namespace keepline::net
