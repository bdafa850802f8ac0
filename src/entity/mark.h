#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "entity/user.h"

namespace keepline::entity {

/// What of a conversation a user wants to be told of.
enum class Level : std::uint8_t { kAll = 0, kMentions = 1, kNothing = 2 };

/// "all", "mentions" or "nothing"; and back, nothing for any other text.
std::string_view level_name(Level level);
std::optional<Level> level_named(std::string_view name);

/// How a conversation stands with one of its members alone.
struct Mine {
  Level level = Level::kAll;
  std::optional<Time> muted_until;  ///< quiet until then
  bool top = false;                 ///< on top of the list
  EventId version;                  ///< log position of the last change; none: there was none

  friend bool operator==(const Mine&, const Mine&) = default;
};

/// How far a member has read.
struct ReadUpTo {
  UserId user;
  std::int64_t seq = 0;
};

}  // namespace keepline::entity
