#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "net/wheel.h"

namespace keepline::net {

/// A thread with its own connections, tasks and timer wheel. What lives on a shard takes no lock
/// and never blocks.
class Shard {
 public:
  Shard(std::size_t index, const base::Clock& clock);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  std::size_t index() const { return index_; }
  const base::Clock& clock() const { return clock_; }

  /// Runs `task` on this shard's thread, after everything posted before it. Thread-safe.
  void post(std::function<void()> task);
  /// For coroutines: what is dispatched to it from the shard's own thread runs in the call. It has
  /// no timers and no sockets of Asio's: use wheel().
  boost::asio::any_io_executor executor();

  /// Only on the shard's own thread.
  Wheel& wheel() { return wheel_; }
  /// The Date header's value, made once a second. Only on the shard's own thread.
  const std::string& http_date();

  void start();
  /// Ends the thread after the task it runs now. Blocks.
  void stop();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  const std::size_t index_;
  const base::Clock& clock_;
  Wheel wheel_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keepline::net
