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
  }
  return "unknown";
}

}  // namespace keepline::entity
