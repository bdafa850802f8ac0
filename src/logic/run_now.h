#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

namespace keepline::logic {

/// Runs `task` to its end on the calling thread. Blocks. For start-up, before there is a shard.
void run_now(boost::asio::awaitable<void> task);

/// As run_now(), for several at once.
void run_together(std::vector<boost::asio::awaitable<void>> tasks);

}  // namespace keepline::logic
