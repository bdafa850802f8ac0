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

#define KEEPLINE_MESSAGE_COLUMNS "m.id, m.conversation_id, m.seq, m.sender_id, m.created_at, m.body"

#define KEEPLINE_CONVERSATION_COLUMNS \
  "c.id, c.kind, c.title, c.last_seq, c.last_event_id, c.member_count"
inline constexpr int kConversationColumns = 6;

#define KEEPLINE_MEMBER_COLUMNS "m.conversation_id, m.user_id, m.role, m.read_seq, m.joined_id"
inline constexpr int kMemberColumns = 5;

/// The user in the columns from `first`, e-mail included.
entity::User read_whole_user(const Query& row, int first = 0);
/// The same as others may see them.
entity::User read_user(const Query& row, int first = 0);
entity::Message read_message(const Query& row);
entity::Conversation read_conversation(const Query& row);
entity::Member read_member(const Query& row, int first = 0);

}  // namespace keepline::data::sqlite
