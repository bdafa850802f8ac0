#pragma once

#include <array>
#include <atomic>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "net/reactor.h"
#include "net/shard.h"
#include "net/tasks.h"
#include "net/tls.h"

namespace keepline::net {

/// The inside of a Shard, for the files of net that own sockets.
struct Shard::Impl {
  explicit Impl(Shard& owner) : shard(owner) {}

  /// Thread-safe.
  void push(std::unique_ptr<Task> task);
  void run();
  /// Whether the caller is on the shard's thread.
  bool here() const { return current == this; }

  Shard& shard;
  boost::asio::execution_context context;  ///< what an executor must have; nothing lives in it
  Reactor reactor;
  TaskList tasks;
  std::thread thread;
  static thread_local Impl* current;  ///< the shard whose thread this is
  std::atomic<bool> running{false};
  std::atomic<bool> waits{false};  ///< in the reactor: a task that is pushed must wake it
  std::string date;
  std::chrono::sys_seconds date_at{};

  /// What every connection of the shard reads into: a connection keeps only what it cannot use yet.
  std::array<char, std::size_t{64} * 1024> read_buffer{};
  /// Where small parts of an answer become one record of TLS.
  std::array<char, TlsSession::kRecordBytes> write_buffer{};
};

/// Runs functions on a shard, as Asio's coroutines ask for it: in the call where that is allowed
/// and the caller is on the shard's thread, else as a task.
class ShardExecutor {
 public:
  explicit ShardExecutor(Shard::Impl& impl) : impl_(&impl) {}

  boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
    return impl_->context;
  }
  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
    return may_run_here_
               ? boost::asio::execution::blocking_t(boost::asio::execution::blocking.possibly)
               : boost::asio::execution::blocking_t(boost::asio::execution::blocking.never);
  }
  ShardExecutor require(boost::asio::execution::blocking_t::possibly_t) const {
    return {impl_, true};
  }
  ShardExecutor require(boost::asio::execution::blocking_t::never_t) const {
    return {impl_, false};
  }

  template <typename F>
  void execute(F&& work) const {
    if (may_run_here_ && impl_->here()) {
      std::decay_t<F> mine(std::forward<F>(work));
      std::move(mine)();
    } else {
      impl_->push(make_task(std::forward<F>(work)));
    }
  }

  bool operator==(const ShardExecutor& other) const noexcept = default;

 private:
  ShardExecutor(Shard::Impl* impl, bool may_run_here) : impl_(impl), may_run_here_(may_run_here) {}

  Shard::Impl* impl_;
  bool may_run_here_ = true;
};

}  // namespace keepline::net
