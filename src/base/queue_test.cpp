#include "base/queue.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace keepline::base {
namespace {

TEST(Queue, GivesThingsOutInTheOrderTheyCame) {
  Queue<int> queue(4);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_TRUE(queue.push(3));

  std::vector<int> out;
  EXPECT_TRUE(queue.take(out, 2));
  EXPECT_EQ(out, (std::vector{1, 2}));
  EXPECT_TRUE(queue.take(out, 2));
  EXPECT_EQ(out, (std::vector{1, 2, 3})) << "what comes is added at the end";
}

TEST(Queue, RefusesWhatDoesNotFitAndLeavesItWithTheCaller) {
  Queue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.push(std::make_unique<int>(1)));

  auto second = std::make_unique<int>(2);
  EXPECT_FALSE(queue.push(std::move(second)));
  ASSERT_NE(second, nullptr);

  std::vector<std::unique_ptr<int>> out;
  EXPECT_TRUE(queue.take(out, 1));
  EXPECT_TRUE(queue.push(std::move(second)));
}

TEST(Queue, TakesWhatWasPromisedBeyondItsBound) {
  Queue<int> queue(1);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push_always(2));
  EXPECT_EQ(queue.size(), 2U);
}

TEST(Queue, GivesOutWhatItHoldsAfterItWasClosedAndThenEnds) {
  Queue<int> queue(4);
  EXPECT_TRUE(queue.push(1));
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_FALSE(queue.push_always(2));

  std::vector<int> out;
  EXPECT_TRUE(queue.take(out, 4));
  EXPECT_EQ(out, std::vector{1});
  EXPECT_FALSE(queue.take(out, 4)) << "closed and empty, whatever the caller holds";
  EXPECT_EQ(out, std::vector{1});
}

TEST(Queue, ComesBackEmptyHandedAtTheDeadline) {
  Queue<int> queue(4);
  std::vector<int> out;
  EXPECT_TRUE(queue.take_until(out, 1, std::chrono::steady_clock::now()));
  EXPECT_TRUE(out.empty());
  queue.close();
  EXPECT_FALSE(queue.take_until(out, 1, std::chrono::steady_clock::now()));
}

TEST(Queue, WakesWhoWaitsWhenItCloses) {
  Queue<int> queue(4);
  std::thread waiter([&queue] {
    std::vector<int> out;
    EXPECT_FALSE(queue.take(out, 1));
  });
  queue.close();
  waiter.join();
}

// Goal: between threads nothing is lost, doubled or turned round.
// Method: several producers push numbered items, refused ones again; one consumer looks.
TEST(Queue, LosesAndDoublesNothingBetweenThreads) {
  struct Item {
    std::size_t producer;
    int number;
  };
  constexpr std::size_t kProducers = 3;
  constexpr int kItems = 2000;
  Queue<Item> queue(16);

  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < kProducers; ++p) {
    producers.emplace_back([&queue, p] {
      for (int i = 0; i < kItems; ++i) {
        while (!queue.push(Item{p, i})) {
          std::this_thread::yield();
        }
      }
    });
  }
  std::vector<int> next(kProducers, 0);
  for (std::size_t got = 0; got < kProducers * kItems;) {
    std::vector<Item> out;
    ASSERT_TRUE(queue.take(out, 8));
    ASSERT_LE(out.size(), 8U);
    for (const Item& item : out) {
      EXPECT_EQ(item.number, next[item.producer]++);
    }
    got += out.size();
  }
  for (std::thread& producer : producers) {
    producer.join();
  }
  EXPECT_EQ(queue.size(), 0U);
}

}  // namespace
}  // namespace keepline::base
