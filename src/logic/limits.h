#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace keepline::logic {

/// A list gives at most this many rows at once.
inline constexpr std::size_t kPageMax = 200;

/// `limit` as 1 to kPageMax: a rule gives a bounded answer whoever asks.
constexpr std::size_t page_limit(std::size_t limit) {
  return std::clamp<std::size_t>(limit, 1, kPageMax);
}

/// Read marks are events for the others up to this many members; beyond, they would be a flood.
inline constexpr std::int64_t kSharedReadsMembersMax = 50;

}  // namespace keepline::logic
