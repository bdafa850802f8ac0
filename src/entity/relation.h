#pragma once

#include <cstdint>
#include <string_view>

#include "entity/user.h"

namespace keepline::entity {

/// How one user stands to another, seen from the first. Stored as two rows, one for each side:
///
///   A asks B       A: kRequested   B: kIncoming
///   B accepts      A: kFriends     B: kFriends
///   A blocks B     A: kBlocked     B: no row, or B's own kBlocked
enum class RelationState : std::uint8_t {
  kNone = 0,
  kRequested = 1,
  kIncoming = 2,
  kFriends = 3,
  kBlocked = 4
};

/// The state's name on the wire: "none", "requested", "incoming", "friends", "blocked".
std::string_view relation_name(RelationState state);

/// One row of a user's people.
struct Relation {
  User peer;
  RelationState state = RelationState::kNone;
  EventId changed;  ///< log position of the last change
};

}  // namespace keepline::entity
