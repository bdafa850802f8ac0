#pragma once

#include "data/sqlite/database.h"
#include "entity/conversation.h"
#include "entity/message.h"
#include "entity/user.h"

// The columns of what many queries read, in the order their readers expect them.
namespace keepline::data::sqlite {

#define KEEPLINE_USER_COLUMNS \
  "u.id, u.name, u.display_name, u.sex, u.age, u.email, u.created_at, u.last_seen, u.version"
inline constexpr int kUserColumns = 9;

#define KEEPLINE_MESSAGE_COLUMNS \
  "m.id, m.conversation_id, m.seq, m.sender_id, m.created_at, m.body, m.flags, m.version"
inline constexpr int kMessageColumns = 8;

#define KEEPLINE_CONVERSATION_COLUMNS                                                     \
  "c.id, c.kind, c.title, c.last_seq, c.last_event_id, c.member_count, c.topic, c.color," \
  " c.access, c.history, c.archived_at, c.created_by, c.version"
inline constexpr int kConversationColumns = 13;

#define KEEPLINE_MEMBER_COLUMNS \
  "m.conversation_id, m.user_id, m.role, m.read_seq, m.joined_id, m.joined_seq, m.silenced_until"
inline constexpr int kMemberColumns = 7;

/// A time as it is stored, or NULL.
inline std::optional<std::int64_t> maybe_millis(std::optional<base::Time> time) {
  return time ? std::optional(base::to_millis(*time)) : std::nullopt;
}

/// message_info.flags: which rows of other tables a message has.
inline constexpr std::int64_t kDeleted = 1;
inline constexpr std::int64_t kEdited = 2;
inline constexpr std::int64_t kReply = 4;
inline constexpr std::int64_t kForwarded = 8;
inline constexpr std::int64_t kNames = 16;
inline constexpr std::int64_t kNamesAll = 32;
inline constexpr std::int64_t kReactions = 64;
inline constexpr std::int64_t kPinned = 128;

/// The user in the columns from `first`, e-mail included.
entity::User read_whole_user(const Query& row, int first = 0);
/// The same as others may see them.
entity::User read_user(const Query& row, int first = 0);
/// What is in rows of other tables is there in name only: an empty quote, origin, deletion, mention
/// or reaction. Messages::fill() puts in what it says.
entity::Message read_message(const Query& row, int first = 0);
entity::Conversation read_conversation(const Query& row, int first = 0);
entity::Member read_member(const Query& row, int first = 0);

}  // namespace keepline::data::sqlite
