#include "net/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "net/tasks.h"

namespace keepline::net {
namespace {

struct Running {
  Running() { shard.start(); }
  ~Running() { shard.stop(); }

  base::SystemClock clock;
  Shard shard{0, clock};
};

/// Runs `work` on the shard and waits for it.
template <typename F>
void run_on(Shard& shard, F work) {
  std::promise<void> done;
  shard.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

TEST(TaskList, RunsInTheOrderOfThePushes) {
  TaskList tasks;
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(tasks.push(make_task([&ran, i] { ran.push_back(i); })), i == 0);
  }
  tasks.run();
  EXPECT_EQ(ran, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(tasks.empty());
}

TEST(TaskList, LeavesWhatATaskPushesForTheNextTime) {
  TaskList tasks;
  int ran = 0;
  tasks.push(make_task([&] { tasks.push(make_task([&] { ++ran; })); }));
  tasks.run();
  EXPECT_EQ(ran, 0);
  tasks.run();
  EXPECT_EQ(ran, 1);
}

TEST(TaskList, DestroysWhatNeverRanAndWhatThatPushes) {
  struct PushesAtTheEnd {
    TaskList* tasks;
    std::shared_ptr<int> held;
    ~PushesAtTheEnd() {
      tasks->push(make_task([kept = held] { (void)kept; }));
    }
  };
  const auto held = std::make_shared<int>(1);
  {
    TaskList tasks;
    tasks.push(make_task([last = std::make_shared<PushesAtTheEnd>(&tasks, held)] { (void)last; }));
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Shard, RunsEveryTaskOfManyThreadsInTheOrderOfEach) {
  Running running;
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  std::vector<std::vector<int>> ran(kThreads);
  std::vector<std::thread> threads;
  for (int who = 0; who < kThreads; ++who) {
    threads.emplace_back([&, who] {
      for (int i = 0; i < kEach; ++i) {
        running.shard.post([&ran, who, i] { ran[static_cast<std::size_t>(who)].push_back(i); });
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  run_on(running.shard, [] {});
  for (const auto& each : ran) {
    ASSERT_EQ(each.size(), std::size_t{kEach});
    EXPECT_TRUE(std::is_sorted(each.begin(), each.end()));
  }
}

// A wake-up that got lost would leave a task lying until the next turn of the wheel.
TEST(Shard, IsWokenForEachTaskThatFindsItWaiting) {
  Running running;
  for (int i = 0; i < 2'000; ++i) {
    run_on(running.shard, [] {});
  }
}

TEST(Shard, TurnsItsWheelWhileTasksNeverEnd) {
  struct Once final : Timer {
    std::promise<void> fired;
    void expired() override { fired.set_value(); }
  };
  Running running;
  Once timer;
  std::atomic<bool> busy{true};
  std::function<void()> again = [&] {
    if (busy) {
      running.shard.post(again);
    }
  };
  run_on(running.shard, [&] { running.shard.wheel().arm(timer, Wheel::kTurn); });
  running.shard.post(again);
  timer.fired.get_future().wait();
  busy = false;
  run_on(running.shard, [] {});
}

TEST(ShardExecutor, RunsInTheCallOnItsOwnThreadAlone) {
  Running running;
  const auto executor = running.shard.executor();
  const auto later = boost::asio::require(executor, boost::asio::execution::blocking.never);
  bool in_the_call = false;
  bool later_in_the_call = false;
  run_on(running.shard, [&] {
    executor.execute([&] { in_the_call = true; });
    EXPECT_TRUE(in_the_call);
    later.execute([&] { later_in_the_call = true; });
    EXPECT_FALSE(later_in_the_call);
  });
  run_on(running.shard, [&] { EXPECT_TRUE(later_in_the_call); });

  std::promise<std::thread::id> there;
  executor.execute([&] { there.set_value(std::this_thread::get_id()); });
  EXPECT_NE(there.get_future().get(), std::this_thread::get_id());
}

TEST(ShardExecutor, IsTheSameForTheSameShard) {
  const base::SystemClock clock;
  Shard one(0, clock);
  Shard other(1, clock);
  EXPECT_EQ(one.executor(), one.executor());
  EXPECT_NE(one.executor(), other.executor());
}

TEST(ShardExecutor, DestroysACoroutineThatWaitsWhenTheShardGoes) {
  const auto held = std::make_shared<int>(1);
  const auto wait = [](std::shared_ptr<int> kept) -> boost::asio::awaitable<void> {
    while (kept) {
      co_await boost::asio::post(boost::asio::use_awaitable);
    }
  };
  {
    Running running;
    boost::asio::co_spawn(running.shard.executor(), wait(held), boost::asio::detached);
    run_on(running.shard, [] {});
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace keepline::net
