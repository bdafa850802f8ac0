#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.h"
#include "push/local_hub.h"
#include "push/test_stage.h"

namespace keepline::push {
namespace {

using namespace std::chrono_literals;
using stage::conversation;
using stage::user;
using Task = std::function<void()>;

/// Real threads, each with a queue and a wheel, as the server has them.
class Threads final : public Shards {
 public:
  Threads(std::size_t count, const base::Clock& clock) : clock_(clock) {
    for (std::size_t i = 0; i < count; ++i) {
      lanes_.push_back(std::make_unique<Lane>(clock.tick()));
    }
  }
  ~Threads() override { stop(); }

  std::size_t count() const override { return lanes_.size(); }
  void post(std::size_t shard, Task task) override {
    lanes_[shard]->queue.push_always(std::move(task));
  }
  net::Wheel* wheel(std::size_t shard) { return &lanes_[shard]->wheel; }

  void start() {
    for (const auto& lane : lanes_) {
      lane->thread = std::thread([this, l = lane.get()] { run(*l); });
    }
  }
  void stop() {
    for (const auto& lane : lanes_) {
      lane->queue.close();
      if (lane->thread.joinable()) {
        lane->thread.join();
      }
    }
  }

 private:
  struct Lane {
    explicit Lane(base::Tick now) : wheel(now) {}
    base::Queue<Task> queue{1};
    net::Wheel wheel;
    std::thread thread;
  };
  void run(Lane& lane) {
    std::vector<Task> tasks;
    while (lane.queue.take_until(tasks, 64, std::chrono::steady_clock::now() + 20ms)) {
      for (const Task& task : tasks) {
        task();
      }
      tasks.clear();
      lane.wheel.advance(clock_.tick());
    }
  }

  const base::Clock& clock_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

/// A thread that reads the log, as a store thread would.
class Reader final : public LogReads {
 public:
  Reader(stage::Log& log, std::mutex& log_lock, Shards& shards)
      : log_(log), log_lock_(log_lock), shards_(shards), thread_([this] { run(); }) {}
  ~Reader() override {
    queue_.close();
    thread_.join();
  }

  void events_for(std::size_t shard, UserId who, EventId after, std::size_t limit,
                  std::function<void(base::Result<data::EventPage>)> done) override {
    queue_.push_always([=, this] {
      const std::lock_guard lock(log_lock_);
      shards_.post(shard, [done, page = log_.events_for(who, after, limit)] { done(page); });
    });
  }
  void view_of(std::size_t shard, UserId who, EventId spans_since,
               std::function<void(base::Result<data::UserView>)> done) override {
    queue_.push_always([=, this] {
      const std::lock_guard lock(log_lock_);
      shards_.post(shard, [done, view = log_.view_of(who, spans_since)] { done(view); });
    });
  }

 private:
  void run() {
    std::vector<Task> tasks;
    while (queue_.take(tasks, 16)) {
      for (const Task& task : tasks) {
        task();
      }
      tasks.clear();
    }
  }

  stage::Log& log_;
  std::mutex& log_lock_;
  Shards& shards_;
  base::Queue<Task> queue_{1};
  std::thread thread_;
};

/// Polls for ever, each time on another shard, until it has seen `last`. Handed from shard to shard
/// by their queues.
struct Client {
  UserId who;
  std::string cursor;
  std::vector<std::int64_t> got;
  std::int64_t last = 0;
  std::size_t polls = 0;
  std::function<void(Client&)> again;
  std::latch* seen = nullptr;
};

class ClientAnswer final : public Answer {
 public:
  explicit ClientAnswer(Client& client) : client_(client) {}
  void hold(net::ParkedOwner&) override {}
  void complete(WholeAnswer& whole) override {
    for (const std::int64_t id : stage::ids_of(whole.body())) {
      client_.got.push_back(id);
    }
    client_.cursor = stage::field(whole.body(), "cursor");
    if (client_.last != 0 && !client_.got.empty() && client_.got.back() == client_.last) {
      client_.seen->count_down();
      return;
    }
    client_.again(client_);
  }

 private:
  Client& client_;
};

// Goal: the tail's thread, two shards, a reader and a writer at full speed lose and double nothing.
// Run it under -fsanitize=thread to see that they share nothing they must not.
TEST(HubThreads, DeliverEverythingInOrder) {
  constexpr std::size_t kShards = 2;
  constexpr std::int64_t kClients = 8;
  constexpr int kMessages = 400;
  const base::SystemClock clock;
  base::SystemRandom random;
  stage::Log log;
  std::mutex log_lock;
  for (std::int64_t i = 1; i <= kClients; ++i) {
    log.join(user(i), conversation(1));
  }
  log.commit();

  Threads threads(kShards, clock);
  Reader reader(log, log_lock, threads);
  HubOptions options;
  options.position = {1, log.head(), EventId(100)};
  options.run = 7;
  options.ring_events_max = 64;
  options.batch_events_max = 10;
  HubParts parts;
  parts.shards = &threads;
  parts.wheels = {threads.wheel(0), threads.wheel(1)};
  parts.reads = &reader;
  parts.clock = &clock;
  parts.random = &random;
  std::atomic<int> edges{0};
  parts.presence_edge = [&](UserId, bool, base::Time) { ++edges; };
  const auto hub = make_hub(options, parts, {});

  std::latch seen(kClients);
  const std::int64_t last = log.head().value + kMessages + 1;
  std::vector<Client> clients(kClients);
  const auto ask = [&](Client& client) {
    const std::size_t shard = client.polls++ % kShards;
    threads.post(shard, [&, shard] {
      EventsRequest request;
      request.user = client.who;
      request.session = SessionId(client.who.value);
      request.cursor = client.cursor;
      auto& local = static_cast<LocalHub&>(hub->shard(shard));
      local.typing(client.who, conversation(1));
      local.poll(std::move(request), std::make_unique<ClientAnswer>(client));
    });
  };
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i].who = user(static_cast<std::int64_t>(i) + 1);
    clients[i].cursor = entity::encode({1, log.head(), 7, 0});
    clients[i].last = last;
    clients[i].again = ask;
    clients[i].seen = &seen;
  }
  const EventId from = log.head();
  threads.start();
  for (Client& client : clients) {
    ask(client);
  }
  for (int i = 0; i < kMessages + 1; ++i) {
    data::BatchPtr batch;
    {
      const std::lock_guard lock(log_lock);
      log.say(user(1 + i % kClients), conversation(1));
      batch = log.commit();
    }
    hub->committed(std::move(batch));
  }
  seen.wait();
  hub->stop();
  threads.stop();
  for (const Client& client : clients) {
    std::vector<std::int64_t> wanted;
    for (const EventId id : log.heard_by(client.who, from)) {
      wanted.push_back(id.value);
    }
    EXPECT_EQ(client.got, wanted) << "user " << client.who.value;
  }
  EXPECT_EQ(edges.load(), kClients);
}

}  // namespace
}  // namespace keepline::push
