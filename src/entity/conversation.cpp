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

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : {Role::kMember, Role::kAdmin, Role::kOwner}) {
    if (role_name(role) == name) {
      return role;
    }
  }
  return std::nullopt;
}

std::string_view access_name(Access access) { return access == Access::kOpen ? "open" : "private"; }

std::optional<Access> access_named(std::string_view name) {
  for (const Access access : {Access::kPrivate, Access::kOpen}) {
    if (access_name(access) == name) {
      return access;
    }
  }
  return std::nullopt;
}

std::string_view history_name(History history) {
  return history == History::kAll ? "all" : "joined";
}

std::optional<History> history_named(std::string_view name) {
  for (const History history : {History::kJoined, History::kAll}) {
    if (history_name(history) == name) {
      return history;
    }
  }
  return std::nullopt;
}

}  // namespace keepline::entity
