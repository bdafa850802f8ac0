#pragma once

#include <unordered_map>

#include "data/sqlite/accounts.h"
#include "data/sqlite/database.h"
#include "data/sqlite/event_rows.h"
#include "data/sqlite/parts.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The log, over `event`, `message_info`, `log_head` and `epoch`. The head is handed in where it
/// matters: within a batch it is ahead of the stored one. The connection and the other nouns
/// outlive this.
class Log {
 public:
  Log(Db& db, Accounts& accounts, Parts& parts, EventRows& rows)
      : db_(db), accounts_(accounts), parts_(parts), rows_(rows) {}

  Result<LogPosition> position();
  Result<EventPage> events_for(UserId user, EventId after, std::size_t limit,
                               const LogPosition& position);
  Result<std::vector<entity::Event>> events(EventId after, std::size_t limit);
  Result<UserView> view_of(UserId user, EventId spans_since, EventId head);

  Status set_head(EventId head);

 private:
  Result<std::vector<entity::Event>> messages_for(UserId user, EventId after, std::size_t limit);
  Result<std::vector<EventRow>> conversation_rows_for(UserId user, EventId after, std::size_t limit,
                                                      bool receipts);
  Result<std::vector<EventRow>> own_rows(UserId user, EventId after, std::size_t limit);
  Result<std::vector<ViewedPeer>> peers(UserId user);

  Db& db_;
  Accounts& accounts_;
  Parts& parts_;
  EventRows& rows_;
};

}  // namespace keepline::data::sqlite
