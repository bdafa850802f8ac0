#pragma once

#include <chrono>
#include <cstdint>

#include "figures.h"
#include "load/teller.h"
#include "server.h"

namespace keepline::bench {

struct ClosedLoopFigures {
  double per_second = 0;
  double cpu_us = 0;  ///< the server's CPU time for one message
  Latencies latencies;
  std::int64_t failures = 0;
};

/// `senders` connections, each in a direct chat of its own, each sending its next message as soon
/// as the last one is acknowledged; `warm_up` is not measured. Blocks.
ClosedLoopFigures closed_loop(const Site& site, int senders, Nonces nonces,
                              std::chrono::milliseconds warm_up, std::chrono::milliseconds length);

}  // namespace keepline::bench
