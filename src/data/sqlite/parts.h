#pragma once

#include <span>
#include <vector>

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// What few messages have beside their text, over `message_part`, `message_edit`, `mention` and the
/// counts of reactions. A message without any of it costs no query. The connection outlives this.
class Parts {
 public:
  explicit Parts(Db& db) : db_(db) {}

  /// Puts into messages that read_message() read what is in other rows.
  Status fill(entity::Message& message);
  Status fill(std::span<entity::Message> messages);

  /// Blanks the quote where not every member may read what it quotes: for what all are told in the
  /// same bytes. Where it would take a look at too many members it counts as if not.
  Status show_to_all(entity::Message& message);
  /// Blanks it where none of the user's spans covers what it quotes.
  Status show_to(UserId user, entity::Message& message);

  /// The rows of a message that is about to be stored, and the flags that say so.
  Result<std::int64_t> add(const entity::Message& message, const entity::MessageParts& parts);

  Result<std::vector<entity::EarlierText>> earlier_texts(MessageId message);
  Result<std::int64_t> edit_count(MessageId message);
  Result<std::vector<UserId>> edit(const entity::MessageEdit& edit, Time at);
  Status erase(MessageId message, UserId by, EventId deleted, Time at);

  /// Sets and clears flags of the message's row.
  Status flag(MessageId message, std::int64_t set, std::int64_t clear = 0);

 private:
  Status fill_deletion(entity::Message& message);
  Status fill_rows(entity::Message& message);
  Status fill_quote(entity::Quote& quote);
  Status fill_mentions(entity::Message& message);
  Status fill_reactions(entity::Message& message);
  Result<std::vector<UserId>> rename(const entity::MessageEdit& edit,
                                     const entity::Message& before);
  Status add_mention(UserId user, EventId id, const entity::Message& message);

  Db& db_;
};

}  // namespace keepline::data::sqlite
