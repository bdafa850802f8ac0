#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entity/user.h"

namespace keepline::entity {

enum class ConversationKind : std::uint8_t { kDirect = 0, kGroup = 1, kRoom = 2 };

/// "direct", "group" or "room".
std::string_view conversation_kind_name(ConversationKind kind);

/// Where people talk. A direct conversation has exactly two members for ever.
struct Conversation {
  ConversationId id;
  ConversationKind kind = ConversationKind::kDirect;
  std::string title;          ///< empty for a direct conversation
  std::int64_t last_seq = 0;  ///< the dense number of the newest message; 0 before the first
  EventId last_event;         ///< log position of the newest event in its stream, read marks too
  std::int64_t member_count = 0;
};

enum class Role : std::uint8_t { kMember = 0, kAdmin = 1, kOwner = 2 };

/// "member", "admin" or "owner".
std::string_view role_name(Role role);

/// One user in one conversation.
struct Member {
  ConversationId conversation;
  UserId user;
  Role role = Role::kMember;
  std::int64_t read_seq = 0;  ///< how far they have read
  EventId joined;             ///< log position at which their stream of it begins
};

/// The part of a conversation's stream that is a member's: events with from <= id, and id <= to
/// where `to` is set. A removal's own event is `to`.
struct Span {
  ConversationId conversation;
  EventId from;
  std::optional<EventId> to;

  bool covers(EventId id) const { return from <= id && (!to || id <= *to); }
};

}  // namespace keepline::entity
