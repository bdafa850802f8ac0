#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

#include "support/loop.h"

namespace keepline::bench {

/// CPU time, user and system, that all threads of `pid` have spent, to the nanosecond.
std::chrono::nanoseconds cpu_of(pid_t pid);

/// Memory that is `pid`'s own and was written to, in bytes.
struct PrivateDirty {
  std::int64_t heap = 0;  ///< the heap and what the allocator maps
  std::int64_t rest = 0;  ///< stacks, data of the program and its libraries
  std::int64_t all() const { return heap + rest; }
};
PrivateDirty private_dirty(pid_t pid);

/// Turns `loop` until what `cpu` counts hardly grows any more, so that what was begun is done;
/// after `limit` it goes on in any case. Returns what `cpu` counted when the rest began. Blocks.
template <class Cpu>
std::chrono::nanoseconds settle(support::Loop& loop, Cpu cpu,
                                std::chrono::seconds limit = std::chrono::seconds(20)) {
  constexpr std::chrono::milliseconds kLook{50};
  constexpr std::chrono::microseconds kHardly{1'000};
  const auto until = support::SteadyClock::now() + limit;
  std::chrono::nanoseconds before = cpu();
  while (true) {
    const auto look = support::SteadyClock::now() + kLook;
    loop.run_until([] { return false; }, look);
    const std::chrono::nanoseconds now = cpu();
    if (now - before < kHardly || look > until) {
      return before;
    }
    before = now;
  }
}

}  // namespace keepline::bench
