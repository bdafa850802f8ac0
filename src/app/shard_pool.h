#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "data/store_threads.h"
#include "net/shard.h"
#include "push/hub.h"

namespace keepline::app {

/// The process's shards, as the push engine reaches them.
class ShardPool final : public push::Shards {
 public:
  ShardPool(std::size_t count, const base::Clock& clock);

  std::size_t count() const override { return shards_.size(); }
  void post(std::size_t shard, std::function<void()> task) override;

  net::Shard& shard(std::size_t index) { return *shards_[index]; }
  std::vector<net::Shard*> pointers();
  std::vector<net::Wheel*> wheels();

  void start();
  void stop();

 private:
  std::vector<std::unique_ptr<net::Shard>> shards_;
};

/// The push engine's reads, run by the store threads and answered on the shard that asked. A full
/// queue answers kOverloaded. Thread-safe once connected.
class StoreLogReads final : public push::LogReads {
 public:
  explicit StoreLogReads(ShardPool& shards) : shards_(shards) {}

  /// The hub is built before the store threads, which it is the sink of. Call it before serving.
  void connect(data::StoreThreads& stores) { stores_ = &stores; }

  void events_for(std::size_t shard, push::UserId user, push::EventId after, std::size_t limit,
                  std::function<void(base::Result<data::EventPage>)> done) override;
  void view_of(std::size_t shard, push::UserId user, push::EventId spans_since,
               std::function<void(base::Result<data::UserView>)> done) override;

  /// How often each was asked for: in the steady state, and after a reconnect of everyone, hardly.
  std::uint64_t event_reads() const { return event_reads_; }
  std::uint64_t view_reads() const { return view_reads_; }

 private:
  template <class T, class Query>
  void read(std::size_t shard, Query query, std::function<void(base::Result<T>)> done);

  ShardPool& shards_;
  data::StoreThreads* stores_ = nullptr;
  std::atomic<std::uint64_t> event_reads_{0};
  std::atomic<std::uint64_t> view_reads_{0};
};

}  // namespace keepline::app
