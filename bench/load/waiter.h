#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "load/batch_reader.h"
#include "load/channel.h"
#include "load/dialect.h"
#include "support/loop.h"

namespace keepline::bench {

/// One client that waits, on a connection of its own. Lives on its loop's thread.
///
/// Waiters come from 127.0.0.2, 127.0.0.3, ..., some thousands from each, so that ports suffice.
class Waiter final : private support::Loop::Ready, private BatchReader::Sink {
 public:
  class Owner {
   public:
    /// May call ask(), of a poll.
    virtual void on_batch(Waiter& waiter, const Batch& batch) = 0;
    /// The first byte of a connection has come, or its request is out where nothing is said at
    /// once.
    virtual void on_waiting(Waiter& waiter) = 0;
    /// Closed, refused or broken; `why` may be empty. The waiter is closed.
    virtual void on_lost(Waiter& waiter, std::string_view why) = 0;

   protected:
    ~Owner() = default;
  };

  /// All outlive it.
  Waiter(support::Loop& loop, const Dialect& dialect, Carrier carrier, std::size_t number,
         Owner& owner);
  ~Waiter() { drop(); }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Connects and asks from where it stands. Requires: not open.
  void open();
  /// A poll: asks from where it stands, on the connection it has if it is still there.
  void ask();
  /// Closes with a reset, so that no port is kept back; the owner hears nothing. It keeps its
  /// place.
  void drop();

  bool is_open() const { return socket_ >= 0; }
  std::size_t number() const { return number_; }

  /// Appends all bytes received from now on to `record`; nullptr ends it.
  void record_into(std::string* record) { record_ = record; }

 private:
  void on_ready(std::uint32_t events) override;
  void on_batch(const Batch& batch) override;
  void on_ping(std::string_view payload) override;
  void write(std::string_view bytes);
  bool flush();
  void read(bool to_the_end);
  void waits();
  void lose(std::string_view why);

  support::Loop& loop_;
  const Dialect& dialect_;
  Owner& owner_;
  const std::size_t number_;
  const Carrier carrier_;
  bool waiting_ = false;
  int socket_ = -1;
  std::uint32_t opened_ = 0;  ///< counts connections, to notice one replaced in a callback
  Channel channel_;
  BatchReader reader_;
  std::string cursor_;
  std::string unsent_;
  std::string* record_ = nullptr;
};

}  // namespace keepline::bench
