#pragma once

#include <boost/asio/awaitable.hpp>

namespace keepline::logic {

/// Runs `task` to its end on the calling thread. Blocks. For start-up, before there is a shard.
void run_now(boost::asio::awaitable<void> task);

}  // namespace keepline::logic
