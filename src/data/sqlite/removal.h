#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The end of a conversation. Whatever one asks by goes at once, which is a row for each member;
/// its messages, of which there may be millions, go in portions, so that no commit takes long. A
/// conversation that is closed is not found, so nobody sees them meanwhile.
///
/// Its row in `conversation`, its spans and the thin rows of its log stay: they tell whoever
/// catches up that it is over. The connection outlives this.
class Removal {
 public:
  explicit Removal(Db& db) : db_(db) {}

  Status close(ConversationId conversation, EventId closed);

  /// Removes about `rows` messages of closed conversations, with all that belongs to them. Returns
  /// whether there may be more. Requires: a transaction is open.
  Result<bool> step(std::int64_t rows);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
