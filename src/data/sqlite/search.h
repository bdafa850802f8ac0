#pragma once

#include <functional>

#include "data/sqlite/database.h"
#include "data/store.h"
#include "entity/search.h"

namespace keepline::data::sqlite {

/// Finds messages by their words: in the index, and before that in what is not in it yet, over
/// `message_index`, `message_term` and `message_info`. The connection outlives this.
class Search {
 public:
  using Visit = std::function<Result<bool>(const entity::SearchHit&)>;

  explicit Search(Db& db) : db_(db) {}

  Result<entity::SearchEnd> search(const entity::SearchWish& wish, MessageId before,
                                   const entity::SearchBounds& bounds, const Visit& visit);
  Result<std::vector<ConversationId>> conversations_called(UserId user, std::string_view key,
                                                           std::size_t limit);

 private:
  /// One search under way.
  struct Run;

  /// The first message at or after `at`, or one past all ids.
  Result<std::int64_t> first_id(Time at);
  /// Words of the index that begin with `word`, itself among them.
  Result<std::vector<std::string>> longer_words(const std::string& word);
  /// The question in the language of FTS5.
  Result<std::string> match(const entity::SearchWish& wish);
  /// Messages with low <= id < high: those not in the index; those in it.
  Status look_at_tail(Run& run, std::int64_t low, std::int64_t high);
  Status look_in_index(Run& run, std::int64_t low, std::int64_t high);

  Db& db_;
};

}  // namespace keepline::data::sqlite
