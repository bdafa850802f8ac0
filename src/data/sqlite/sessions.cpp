#include "data/sqlite/sessions.h"

namespace keepline::data::sqlite {
namespace {

#define KEEPLINE_SESSION_COLUMNS \
  "id, user_id, kind, agent, address, created_at, last_used, expires_at"

entity::Session read_session(const Query& row) {
  entity::Session session;
  session.id = row.id<SessionId>(0);
  session.user = row.id<UserId>(1);
  session.kind = static_cast<entity::SessionKind>(row.integer(2));
  session.agent = row.text(3);
  session.address = row.text(4);
  session.created_at = base::from_millis(row.integer(5));
  session.last_used = base::from_millis(row.integer(6));
  session.expires_at = base::from_millis(row.integer(7));
  return session;
}

}  // namespace

Result<entity::Session> Sessions::session(const base::Sha256& token_hash) {
  auto query = db_.query("SELECT " KEEPLINE_SESSION_COLUMNS " FROM session WHERE token_hash = ?1",
                         blob_of(token_hash));
  return query.one(read_session);
}

Result<std::vector<entity::Session>> Sessions::sessions(UserId user) {
  auto query = db_.query(
      "SELECT " KEEPLINE_SESSION_COLUMNS " FROM session WHERE user_id = ?1 ORDER BY id", user);
  return query.all(read_session);
}

Result<SessionId> Sessions::add_session(const NewSession& session) {
  auto query = db_.query(
      "INSERT INTO session(token_hash, user_id, kind, agent, address, created_at, last_used,"
      " expires_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
      blob_of(session.token_hash), session.user, static_cast<std::int64_t>(session.kind),
      session.agent, session.address, base::to_millis(session.created_at),
      base::to_millis(session.expires_at));
  if (auto added = query.run(); !added) {
    return added.error();
  }
  return SessionId(db_.last_row());
}

Status Sessions::remove_session(SessionId session) {
  auto query = db_.query("DELETE FROM session WHERE id = ?1", session);
  return query.run_one();
}

Status Sessions::set_session_used(SessionId session, Time at) {
  auto query =
      db_.query("UPDATE session SET last_used = ?2 WHERE id = ?1", session, base::to_millis(at));
  return query.run_one();
}

Result<EventId> Sessions::classic_position(UserId user) {
  auto query = db_.query("SELECT event_id FROM classic_position WHERE user_id = ?1", user);
  return query.one([](const Query& row) { return row.id<EventId>(0); });
}

Status Sessions::set_classic_position(UserId user, EventId position) {
  auto query = db_.query(
      "INSERT INTO classic_position(user_id, event_id) VALUES(?1, ?2)"
      " ON CONFLICT(user_id) DO UPDATE SET event_id = excluded.event_id",
      user, position);
  return query.run();
}

}  // namespace keepline::data::sqlite
