#include "data/write_loop.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "base/thread.h"

namespace keepline::data {
namespace {

using namespace std::chrono_literals;
using base::Errc;

constexpr std::size_t kAlongMax = 65'536;
/// Few enough not to be felt by those who wait for the batch.
constexpr std::size_t kAlongPerBatch = 256;

constexpr auto kShortPause = 20ms;
/// Also how often an idle writer looks for work that may be put off.
constexpr auto kLongPause = 1s;

/// How much earlier than the commit a liar acknowledges: long enough that every kill under load
/// falls between the two.
constexpr auto kEarly = 20ms;

/// Whether `error` says that a write failed, rather than that a rule refused.
bool is_failure(const Error& error) {
  return error.code == Errc::kStorageFull || error.code == Errc::kInternal;
}

}  // namespace

WriteLoop::WriteLoop(std::unique_ptr<WriteConnection> connection, EventSink& sink,
                     const base::Clock& clock, SendRule send_rule,
                     const StoreThreads::Options& options)
    : options_(options),
      connection_(std::move(connection)),
      sink_(sink),
      clock_(clock),
      send_rule_(std::move(send_rule)),
      jobs_(options.write_queue_max),
      along_queue_(kAlongMax),
      along_(kAlongMax) {}

void WriteLoop::run() {
  base::name_this_thread("writer");
  Jobs jobs;
  auto wait = std::chrono::milliseconds(kShortPause);
  while (true) {
    jobs.clear();
    const bool open =
        jobs_.take_until(jobs, options_.batch_max, std::chrono::steady_clock::now() + wait);
    drain_along();
    if (jobs.empty()) {
      if (!open) {
        break;
      }
      const Pause pause = wait == kLongPause ? Pause::kLong : Pause::kShort;
      connection_->maintain(clock_.now(), pause);
      // Step by step, so that whoever comes waits for one at most.
      wait = connection_->follow(clock_.now(), pause) ? 0ms : kLongPause;
      continue;
    }
    const auto error = run_batch(jobs);
    note(error);
    if (error) {
      for (const Job& job : jobs) {
        if (job) {
          job->fail(*error);
        }
      }
    }
    complete(jobs);
    connection_->maintain(clock_.now(), Pause::kNone);
    connection_->follow(clock_.now(), Pause::kNone);
    wait = kShortPause;
  }
  flush_along();
}

std::optional<Error> WriteLoop::run_batch(Jobs& jobs) {
  const base::Time now = clock_.now();
  auto transaction = connection_->begin(now);
  if (!transaction) {
    return transaction.error();
  }
  if (!run_grouped(**transaction, jobs)) {
    connection_->rollback();
    transaction = connection_->begin(now);
    if (!transaction) {
      return transaction.error();
    }
    if (auto error = run_singly(**transaction, jobs)) {
      connection_->rollback();
      return error;
    }
  }
  std::list<Along::Item> riders;
  if (connection_->dirty()) {
    riders = along_.take(kAlongPerBatch);
    for (const Along::Item& rider : riders) {
      rider.rule(**transaction);
    }
  }
  if (options_.acknowledge_early) {
    complete(jobs);
    std::this_thread::sleep_for(kEarly);
  }
  auto error = commit();
  if (error) {
    along_.put_back(std::move(riders));
  }
  return error;
}

bool WriteLoop::run_grouped(Transaction& transaction, Jobs& jobs) {
  for (std::size_t at = 0; at < jobs.size();) {
    std::size_t end = at;
    while (end < jobs.size() && jobs[end]->send() != nullptr) {
      ++end;
    }
    if (end > at) {
      if (!run_sends(transaction, at, end, jobs)) {
        return false;
      }
      at = end;
    } else {
      if (!run_in_savepoint(transaction, *jobs[at])) {
        return false;
      }
      ++at;
    }
  }
  return true;
}

bool WriteLoop::run_sends(Transaction& transaction, std::size_t begin, std::size_t end,
                          Jobs& jobs) {
  group_.clear();
  for (std::size_t at = begin; at < end; ++at) {
    SendJob* send = jobs[at]->send();
    send->result.reset();
    group_.push_back(send);
  }
  send_rule_(transaction, group_);
  for (const SendJob* send : group_) {
    base::check(send->result.has_value(), "the send rule left a send undecided");
    if (!*send->result && is_failure(send->result->error())) {
      return false;
    }
  }
  return true;
}

std::optional<Error> WriteLoop::run_singly(Transaction& transaction, Jobs& jobs) {
  for (const Job& job : jobs) {
    if (auto done = run_in_savepoint(transaction, *job); !done) {
      return done.error();
    }
  }
  return std::nullopt;
}

Status WriteLoop::run_in_savepoint(Transaction& transaction, StoreThreads::WriteJob& job) {
  if (auto set = connection_->savepoint(); !set) {
    return set;
  }
  const Error* refused = nullptr;
  if (SendJob* send = job.send()) {
    send->result.reset();
    send_rule_(transaction, std::span(&send, 1));
    base::check(send->result.has_value(), "the send rule left a send undecided");
    refused = *send->result ? nullptr : &send->result->error();
  } else {
    refused = job.run(transaction);
  }
  return refused == nullptr ? connection_->release() : connection_->rollback_to();
}

std::optional<Error> WriteLoop::commit() {
  auto committed = connection_->commit();
  if (!committed) {
    return committed.error();
  }
  if (!committed->events.empty()) {
    sink_.committed(std::make_shared<const entity::EventBatch>(std::move(*committed)));
  }
  return std::nullopt;
}

void WriteLoop::complete(Jobs& jobs) {
  // One task for each executor: waking a shard costs more than completing a job on it.
  struct Share {
    boost::asio::any_io_executor executor;
    Jobs jobs;
  };
  std::vector<Share> shares;
  auto deal = [&shares](Job job) {
    for (Share& share : shares) {
      if (share.executor == job->executor()) {
        share.jobs.push_back(std::move(job));
        return;
      }
    }
    shares.push_back({job->executor(), {}});
    shares.back().jobs.push_back(std::move(job));
  };
  for (const bool sends : {true, false}) {
    for (Job& job : jobs) {
      if (job && (job->send() != nullptr) == sends) {
        deal(std::move(job));
      }
    }
  }
  for (Share& share : shares) {
    store_threads::post(share.executor, [done = std::move(share.jobs)] {
      for (const Job& job : done) {
        job->complete();
      }
    });
  }
}

void WriteLoop::drain_along() {
  std::vector<Along::Item> items;
  along_queue_.take_now(items, kAlongMax);
  for (Along::Item& item : items) {
    along_.put(std::move(item));
  }
}

void WriteLoop::flush_along() {
  drain_along();
  while (!along_.empty()) {
    auto transaction = connection_->begin(clock_.now());
    if (!transaction) {
      note(transaction.error());
      return;
    }
    for (const Along::Item& rider : along_.take(options_.batch_max)) {
      rider.rule(**transaction);
    }
    if (const auto error = commit()) {
      note(error);
      return;
    }
  }
}

void WriteLoop::note(const std::optional<Error>& error) {
  if (error && !troubled_) {
    base::log_error(fmt::format("nothing can be stored: {}", error->detail));
  } else if (!error && troubled_) {
    base::log_info("storing works again");
  }
  troubled_ = error.has_value();
}

}  // namespace keepline::data
