#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// How conversations stand with their members, over `mine` and `member`. The connection outlives
/// this.
class Marks {
 public:
  explicit Marks(Db& db) : db_(db) {}

  Result<entity::Mine> mine(ConversationId conversation, UserId user);
  Status set_mine(ConversationId conversation, UserId user, const entity::Mine& mine);
  Result<std::vector<entity::ReadUpTo>> reads(ConversationId conversation, std::int64_t seq,
                                              UserId after, std::size_t limit);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
