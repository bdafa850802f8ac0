#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/queue.h"
#include "data/along.h"
#include "data/store_threads.h"

namespace keepline::data {

/// What the writer's thread does: takes what has queued, runs it in one transaction, commits, tells
/// the sink, and only then completes the jobs.
///
/// submit(), along() and close() are thread-safe; run() is the thread. Sink and clock outlive this.
class WriteLoop {
 public:
  using Job = std::unique_ptr<StoreThreads::WriteJob>;
  using Jobs = std::vector<Job>;

  WriteLoop(std::unique_ptr<WriteConnection> connection, EventSink& sink, const base::Clock& clock,
            SendRule send_rule, const StoreThreads::Options& options);

  /// Returns whether the job went in; where not (full or closed), `job` is untouched.
  bool submit(Job&& job) { return jobs_.push(std::move(job)); }
  void along(Along::Item item) { along_queue_.push(std::move(item)); }
  void close() { jobs_.close(); }

  /// Works until closed, and until what went in before is done.
  void run();

 private:
  /// Runs `jobs` to a durable end, or leaves nothing of them and says why.
  std::optional<Error> run_batch(Jobs& jobs);
  /// Runs of sends as groups. Returns false if a write failed: then all is undone and run singly.
  bool run_grouped(Transaction& transaction, Jobs& jobs);
  bool run_sends(Transaction& transaction, std::size_t begin, std::size_t end, Jobs& jobs);
  /// Every job in a savepoint of its own. Returns what keeps the batch from being committed.
  std::optional<Error> run_singly(Transaction& transaction, Jobs& jobs);
  /// Runs `job` in a savepoint, undone where its answer is an error.
  Status run_in_savepoint(Transaction& transaction, StoreThreads::WriteJob& job);
  /// Commits, and tells the sink.
  std::optional<Error> commit();
  void complete(Jobs& jobs);
  void drain_along();
  void flush_along();
  void note(const std::optional<Error>& error);

  const StoreThreads::Options options_;
  std::unique_ptr<WriteConnection> connection_;
  EventSink& sink_;
  const base::Clock& clock_;
  const SendRule send_rule_;

  base::Queue<Job> jobs_;
  base::Queue<Along::Item> along_queue_;
  Along along_;
  std::vector<SendJob*> group_;  ///< of the run of sends under way
  bool troubled_ = false;        ///< the last batch was lost: said once, not for every batch
};

}  // namespace keepline::data
