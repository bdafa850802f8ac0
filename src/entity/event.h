#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "entity/message.h"
#include "entity/relation.h"

namespace keepline::entity {

/// What an event says. The numbers are stored: never reuse one. The table of audiences is in
/// docs/protocol.md.
enum class EventKind : std::uint8_t {
  kMessage = 0,  ///< stream: the conversation
  kRead = 1,  ///< stream: the reader's own, and (<= 50 members, receipts shared) the conversation
  kRelation = 2,      ///< stream: each side's own
  kJoined = 3,        ///< stream: the conversation
  kLeft = 4,          ///< stream: the conversation
  kProfile = 5,       ///< stream: the user's own; others get a signal
  kSettings = 6,      ///< stream: the user's own
  kSessionEnded = 7,  ///< stream: the user's own; never sent to clients
  kMember = 8,        ///< stream: the conversation; a role or a silence changed
  kConversation = 9,  ///< stream: the conversation; its settings changed
  kClosed = 10,       ///< stream: the conversation, which was deleted: the last of every span
  kEdited = 20,       ///< stream: the conversation
  kDeleted = 21,      ///< stream: the conversation
  kReaction = 22,     ///< stream: the conversation
  kPinned = 23,       ///< stream: the conversation
  kUnpinned = 24,     ///< stream: the conversation
  kMine = 25,         ///< stream: the user's own
  kSaved = 26,        ///< stream: the user's own
};

/// "message", "read", ... as in the event's `type` on the wire.
std::string_view event_kind_name(EventKind kind);

/// Where an event belongs: one conversation, or one user's own stream. Stored as one signed number:
/// the conversation's id, or minus the user's.
class Stream {
 public:
  constexpr Stream() = default;
  static constexpr Stream of(ConversationId id) { return Stream(id.value); }
  static constexpr Stream of(UserId id) { return Stream(-id.value); }
  static constexpr Stream from_stored(std::int64_t value) { return Stream(value); }

  constexpr std::int64_t stored() const { return value_; }
  constexpr bool is_conversation() const { return value_ > 0; }
  /// Requires: is_conversation().
  constexpr ConversationId conversation() const { return ConversationId(value_); }
  /// Requires: !is_conversation().
  constexpr UserId user() const { return UserId(-value_); }

  friend constexpr bool operator==(Stream, Stream) = default;

 private:
  constexpr explicit Stream(std::int64_t value) : value_(value) {}
  std::int64_t value_ = 0;
};

struct ReadMark {
  ConversationId conversation;
  UserId user;
  std::int64_t seq = 0;
};

struct RelationChange {
  User peer;  ///< as the stream's owner may see them: no e-mail
  RelationState state = RelationState::kNone;
};

/// Why a membership ended.
enum class Parting : std::uint8_t { kLeft = 0, kRemoved = 1, kBanned = 2 };

/// "left", "removed" or "banned".
std::string_view parting_name(Parting why);

struct MemberChange {
  ConversationId conversation;
  User user;  ///< no e-mail
  Role role = Role::kMember;
  Parting why = Parting::kLeft;             ///< of kLeft
  std::optional<Time> silenced_until = {};  ///< of kMember
  std::int64_t member_count = 0;            ///< of kJoined and kLeft: then, with it; 0: not known
};

struct ConversationChange {
  Conversation conversation;  ///< `version` is the event's own id, or later; to_json() sees to it
};

struct ConversationClosed {
  ConversationId conversation;
};

struct ProfileChange {
  User user;  ///< `version` is the event's own id, or later; to_json() sees to it
};

struct SettingsChange {
  Settings settings;
};

struct SessionEnded {
  SessionId session;
};

/// Of kEdited and kDeleted: the message as it then was, or later.
struct MessageChange {
  Message message;  ///< `version` is the event's own id, or later
  std::vector<UserId> new_mentions;
};

/// Where a message stands: what names it in an event that does not show it.
struct MessagePlace {
  MessageId id;
  ConversationId conversation;
  std::int64_t seq = 0;
};

struct ReactionChange {
  MessagePlace message;
  UserId user;
  std::vector<std::string> emojis;  ///< all that they then give
  std::vector<Reaction> reactions;  ///< what it then carries of all people
  EventId version;                  ///< the event's own id, or later
};

/// Of kPinned and kUnpinned.
struct PinChange {
  MessagePlace message;
  UserId user;
};

struct MineChange {
  ConversationId conversation;
  Mine mine;  ///< `version` is the event's own id, or later
};

struct SavedChange {
  MessagePlace message;
  bool saved = false;
};

/// One entry of the log: a message, or any other durable change.
struct Event {
  EventId id;
  EventKind kind = EventKind::kMessage;
  Stream stream;
  UserId actor;  ///< who did it
  Time at{};
  std::variant<Message, ReadMark, RelationChange, MemberChange, ProfileChange, SettingsChange,
               SessionEnded, ConversationChange, ConversationClosed, MessageChange, ReactionChange,
               PinChange, MineChange, SavedChange>
      data;
};

/// Events that committed together, with consecutive ids from `first()` to `last`. A batch may be
/// empty of events that anyone hears of and still move the head.
struct EventBatch {
  EventId last;
  std::vector<Event> events;
};

}  // namespace keepline::entity
