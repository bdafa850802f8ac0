#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "data/event_log.h"
#include "data/store.h"

namespace keepline::data {

/// One send on its way through the writer.
struct SendJob {
  entity::NewMessage message;
  std::optional<Result<entity::Sent>> result;  ///< the rule sets it
};

/// Decides a run of consecutive sends as one group: every check before the first write. A result of
/// kStorageFull or kInternal means that a write failed; the whole batch is then rolled back and run
/// again job by job.
using SendRule = std::function<void(Transaction&, std::span<SendJob* const>)>;

/// The threads that may block: one writer, which commits in groups, and a few readers. Thread-safe.
///
/// The writer takes what has queued, runs it in order in one transaction (a run of sends as one
/// group, every other job in a savepoint of its own, undone where its rule returns an error),
/// commits with an fsync, hands the events to the sink, and only then completes the jobs. While one
/// fsync runs the next batch gathers: group commit without a timer.
///
/// A full queue answers kOverloaded at once. After stop() everything answers kShuttingDown. When
/// the disk is full or has failed, everything in the batch answers that error, and reads go on.
///
/// Callers resume in a task posted to their executor, never inside the call; those of one batch and
/// one executor share a task, sends first, each kind in its order. An executor must live until
/// stop() has returned.
class StoreThreads {
 public:
  struct Options {
    std::size_t readers = 2;
    std::size_t write_queue_max = 16'384;
    std::size_t read_queue_max = 4'096;
    std::size_t batch_max = 4'096;
    std::chrono::milliseconds read_limit{500};
    std::chrono::milliseconds readers_rest_after{1'000};  ///< then they give their caches back
    /// Completes jobs well before their commit: loses what was acknowledged when the process is
    /// killed. For the crash test's control only, which proves that its checker sees such a loss.
    bool acknowledge_early = false;
  };

  /// Opens the connections and starts the threads. Errors end in an exception: this is start-up.
  /// Store, sink and clock must outlive this.
  StoreThreads(Store& store, EventSink& sink, const base::Clock& clock, SendRule send_rule,
               Options options);
  ~StoreThreads();
  StoreThreads(const StoreThreads&) = delete;
  StoreThreads& operator=(const StoreThreads&) = delete;

  /// Runs `rule(Transaction&)`, which returns a Result, and resumes the caller, on its executor,
  /// after the commit. The rule must own what it uses, and may be run again.
  template <class Rule>
  auto write(Rule rule) -> boost::asio::awaitable<std::invoke_result_t<Rule&, Transaction&>>;

  /// Runs `query(Reader&)`, which returns a Result, in a snapshot.
  template <class Query>
  auto read(Query query) -> boost::asio::awaitable<std::invoke_result_t<Query&, Reader&>>;

  /// Stores a message; resumes the caller after the commit.
  boost::asio::awaitable<Result<entity::Sent>> send(entity::NewMessage message);

  /// Runs `query` in a snapshot; it passes its answer on itself. Returns false, and does not run
  /// it, when the queue is full or stopped. For callers that are no coroutines.
  bool read_then(std::function<void(Result<Reader*>)> query);

  /// Runs `rule` with the next batch that is written anyway, or when stopping; never causes a
  /// commit of its own. For what may be lost: last_used, last_seen, the classic position. A later
  /// call with the same key replaces the earlier. At most 65 536 keys wait; more are dropped, the
  /// newest first.
  void write_along(std::string key, std::function<void(Transaction&)> rule);

  /// Completes what was accepted, writes what waits along, and ends the threads. Blocks.
  void stop();

  // What follows is for the templates below.
  class WriteJob;
  class ReadJob;
  void submit(std::unique_ptr<WriteJob> job);
  void submit(std::unique_ptr<ReadJob> job);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keepline::data

#include "data/store_threads.ipp"
