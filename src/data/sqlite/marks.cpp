#include "data/sqlite/marks.h"

#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {

Result<entity::Mine> Marks::mine(ConversationId conversation, UserId user) {
  auto query = db_.query(
      "SELECT level, muted_until, top, version FROM mine"
      " WHERE conversation_id = ?1 AND user_id = ?2",
      conversation, user);
  const auto row = query.step();
  if (!row) {
    return row.error();
  }
  entity::Mine mine;
  if (*row) {
    mine.level = static_cast<entity::Level>(query.integer(0));
    if (const auto until = query.maybe_integer(1)) {
      mine.muted_until = base::from_millis(*until);
    }
    mine.top = query.integer(2) != 0;
    mine.version = query.id<EventId>(3);
  }
  return mine;
}

Status Marks::set_mine(ConversationId conversation, UserId user, const entity::Mine& mine) {
  auto query = db_.query(
      "INSERT INTO mine(conversation_id, user_id, level, muted_until, top, version)"
      " VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
      " ON CONFLICT DO UPDATE SET level = excluded.level, muted_until = excluded.muted_until,"
      " top = excluded.top, version = excluded.version",
      conversation, user, static_cast<std::int64_t>(mine.level), maybe_millis(mine.muted_until),
      mine.top, mine.version);
  return query.run();
}

Result<std::vector<entity::ReadUpTo>> Marks::reads(ConversationId conversation, std::int64_t seq,
                                                   UserId after, std::size_t limit) {
  auto query = db_.query(
      "SELECT m.user_id, m.read_seq FROM member m CROSS JOIN user_info u ON u.id = m.user_id"
      " WHERE m.conversation_id = ?1 AND m.user_id > ?3 AND m.read_seq >= ?2 AND u.receipts"
      " ORDER BY m.user_id LIMIT ?4",
      conversation, seq, after, static_cast<std::int64_t>(limit));
  return query.all(
      [](const Query& row) { return entity::ReadUpTo{row.id<UserId>(0), row.integer(1)}; });
}

}  // namespace keepline::data::sqlite
