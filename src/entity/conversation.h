#pragma once

#include <chrono>
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

/// Who may come in by themselves.
enum class Access : std::uint8_t { kPrivate = 0, kOpen = 1 };

/// "private" or "open"; and back, nothing for any other text.
std::string_view access_name(Access access);
std::optional<Access> access_named(std::string_view name);

/// What of the past a member may read: what was said while they were one, or everything.
enum class History : std::uint8_t { kJoined = 0, kAll = 1 };

/// "joined" or "all"; and back, nothing for any other text.
std::string_view history_name(History history);
std::optional<History> history_named(std::string_view name);

inline constexpr std::int64_t kColors = 12;  ///< the palette of rooms: 0-11
inline constexpr std::int64_t kGroupMembersMax = 200;

/// Where people talk. A direct conversation has exactly two members for ever; it has none of the
/// settings of groups and rooms.
struct Conversation {
  ConversationId id;
  ConversationKind kind = ConversationKind::kDirect;
  std::string title;          ///< empty for a direct conversation, else 1-80 code points
  std::int64_t last_seq = 0;  ///< the dense number of the newest message; 0 before the first
  EventId last_event;         ///< log position of the newest event in its stream, read marks too
  std::int64_t member_count = 0;
  std::string topic;       ///< at most 250 code points
  std::int64_t color = 0;  ///< of a palette of kColors
  Access access = Access::kPrivate;
  History history = History::kJoined;
  std::optional<Time> archived_at;  ///< nothing is written in it, and nobody comes in
  UserId created_by;                ///< none for a direct conversation
  EventId version;                  ///< log position of the last change to its settings

  /// Whether members may read what was said before they came, and while they were away.
  bool shows_all() const { return access == Access::kOpen || history == History::kAll; }
};

enum class Role : std::uint8_t { kMember = 0, kAdmin = 1, kOwner = 2 };

/// "member", "admin" or "owner"; and back, nothing for any other text.
std::string_view role_name(Role role);
std::optional<Role> role_named(std::string_view name);

/// A silence that nobody ends lasts until here: the last moment that RFC 3339 can write.
inline constexpr Time kSilencedForEver{std::chrono::milliseconds{253'402'300'799'999}};

/// One user in one conversation.
struct Member {
  ConversationId conversation;
  UserId user;
  Role role = Role::kMember;
  std::int64_t read_seq = 0;           ///< how far they have read; never below joined_seq
  EventId joined;                      ///< log position at which their stream of it begins
  std::int64_t joined_seq = 0;         ///< the newest message when they came
  std::optional<Time> silenced_until;  ///< they read and do not write
};

/// The part of a conversation's stream that is a member's: events with from <= id, and id <= to
/// where `to` is set. A removal's own event is `to`.
struct Span {
  ConversationId conversation;
  EventId from;
  std::optional<EventId> to;

  bool covers(EventId id) const { return from <= id && (!to || id <= *to); }
};

/// The messages first <= seq <= last.
struct SeqRange {
  std::int64_t first = 1;
  std::int64_t last = 0;

  friend bool operator==(const SeqRange&, const SeqRange&) = default;
};

}  // namespace keepline::entity
