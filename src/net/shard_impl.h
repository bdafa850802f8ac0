#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "net/reactor.h"
#include "net/shard.h"
#include "net/tls.h"

namespace keepline::net {

/// The inside of a Shard, for the files of net that own sockets.
struct Shard::Impl {
  explicit Impl(Shard& owner) : shard(owner) {}
  ~Impl();

  /// A task on its way, in a list that any thread may push to and the shard empties at once.
  struct Task {
    std::function<void()> run;
    Task* next = nullptr;
  };

  void push(std::function<void()> run);
  void run_tasks();
  void turn_wheel();

  Shard& shard;
  boost::asio::io_context io{1};
  Reactor reactor{io};
  boost::asio::steady_timer turn{io};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work;
  std::atomic<Task*> tasks{nullptr};  ///< newest first
  std::thread thread;
  std::atomic<bool> running{false};
  std::string date;
  std::chrono::sys_seconds date_at{};

  /// What every connection of the shard reads into: a connection keeps only what it cannot use yet.
  std::array<char, std::size_t{64} * 1024> read_buffer{};
  /// Where small parts of an answer become one record of TLS.
  std::array<char, TlsSession::kRecordBytes> write_buffer{};
};

}  // namespace keepline::net
