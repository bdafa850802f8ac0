#pragma once

#include <chrono>
#include <random>

#include "figures.h"
#include "load/carrier.h"
#include "server.h"

namespace keepline::bench {

struct DeliveryFigures {
  Latencies delivered;       ///< from the start of a send to the friend being told
  Latencies acknowledged;    ///< from the start of a send to its answer
  Latencies late;            ///< how much later than planned this program started a send
  double cpu_us = 0;         ///< the server's CPU time for one message sent and delivered
  std::int64_t missing = 0;  ///< never seen by the friend
};

struct DeliveryPlan {
  Carrier carrier = Carrier::kPoll;
  std::size_t first = 0;  ///< place of the first pair's first user
  std::size_t pairs = 100;
  double per_second = 200;
  std::chrono::milliseconds length{3'000};
};

/// Sends arrive at random moments, `per_second` on average, whatever becomes of the ones before
/// (open loop), each from a random one of the pairs of friends; each friend waits. A send whose
/// connection is still busy waits for it and counts from its arrival. Blocks.
DeliveryFigures delivery(const Site& site, const DeliveryPlan& plan, std::mt19937_64& random);

}  // namespace keepline::bench
