#include "entity/conversation.h"

namespace keepline::entity {

std::string_view conversation_kind_name(ConversationKind kind) {
  switch (kind) {
    case ConversationKind::kDirect:
      return "direct";
    case ConversationKind::kGroup:
      return "group";
    case ConversationKind::kRoom:
      return "room";
  }
  return "direct";
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kMember:
      return "member";
    case Role::kAdmin:
      return "admin";
    case Role::kOwner:
      return "owner";
  }
  return "member";
}

}  // namespace keepline::entity
