#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "data/event_log.h"
#include "net/wheel.h"
#include "push/answer.h"
#include "push/hub.h"
#include "push/local_hub.h"
#include "push/test_channel.h"
#include "push/test_log.h"

// The stage on which tests and the simulator play: a log in memory, shards that run when they are
// told to, reads that answer when they are told to, and answers that remember what they were given.
// Everything lives on one thread.
namespace keepline::push::stage {

/// Shards whose tasks run when the test says so; each one's in the order they were posted.
class ManualShards final : public Shards {
 public:
  explicit ManualShards(std::size_t count) : queues_(count) {}

  std::size_t count() const override { return queues_.size(); }
  void post(std::size_t shard, std::function<void()> task) override {
    queues_.at(shard).push_back(std::move(task));
  }
  bool run_one(std::size_t shard) {
    auto& queue = queues_.at(shard);
    if (queue.empty()) {
      return false;
    }
    const auto task = std::move(queue.front());
    queue.pop_front();
    task();
    return true;
  }
  /// Runs until nothing is queued; returns how many ran.
  std::size_t run_all() {
    std::size_t ran = 0;
    for (bool any = true; any;) {
      any = false;
      for (std::size_t i = 0; i < queues_.size(); ++i) {
        while (run_one(i)) {
          ++ran;
          any = true;
        }
      }
    }
    return ran;
  }
  std::size_t queued(std::size_t shard) const { return queues_.at(shard).size(); }
  bool idle() const {
    return std::all_of(queues_.begin(), queues_.end(), [](const auto& q) { return q.empty(); });
  }

 private:
  std::vector<std::deque<std::function<void()>>> queues_;
};

/// Reads of a Log that happen when the test says so, and whose results travel until it says so:
/// what is read may be old when it arrives. `fail` makes the next ones fail.
class ManualReads final : public LogReads {
 public:
  ManualReads(Log& log, Shards& shards) : log_(log), shards_(shards) {}

  void events_for(std::size_t shard, UserId who, EventId after, std::size_t limit,
                  std::function<void(base::Result<data::EventPage>)> done) override {
    ++pages_asked;
    waiting_.push_back(
        [=, this] { return arrival(shard, done, log_.events_for(who, after, limit)); });
  }
  void view_of(std::size_t shard, UserId who, EventId spans_since,
               std::function<void(base::Result<data::UserView>)> done) override {
    ++views_asked;
    waiting_.push_back([=, this] { return arrival(shard, done, log_.view_of(who, spans_since)); });
  }

  /// Asked for and not read yet.
  std::size_t waiting() const { return waiting_.size(); }
  /// Read and on its way.
  std::size_t travelling() const { return travelling_.size(); }
  void read(std::size_t which = 0) { travelling_.push_back(taken(waiting_, which)()); }
  void arrive(std::size_t which = 0) { taken(travelling_, which)(); }
  void answer() {
    read();
    arrive(travelling_.size() - 1);
  }

  bool fail = false;
  std::size_t views_asked = 0;
  std::size_t pages_asked = 0;

 private:
  using Arrival = std::function<void()>;

  template <class Done, class Value>
  Arrival arrival(std::size_t shard, Done done, base::Result<Value> value) {
    if (fail) {
      value = base::Errc::kOverloaded;
    }
    return [=, this] { shards_.post(shard, [=] { done(value); }); };
  }
  template <class Task>
  static Task taken(std::deque<Task>& tasks, std::size_t which) {
    Task task = std::move(tasks.at(which));
    tasks.erase(tasks.begin() + static_cast<std::ptrdiff_t>(which));
    return task;
  }

  Log& log_;
  Shards& shards_;
  std::deque<std::function<Arrival()>> waiting_;
  std::deque<Arrival> travelling_;
};

/// What became of one poll. Shared by the test and the engine's answer.
struct Reply {
  bool done = false;
  bool dropped = false;  ///< the engine let go of it without an answer
  bool held = false;
  int status = 0;
  std::string body;
  net::ParkedOwner* owner = nullptr;  ///< while held

  /// The client goes away. Requires: held and not done.
  void go_away() { std::exchange(owner, nullptr)->peer_gone(); }
};
using ReplyPtr = std::shared_ptr<Reply>;

class FakeAnswer final : public Answer {
 public:
  explicit FakeAnswer(ReplyPtr reply) : reply_(std::move(reply)) {}
  ~FakeAnswer() override {
    reply_->owner = nullptr;
    reply_->dropped = !reply_->done;
  }

  void hold(net::ParkedOwner& owner) override {
    reply_->owner = &owner;
    reply_->held = true;
  }
  void complete(WholeAnswer& whole) override {
    reply_->owner = nullptr;
    reply_->done = true;
    reply_->status = whole.status();
    reply_->body = whole.body();
  }

 private:
  ReplyPtr reply_;
};

/// The text of a JSON string field, by search: batches are made by us, so this is enough.
inline std::string field(std::string_view body, std::string_view name) {
  const std::string wanted = "\"" + std::string(name) + "\":\"";
  const auto at = body.find(wanted);
  if (at == std::string_view::npos) {
    return "";
  }
  const auto begin = at + wanted.size();
  return std::string(body.substr(begin, body.find('"', begin) - begin));
}

/// The numbers that follow each `before` in the body.
inline std::vector<std::int64_t> numbers_after(std::string_view body, std::string_view before) {
  std::vector<std::int64_t> numbers;
  for (auto at = body.find(before); at != std::string_view::npos; at = body.find(before, at + 1)) {
    numbers.push_back(std::stoll(std::string(body.substr(at + before.size(), 20))));
  }
  return numbers;
}

/// The ids of a batch's events, as "103 105 ".
inline std::vector<std::int64_t> ids_of(std::string_view body) {
  std::vector<std::int64_t> ids;
  for (auto at = body.find("{\"id\":"); at != std::string_view::npos;
       at = body.find("{\"id\":", at + 1)) {
    std::size_t digits = 0;
    const std::string rest(body.substr(at + 6, 40));
    const std::int64_t id = std::stoll(rest, &digits);
    if (rest.substr(digits).starts_with(",\"type\"")) {
      ids.push_back(id);
    }
  }
  return ids;
}

/// A hub on shards of one thread, with everything it stands on.
class Stage {
 public:
  explicit Stage(std::size_t shards = 1, HubOptions options = {}, Log log_in = Log{},
                 std::uint64_t seed = 1)
      : log(std::move(log_in)), shards_(shards), reads(log, shards_), random(seed) {
    options_ = std::move(options);
    options_.position.epoch = 1;
    options_.position.head = log.head();
    options_.position.floor = std::min(log.position()->floor, log.head());
    if (options_.run == 0) {
      options_.run = 77;
    }
    options_.build = "b1";
    for (std::size_t i = 0; i < shards; ++i) {
      wheels.push_back(std::make_unique<net::Wheel>(clock.tick()));
    }
    HubParts parts;
    parts.shards = &shards_;
    for (const auto& wheel : wheels) {
      parts.wheels.push_back(wheel.get());
    }
    parts.reads = &reads;
    parts.clock = &clock;
    parts.random = &random;
    parts.own_thread = false;
    parts.presence_edge = [this](UserId who, bool online, base::Time at) {
      edges.push_back({who, online, at});
    };
    std::vector<Event> recent;
    for (const Event& event : log.all()) {
      if (event.id > options_.position.floor) {
        recent.push_back(event);
      }
    }
    if (recent.size() > options_.ring_events_max) {
      recent.erase(recent.begin(),
                   recent.end() - static_cast<std::ptrdiff_t>(options_.ring_events_max));
    }
    hub = make_hub(options_, parts, recent);
  }

  LocalHub& local(std::size_t shard = 0) { return static_cast<LocalHub&>(hub->shard(shard)); }

  ReplyPtr poll(EventsRequest request, std::size_t shard = 0) {
    auto reply = std::make_shared<Reply>();
    local(shard).poll(std::move(request), std::make_unique<FakeAnswer>(reply));
    return reply;
  }
  ReplyPtr poll(UserId who, std::optional<std::string> cursor, std::int64_t wait = 25,
                std::string client = "a", std::size_t shard = 0, SessionId session = SessionId(1)) {
    EventsRequest request;
    request.user = who;
    request.session = session;
    request.client = std::move(client);
    request.cursor = std::move(cursor);
    request.wait = std::chrono::seconds(wait);
    return poll(std::move(request), shard);
  }
  FeedPtr stream(EventsRequest request, std::size_t shard = 0, bool full = false) {
    auto feed = std::make_shared<Feed>();
    feed->full = full;
    local(shard).stream(std::move(request), std::make_unique<FakeChannel>(feed));
    return feed;
  }
  FeedPtr stream(UserId who, std::optional<std::string> cursor, std::int64_t wait = 25,
                 std::size_t shard = 0, SessionId session = SessionId(1)) {
    EventsRequest request;
    request.user = who;
    request.session = session;
    request.cursor = std::move(cursor);
    request.wait = std::chrono::seconds(wait);
    return stream(std::move(request), shard);
  }
  /// A cursor at the head of the log and of the signals, as /sync would give it.
  std::string cursor() { return entity::encode(local().cursor_at(log.head())); }
  std::string cursor_at(EventId id) {
    entity::Cursor at = local().cursor_at(log.head());
    at.event = id;
    return entity::encode(at);
  }

  /// Commits what the log was told, and lets everything settle.
  void commit() {
    hub->committed(log.commit());
    settle();
  }
  void settle() {
    for (;;) {
      if (shards_.run_all() > 0) {
        continue;
      }
      if (reads.travelling() > 0) {
        reads.arrive();
      } else if (reads.waiting() > 0) {
        reads.answer();
      } else {
        return;
      }
    }
  }
  void pass(std::chrono::milliseconds time) {
    // In steps, so that what one timer starts is seen before the next.
    for (auto left = time; left > std::chrono::milliseconds(0);
         left -= std::chrono::milliseconds(100)) {
      clock.advance(std::min(left, std::chrono::milliseconds(100)));
      for (const auto& wheel : wheels) {
        wheel->advance(clock.tick());
      }
      settle();
    }
  }

  struct Edge {
    UserId who;
    bool online;
    base::Time at;
  };

  Log log;
  ManualShards shards_;
  ManualReads reads;
  base::FakeClock clock;
  base::SeededRandom random;
  std::vector<std::unique_ptr<net::Wheel>> wheels;
  std::vector<Edge> edges;
  HubOptions options_;
  std::unique_ptr<Hub> hub;
};

}  // namespace keepline::push::stage
