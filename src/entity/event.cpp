#include "entity/event.h"

namespace keepline::entity {

std::string_view event_kind_name(EventKind kind) {
  switch (kind) {
    case EventKind::kMessage:
      return "message";
    case EventKind::kRead:
      return "read";
    case EventKind::kRelation:
      return "relation";
    case EventKind::kJoined:
      return "joined";
    case EventKind::kLeft:
      return "left";
    case EventKind::kProfile:
      return "profile";
    case EventKind::kSettings:
      return "settings";
    case EventKind::kSessionEnded:
      return "session_ended";
    case EventKind::kEdited:
      return "edited";
    case EventKind::kDeleted:
      return "deleted";
    case EventKind::kReaction:
      return "reaction";
    case EventKind::kPinned:
      return "pinned";
    case EventKind::kUnpinned:
      return "unpinned";
    case EventKind::kMine:
      return "mine";
    case EventKind::kSaved:
      return "saved";
    case EventKind::kMember:
      return "member";
    case EventKind::kConversation:
      return "conversation";
    case EventKind::kClosed:
      return "closed";
  }
  return "unknown";
}

std::string_view parting_name(Parting why) {
  switch (why) {
    case Parting::kLeft:
      return "left";
    case Parting::kRemoved:
      return "removed";
    case Parting::kBanned:
      return "banned";
  }
  return "left";
}

}  // namespace keepline::entity
