#include "data/sqlite/append_many.h"

#include "base/check.h"

namespace keepline::data::sqlite {

Result<MessageId> append_many(Db& db, std::span<const entity::NewMessage> messages,
                              MessageId first) {
  base::check(!messages.empty(), "there are messages to append");
  const ConversationId conversation = messages.front().conversation;
  std::int64_t seq = 0;
  {
    auto query = db.query("SELECT last_seq FROM conversation WHERE id = ?1", conversation);
    const auto last = query.one([](const Query& row) { return row.integer(0); });
    if (!last) {
      return last.error();
    }
    seq = *last;
  }
  MessageId id(first.value - 1);
  for (const entity::NewMessage& message : messages) {
    base::check(message.conversation == conversation, "all messages are of one conversation");
    ++id.value;
    ++seq;
    auto query = db.query(
        "INSERT INTO message_info(id, conversation_id, seq, sender_id, created_at, body)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        id, conversation, seq, message.sender, base::to_millis(message.at),
        std::string_view(message.text));
    if (auto added = query.run(); !added) {
      return added.error();
    }
  }
  auto query = db.query("UPDATE conversation SET last_seq = ?2, last_event_id = ?3 WHERE id = ?1",
                        conversation, seq, id);
  if (auto moved = query.run_one(); !moved) {
    return moved.error();
  }
  return id;
}

}  // namespace keepline::data::sqlite
