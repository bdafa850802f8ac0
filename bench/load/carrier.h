#pragma once

#include <array>
#include <cstdint>

namespace keepline::bench {

/// How a waiting client is told things. All three carry the same batches.
enum class Carrier : std::uint8_t { kPoll, kSse, kWebSocket };

constexpr std::array<Carrier, 3> kCarriers = {Carrier::kPoll, Carrier::kSse, Carrier::kWebSocket};

constexpr const char* name(Carrier carrier) {
  return carrier == Carrier::kPoll ? "poll" : carrier == Carrier::kSse ? "sse" : "websocket";
}

}  // namespace keepline::bench
