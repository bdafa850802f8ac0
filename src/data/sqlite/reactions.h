#pragma once

#include "data/sqlite/parts.h"

namespace keepline::data::sqlite {

/// Who gave which emoji, over `reaction` and `reaction_count`. The connection and the parts outlive
/// this.
class Reactions {
 public:
  Reactions(Db& db, Parts& parts) : db_(db), parts_(parts) {}

  Result<std::vector<std::string>> emojis(MessageId message, UserId user);
  /// Says of each reaction whether `viewer` gave it.
  Status add_own(UserId viewer, entity::Message& message);

  Status add(MessageId message, UserId user, std::string_view emoji, EventId added);
  Status remove(MessageId message, UserId user, std::string_view emoji, EventId removed);

 private:
  Status note(MessageId message, EventId version);

  Db& db_;
  Parts& parts_;
};

}  // namespace keepline::data::sqlite
