#include "data/sqlite/removal.h"

namespace keepline::data::sqlite {

Status Removal::close(ConversationId conversation, EventId closed) {
  {
    auto query = db_.query(
        "UPDATE member_span SET to_id = ?2,"
        " to_seq = (SELECT last_seq FROM conversation WHERE id = ?1)"
        " WHERE conversation_id = ?1 AND to_id IS NULL"
        " AND user_id IN (SELECT user_id FROM member WHERE conversation_id = ?1)",
        conversation, closed);
    if (auto ended = query.run(); !ended) {
      return ended;
    }
  }
  {
    // What people wrote in its settings goes with it.
    auto query = db_.query(
        "UPDATE conversation SET closed_id = ?2, title = '', title_key = '', topic = '',"
        " member_count = 0 WHERE id = ?1 AND closed_id IS NULL",
        conversation, closed);
    if (auto ended = query.run_one(); !ended) {
      return ended;
    }
  }
  for (const Sql statement : {Sql("DELETE FROM member WHERE conversation_id = ?1"),
                              Sql("DELETE FROM mine WHERE conversation_id = ?1"),
                              Sql("DELETE FROM ban WHERE conversation_id = ?1"),
                              Sql("DELETE FROM invite_use WHERE invite_id IN"
                                  " (SELECT id FROM invite WHERE conversation_id = ?1)"),
                              Sql("DELETE FROM invite WHERE conversation_id = ?1"),
                              Sql("INSERT INTO removal(conversation_id) VALUES(?1)")}) {
    auto query = db_.query(statement, conversation);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  return base::ok();
}

Result<bool> Removal::step(std::int64_t rows) {
  std::optional<ConversationId> next;
  {
    auto query = db_.query("SELECT conversation_id FROM removal ORDER BY conversation_id LIMIT 1");
    auto read = query.all([](const Query& row) { return row.id<ConversationId>(0); });
    if (!read) {
      return read.error();
    }
    if (read->empty()) {
      return false;
    }
    next = read->front();
  }
  std::vector<MessageId> oldest;
  {
    auto query = db_.query(
        "SELECT id FROM message_info INDEXED BY message_conversation"
        " WHERE conversation_id = ?1 ORDER BY id LIMIT ?2",
        *next, rows);
    auto read = query.all([](const Query& row) { return row.id<MessageId>(0); });
    if (!read) {
      return read.error();
    }
    oldest = std::move(*read);
  }
  if (oldest.empty()) {
    auto query = db_.query("DELETE FROM removal WHERE conversation_id = ?1", *next);
    if (auto done = query.run(); !done) {
      return done.error();
    }
    return true;
  }
  for (const MessageId message : oldest) {
    // Each table that has rows of a message, the message itself last.
    for (const Sql statement : {Sql("DELETE FROM message_part WHERE message_id = ?1"),
                                Sql("DELETE FROM message_edit WHERE message_id = ?1"),
                                Sql("DELETE FROM reaction WHERE message_id = ?1"),
                                Sql("DELETE FROM reaction_count WHERE message_id = ?1"),
                                Sql("DELETE FROM pin WHERE message_id = ?1"),
                                Sql("DELETE FROM mention WHERE message_id = ?1"),
                                Sql("DELETE FROM send_key WHERE message_id = ?1"),
                                Sql("DELETE FROM message_info WHERE id = ?1")}) {
      auto query = db_.query(statement, message);
      if (auto done = query.run(); !done) {
        return done.error();
      }
    }
  }
  return true;
}

}  // namespace keepline::data::sqlite
