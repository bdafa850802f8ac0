#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "push_world.h"

namespace keepline::push::sim {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Goal: whatever the order of things, every client has exactly the events that concern it, once and
// in order; nobody waits for what is there; signals converge.
// Method: thousands of seeded schedules against a model of the log; see push_world.h. A failure
// prints its seed, which repeats the schedule.
TEST(PushSimulation, DeliversExactlyWhatConcernsEachClientInEverySchedule) {
  const std::uint64_t one = from_environment("KEEPLINE_SIM_SEED", 0);
  const std::uint64_t count = one != 0 ? 1 : from_environment("KEEPLINE_SIM_SEEDS", 1000);
  const std::uint64_t first = one != 0 ? one : 1;
  World::Counts all;
  const bool traced = std::getenv("KEEPLINE_SIM_TRACE") != nullptr;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    if (traced) {
      // So that a schedule that ends the process, or never ends, is known.
      std::cout << "schedule " << seed << std::endl;
    }
    World world(seed);
    const std::string broken = world.run(400);
    ASSERT_EQ(broken, "") << "KEEPLINE_SIM_SEED=" << seed;
    all.answers += world.counts.answers;
    all.events += world.counts.events;
    all.pages += world.counts.pages;
    all.views += world.counts.views;
    all.superseded += world.counts.superseded;
    all.lost += world.counts.lost;
    all.resumed += world.counts.resumed;
    all.signals += world.counts.signals;
    all.streams += world.counts.streams;
    all.batches += world.counts.batches;
    all.slow += world.counts.slow;
    all.rotated += world.counts.rotated;
    all.starts += world.counts.starts;
    all.deleted += world.counts.deleted;
    all.removed += world.counts.removed;
    all.banned += world.counts.banned;
    all.readmitted += world.counts.readmitted;
    all.unbanned += world.counts.unbanned;
    all.closed += world.counts.closed;
  }
  std::cout << count << " schedules: " << all.answers << " answers, " << all.events << " events, "
            << all.signals << " signals, " << all.pages << " pages and " << all.views
            << " views read, " << all.lost << " answers lost, " << all.superseded << " superseded; "
            << all.streams << " streams with " << all.batches << " batches, " << all.slow
            << " of them slow, " << all.rotated << " streams rotated; " << all.starts
            << " restarts; " << all.removed << " removed and " << all.readmitted
            << " of them back, " << all.banned << " banned and " << all.unbanned
            << " of them back, " << all.closed << " rooms closed\n";
  if (one == 0) {
    // The schedules went where they should: every rung of the ladder, every unkindness.
    EXPECT_GT(all.events, count);
    EXPECT_GT(all.pages, count / 10);
    EXPECT_GT(all.superseded, count / 10);
    EXPECT_GT(all.lost, count / 10);
    EXPECT_GT(all.signals, count);
    EXPECT_GT(all.batches, count);
    EXPECT_GT(all.slow, count / 10);
    EXPECT_GT(all.rotated, count / 10);
    EXPECT_GT(all.starts, count / 10);
    EXPECT_GT(all.deleted, count);
    EXPECT_GT(all.removed, count / 10);
    EXPECT_GT(all.banned, count / 10);
    EXPECT_GT(all.readmitted, count / 10);
    EXPECT_GT(all.unbanned, count / 10);
    EXPECT_GT(all.closed, count / 10);
  }
}

}  // namespace
}  // namespace keepline::push::sim
