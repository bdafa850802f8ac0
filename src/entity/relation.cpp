#include "entity/relation.h"

namespace keepline::entity {

std::string_view relation_name(RelationState state) {
  switch (state) {
    case RelationState::kNone:
      return "none";
    case RelationState::kRequested:
      return "requested";
    case RelationState::kIncoming:
      return "incoming";
    case RelationState::kFriends:
      return "friends";
    case RelationState::kBlocked:
      return "blocked";
  }
  return "none";
}

}  // namespace keepline::entity
