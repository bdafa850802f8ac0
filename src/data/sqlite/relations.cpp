#include "data/sqlite/relations.h"

#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {

using entity::RelationState;

Result<RelationState> Relations::relation(UserId user, UserId peer) {
  auto query =
      db_.query("SELECT state FROM user_relation WHERE user_id = ?1 AND peer_id = ?2", user, peer);
  const auto row = query.step();
  if (!row) {
    return row.error();
  }
  return *row ? static_cast<RelationState>(query.integer(0)) : RelationState::kNone;
}

Result<std::vector<entity::Relation>> Relations::relations(UserId user) {
  auto query = db_.query("SELECT r.state, r.changed_id, " KEEPLINE_USER_COLUMNS
                         " FROM user_relation r CROSS JOIN user_info u ON u.id = r.peer_id"
                         " WHERE r.user_id = ?1 ORDER BY u.name_key",
                         user);
  return query.all([](const Query& row) {
    entity::Relation relation;
    relation.state = static_cast<RelationState>(row.integer(0));
    relation.changed = row.id<EventId>(1);
    relation.peer = read_user(row, 2);
    return relation;
  });
}

Result<std::int64_t> Relations::relation_count(UserId user) {
  auto query = db_.query("SELECT count(*) FROM user_relation WHERE user_id = ?1", user);
  return query.one([](const Query& row) { return row.integer(0); });
}

Status Relations::set_relation(UserId user, UserId peer, RelationState state, EventId changed) {
  if (state == RelationState::kNone) {
    auto query =
        db_.query("DELETE FROM user_relation WHERE user_id = ?1 AND peer_id = ?2", user, peer);
    return query.run();
  }
  auto query = db_.query(
      "INSERT INTO user_relation(user_id, peer_id, state, changed_id) VALUES(?1, ?2, ?3, ?4)"
      " ON CONFLICT(user_id, peer_id) DO UPDATE SET state = excluded.state,"
      " changed_id = excluded.changed_id",
      user, peer, static_cast<std::int64_t>(state), changed);
  return query.run();
}

}  // namespace keepline::data::sqlite
