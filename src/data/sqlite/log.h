#pragma once

#include <unordered_map>

#include "data/sqlite/accounts.h"
#include "data/sqlite/conversations.h"
#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The log, over `event`, `message_info`, `log_head` and `epoch`. The head is handed in where it
/// matters: within a batch it is ahead of the stored one. The connection and the other nouns
/// outlive this.
class Log {
 public:
  Log(Db& db, Accounts& accounts, Conversations& conversations)
      : db_(db), accounts_(accounts), conversations_(conversations) {}

  Result<LogPosition> position();
  Result<EventPage> events_for(UserId user, EventId after, std::size_t limit,
                               const LogPosition& position);
  Result<std::vector<entity::Event>> events(EventId after, std::size_t limit);
  Result<UserView> view_of(UserId user, EventId spans_since, EventId head);

  /// Writes the row of `event`, which has its id and time. Requires: it is no message.
  Status add(const entity::Event& event);
  Status set_head(EventId head);

 private:
  /// A row of `event`, before its entity is joined to it.
  struct Row;
  static Row read_row(const Query& query);
  Result<entity::Event> complete(const Row& row);
  Result<std::vector<entity::Event>> complete(const std::vector<Row>& rows);

  Result<std::vector<entity::Event>> messages_for(UserId user, EventId after, std::size_t limit);
  Result<std::vector<Row>> conversation_rows_for(UserId user, EventId after, std::size_t limit,
                                                 bool receipts);
  Result<std::vector<Row>> own_rows(UserId user, EventId after, std::size_t limit);
  Result<std::vector<ViewedPeer>> peers(UserId user);

  Db& db_;
  Accounts& accounts_;
  Conversations& conversations_;
};

}  // namespace keepline::data::sqlite
