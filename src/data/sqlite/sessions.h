#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The sign-ins of one connection, over `session`, and the classic endpoint's positions. The
/// connection outlives this.
class Sessions {
 public:
  explicit Sessions(Db& db) : db_(db) {}

  Result<entity::Session> session(const base::Sha256& token_hash);
  Result<std::vector<entity::Session>> sessions(UserId user);
  Result<SessionId> add_session(const NewSession& session);
  Status remove_session(SessionId session);
  Status set_session_used(SessionId session, Time at);

  Result<EventId> classic_position(UserId user);
  Status set_classic_position(UserId user, EventId position);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
