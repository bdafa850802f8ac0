#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/mark.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using boost::asio::awaitable;

/// What is left as it is has no value.
struct MinePatch {
  std::optional<entity::Level> level;
  std::optional<std::optional<entity::Time>> muted_until;  ///< the inner nothing: no longer
  std::optional<bool> top;
};

/// How conversations stand with their members: what one keeps for oneself, and what others have
/// read. Another's conversation answers as one that does not exist. Thread-safe; answers resume on
/// the caller's executor.
class Marks {
 public:
  explicit Marks(data::StoreThreads& stores) : stores_(stores) {}

  /// Changes how a conversation stands with the actor alone; returns how it then does.
  awaitable<Result<entity::Mine>> set_mine(Actor actor, ConversationId id, MinePatch patch);

  /// One page of who has read.
  struct Reads {
    std::vector<entity::ReadUpTo> reads;
    bool more = false;
  };
  /// Other members who have read up to `seq` or further, by user id after `after`: of those who
  /// share receipts, and nobody where the actor does not.
  awaitable<Result<Reads>> reads(Actor actor, ConversationId id, std::int64_t seq, UserId after,
                                 std::size_t limit);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
