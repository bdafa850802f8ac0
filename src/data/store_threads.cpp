#include "data/store_threads.h"

#include <malloc.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/queue.h"
#include "base/thread.h"
#include "data/write_loop.h"

namespace keepline::data {
namespace {

using base::Errc;

template <class Handler>
class SendWriteJob final : public StoreThreads::WriteJob {
 public:
  SendWriteJob(entity::NewMessage message, Handler handler)
      : WriteJob(boost::asio::get_associated_executor(handler)),
        send_{std::move(message), std::nullopt},
        handler_(std::move(handler)) {}

  SendJob* send() override { return &send_; }
  const Error* run(Transaction& /*transaction*/) override {
    base::check(false, "a send is decided by the send rule");
    return nullptr;
  }
  void fail(const Error& error) override { send_.result.emplace(error); }
  void complete() override { std::move(handler_)(std::move(*send_.result)); }

 private:
  SendJob send_;
  Handler handler_;
};

/// A query that passes its answer on itself.
class PlainReadJob final : public StoreThreads::ReadJob {
 public:
  explicit PlainReadJob(std::function<void(Result<Reader*>)> query) : query_(std::move(query)) {}
  void run(Result<Reader*> reader) override { query_(std::move(reader)); }
  void deliver(std::unique_ptr<ReadJob> /*job*/) override {}

 private:
  std::function<void(Result<Reader*>)> query_;
};

template <class Connection>
std::unique_ptr<Connection> opened(Result<std::unique_ptr<Connection>> connection) {
  if (!connection) {
    throw std::runtime_error(connection.error().detail);
  }
  return std::move(*connection);
}

}  // namespace

struct StoreThreads::Impl {
  Impl(Store& store, EventSink& sink, const base::Clock& clock, SendRule send_rule,
       const Options& options)
      : writer(opened(store.open_writer()), sink, clock, std::move(send_rule), options),
        reads(options.read_queue_max),
        read_limit(options.read_limit),
        rest_after(options.readers_rest_after) {
    for (std::size_t at = 0; at < options.readers; ++at) {
      readers.push_back(opened(store.open_reader()));
    }
  }

  void run_reader(ReadConnection& connection) {
    base::name_this_thread("reader");
    std::vector<std::unique_ptr<ReadJob>> jobs;
    for (bool rested = true;;) {
      // A burst of reads, such as everyone's coming back, must not cost its cache for ever: the
      // pages are in the kernel's cache as well.
      const bool open =
          rested ? reads.take(jobs, 1)
                 : reads.take_until(jobs, 1, std::chrono::steady_clock::now() + rest_after);
      if (!open) {
        return;
      }
      rested = jobs.empty();
      if (rested) {
        connection.rest();
        ::malloc_trim(0);
        continue;
      }
      ReadJob* job = jobs.front().get();
      auto reader = connection.begin(read_limit);
      const bool begun = reader.has_value();
      job->run(std::move(reader));
      if (begun) {
        connection.end();
      }
      job->deliver(std::move(jobs.front()));
      jobs.clear();
    }
  }

  /// Why a queue refused.
  Error refusal() const {
    return stopping ? Error(Errc::kShuttingDown, "the server is stopping")
                    : base::retry_later(Errc::kOverloaded, "too much is waiting to be stored", 1);
  }

  WriteLoop writer;
  base::Queue<std::unique_ptr<ReadJob>> reads;
  const std::chrono::milliseconds read_limit;
  const std::chrono::milliseconds rest_after;
  std::vector<std::unique_ptr<ReadConnection>> readers;
  std::vector<std::thread> threads;
  std::atomic<bool> stopping = false;
};

StoreThreads::StoreThreads(Store& store, EventSink& sink, const base::Clock& clock,
                           SendRule send_rule, Options options)
    : impl_(std::make_unique<Impl>(store, sink, clock, std::move(send_rule), options)) {
  impl_->threads.emplace_back([this] { impl_->writer.run(); });
  for (const auto& reader : impl_->readers) {
    impl_->threads.emplace_back([this, &reader] { impl_->run_reader(*reader); });
  }
}

StoreThreads::~StoreThreads() { stop(); }

boost::asio::awaitable<Result<entity::Sent>> StoreThreads::send(entity::NewMessage message) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                     void(Result<entity::Sent>)>(
      [this](auto handler, entity::NewMessage moved) {
        using Handler = decltype(handler);
        submit(std::make_unique<SendWriteJob<Handler>>(std::move(moved), std::move(handler)));
      },
      boost::asio::use_awaitable, std::move(message));
}

bool StoreThreads::read_then(std::function<void(Result<Reader*>)> query) {
  return impl_->reads.push(std::make_unique<PlainReadJob>(std::move(query)));
}

void StoreThreads::write_along(std::string key, std::function<void(Transaction&)> rule) {
  impl_->writer.along({std::move(key), std::move(rule)});
}

void StoreThreads::submit(std::unique_ptr<WriteJob> job) {
  if (impl_->writer.submit(std::move(job))) {
    return;
  }
  // A queue that refuses leaves the job where it was.
  // NOLINTNEXTLINE(bugprone-use-after-move)
  job->fail(impl_->refusal());
  const auto executor = job->executor();
  store_threads::post(executor, [refused = std::move(job)] { refused->complete(); });
}

void StoreThreads::submit(std::unique_ptr<ReadJob> job) {
  if (impl_->reads.push(std::move(job))) {
    return;
  }
  // NOLINTNEXTLINE(bugprone-use-after-move)
  ReadJob* refused = job.get();
  refused->run(impl_->refusal());
  refused->deliver(std::move(job));
}

void StoreThreads::stop() {
  if (impl_->stopping.exchange(true)) {
    return;
  }
  impl_->writer.close();
  impl_->reads.close();
  for (std::thread& thread : impl_->threads) {
    thread.join();
  }
  // What the rules and the riders still hold goes now, and the connections with it.
  impl_->readers.clear();
}

}  // namespace keepline::data
