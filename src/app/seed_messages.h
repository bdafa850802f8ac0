#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "data/store.h"

namespace keepline::app {

/// A conversation, and who talks in it.
struct SeedRoom {
  data::ConversationId id;
  std::vector<data::UserId> members;
};

/// Fills `rooms` with `count` messages by their members in turn, spread evenly over the year before
/// `now`, each room with as many as the others: short texts, half of them Chinese, of some 55 bytes
/// on average, all of them in the index of words. Without nonces and read marks: for databases of
/// millions. Says on stderr how fast it was. Throws std::runtime_error.
void seed_messages(data::WriteConnection& connection, std::span<const SeedRoom> rooms,
                   std::int64_t count, data::Time now);

}  // namespace keepline::app
