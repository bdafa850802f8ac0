#include "app/shard_pool.h"

#include <utility>

namespace keepline::app {

ShardPool::ShardPool(std::size_t count, const base::Clock& clock) {
  for (std::size_t i = 0; i < count; ++i) {
    shards_.push_back(std::make_unique<net::Shard>(i, clock));
  }
}

void ShardPool::post(std::size_t shard, std::function<void()> task) {
  shards_[shard]->post(std::move(task));
}

std::vector<net::Shard*> ShardPool::pointers() {
  std::vector<net::Shard*> out;
  out.reserve(shards_.size());
  for (const auto& shard : shards_) {
    out.push_back(shard.get());
  }
  return out;
}

std::vector<net::Wheel*> ShardPool::wheels() {
  std::vector<net::Wheel*> out;
  out.reserve(shards_.size());
  for (const auto& shard : shards_) {
    out.push_back(&shard->wheel());
  }
  return out;
}

void ShardPool::start() {
  for (const auto& shard : shards_) {
    shard->start();
  }
}

void ShardPool::stop() {
  for (const auto& shard : shards_) {
    shard->stop();
  }
}

template <class T, class Query>
void StoreLogReads::read(std::size_t shard, Query query,
                         std::function<void(base::Result<T>)> done) {
  const auto answer = [this, shard, done = std::move(done)](base::Result<T> result) {
    shards_.post(shard, [done, result = std::move(result)]() mutable { done(std::move(result)); });
  };
  const bool accepted =
      stores_->read_then([query = std::move(query), answer](base::Result<data::Reader*> reader) {
        if (!reader) {
          answer(reader.error());
          return;
        }
        answer(query(**reader));
      });
  if (!accepted) {
    answer(base::Errc::kOverloaded);
  }
}

void StoreLogReads::events_for(std::size_t shard, push::UserId user, push::EventId after,
                               std::size_t limit,
                               std::function<void(base::Result<data::EventPage>)> done) {
  ++event_reads_;
  read<data::EventPage>(
      shard, [=](data::Reader& reader) { return reader.events_for(user, after, limit); },
      std::move(done));
}

void StoreLogReads::view_of(std::size_t shard, push::UserId user, push::EventId spans_since,
                            std::function<void(base::Result<data::UserView>)> done) {
  ++view_reads_;
  read<data::UserView>(
      shard, [=](data::Reader& reader) { return reader.view_of(user, spans_since); },
      std::move(done));
}

}  // namespace keepline::app
