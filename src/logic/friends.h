#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/relation.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

/// Who stands how to whom. Thread-safe; answers resume on the caller's executor.
///
/// The rows of two people always mirror each other, and each side whose state changed has an event
/// in its own stream. A block is silent: to the blocked, the other answers as someone who takes no
/// requests. A request that was declined is gone on both sides, as one that was withdrawn.
class Friends {
 public:
  explicit Friends(data::StoreThreads& stores);

  /// At most this many rows of any state for one user: more is kConflict.
  static constexpr std::int64_t kRelationsMax = 5'000;

  /// Friends, requests in and out, and blocked, by name.
  awaitable<Result<std::vector<entity::Relation>>> list(Actor actor);

  /// Asks `peer` to be friends, or accepts their request; the new state. Asking again changes
  /// nothing, and `changed` is then none. Errors: kNotFound, kNotAllowed (oneself; the peer takes
  /// no requests, or blocked the actor: alike),
  ///         kConflict (the actor blocks the peer; too many).
  awaitable<Result<entity::Relation>> request(Actor actor, UserId peer);

  /// Withdraws, declines or parts, whichever applies; nothing to undo is fine. A block stays.
  awaitable<Status> remove(Actor actor, UserId peer);

  awaitable<Result<entity::Relation>> block(Actor actor, UserId peer);
  awaitable<Status> unblock(Actor actor, UserId peer);

  /// Makes two users friends at once: for the demo and for seed. Blocks; call it before serving.
  Status make_friends(UserId a, UserId b);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
