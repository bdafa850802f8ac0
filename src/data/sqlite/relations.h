#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// How users stand to each other, over `user_relation`. The connection outlives this.
class Relations {
 public:
  explicit Relations(Db& db) : db_(db) {}

  Result<entity::RelationState> relation(UserId user, UserId peer);
  Result<std::vector<entity::Relation>> relations(UserId user);
  Result<std::int64_t> relation_count(UserId user);
  Status set_relation(UserId user, UserId peer, entity::RelationState state, EventId changed);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
