#pragma once

#include <chrono>
#include <random>

#include "figures.h"
#include "server.h"

namespace keepline::bench {

struct DeliveryFigures {
  Latencies delivered;       ///< from the start of a send to its friend's poll answered
  Latencies acknowledged;    ///< from the start of a send to its answer
  Latencies late;            ///< how much later than planned this program started a send
  double cpu_us = 0;         ///< the server's CPU time for one message sent and delivered
  std::int64_t missing = 0;  ///< never seen by the friend
};

/// Sends arrive at random moments, `per_second` on average, whatever becomes of the ones before
/// (open loop), each from a random one of `pairs` pairs of friends; each friend has a poll parked.
/// A send whose connection is still busy waits for it and counts from its arrival. Blocks.
DeliveryFigures delivery(const Site& site, int pairs, double per_second,
                         std::chrono::milliseconds length, std::mt19937_64& random);

}  // namespace keepline::bench
