#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {

entity::User read_whole_user(const Query& row, int first) {
  entity::User user;
  user.id = row.id<entity::UserId>(first);
  user.name = row.text(first + 1);
  user.display_name = row.text(first + 2);
  user.sex = row.maybe_text(first + 3);
  user.age = row.maybe_integer(first + 4);
  user.email = row.maybe_text(first + 5);
  user.created_at = base::from_millis(row.integer(first + 6));
  if (!row.is_null(first + 7)) {
    user.last_seen = base::from_millis(row.integer(first + 7));
  }
  user.version = row.id<entity::EventId>(first + 8);
  return user;
}

entity::User read_user(const Query& row, int first) {
  entity::User user = read_whole_user(row, first);
  user.email.reset();
  return user;
}

entity::Message read_message(const Query& row, int first) {
  entity::Message message;
  message.id = row.id<entity::MessageId>(first);
  message.conversation = row.id<entity::ConversationId>(first + 1);
  message.seq = row.integer(first + 2);
  message.sender = row.id<entity::UserId>(first + 3);
  message.at = base::from_millis(row.integer(first + 4));
  message.text = row.text(first + 5);
  message.version = row.id<entity::EventId>(first + 7);
  const std::int64_t flags = row.integer(first + 6);
  if (flags == 0) {
    return message;
  }
  if ((flags & kDeleted) != 0) {
    message.deleted.emplace();
  }
  if ((flags & kEdited) != 0) {
    message.edited_at.emplace();
  }
  if ((flags & kReply) != 0) {
    message.reply_to.emplace();
  }
  if ((flags & kForwarded) != 0) {
    message.origin.emplace();
  }
  if ((flags & kNames) != 0) {
    message.mentions.emplace_back();
  }
  if ((flags & kReactions) != 0) {
    message.reactions.emplace_back();
  }
  message.here = (flags & kNamesAll) != 0;
  message.pinned = (flags & kPinned) != 0;
  return message;
}

entity::Conversation read_conversation(const Query& row, int first) {
  entity::Conversation conversation;
  conversation.id = row.id<entity::ConversationId>(first);
  conversation.kind = static_cast<entity::ConversationKind>(row.integer(first + 1));
  conversation.title = row.text(first + 2);
  conversation.last_seq = row.integer(first + 3);
  conversation.last_event = row.id<entity::EventId>(first + 4);
  conversation.member_count = row.integer(first + 5);
  conversation.topic = row.text(first + 6);
  conversation.color = row.integer(first + 7);
  conversation.access = static_cast<entity::Access>(row.integer(first + 8));
  conversation.history = static_cast<entity::History>(row.integer(first + 9));
  conversation.archived_at = row.maybe_time(first + 10);
  conversation.created_by = row.id<entity::UserId>(first + 11);
  conversation.version = row.id<entity::EventId>(first + 12);
  return conversation;
}

entity::Member read_member(const Query& row, int first) {
  entity::Member member;
  member.conversation = row.id<entity::ConversationId>(first);
  member.user = row.id<entity::UserId>(first + 1);
  member.role = static_cast<entity::Role>(row.integer(first + 2));
  member.read_seq = row.integer(first + 3);
  member.joined = row.id<entity::EventId>(first + 4);
  member.joined_seq = row.integer(first + 5);
  member.silenced_until = row.maybe_time(first + 6);
  return member;
}

}  // namespace keepline::data::sqlite
