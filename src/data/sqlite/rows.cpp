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

entity::Message read_message(const Query& row) {
  entity::Message message;
  message.id = row.id<entity::MessageId>(0);
  message.conversation = row.id<entity::ConversationId>(1);
  message.seq = row.integer(2);
  message.sender = row.id<entity::UserId>(3);
  message.at = base::from_millis(row.integer(4));
  message.text = row.text(5);
  return message;
}

entity::Conversation read_conversation(const Query& row) {
  entity::Conversation conversation;
  conversation.id = row.id<entity::ConversationId>(0);
  conversation.kind = static_cast<entity::ConversationKind>(row.integer(1));
  conversation.title = row.text(2);
  conversation.last_seq = row.integer(3);
  conversation.last_event = row.id<entity::EventId>(4);
  conversation.member_count = row.integer(5);
  return conversation;
}

entity::Member read_member(const Query& row, int first) {
  entity::Member member;
  member.conversation = row.id<entity::ConversationId>(first);
  member.user = row.id<entity::UserId>(first + 1);
  member.role = static_cast<entity::Role>(row.integer(first + 2));
  member.read_seq = row.integer(first + 3);
  member.joined = row.id<entity::EventId>(first + 4);
  return member;
}

}  // namespace keepline::data::sqlite
