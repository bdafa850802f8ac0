#pragma once

#include <span>

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// Stores `messages` of one conversation as numbers `first`, first + 1, ... of the log, with dense
/// seqs and each with its own time. Returns the last id. Requires: there is one at least.
Result<MessageId> append_many(Db& db, std::span<const entity::NewMessage> messages,
                              MessageId first);

}  // namespace keepline::data::sqlite
