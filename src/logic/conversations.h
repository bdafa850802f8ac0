#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/conversation.h"
#include "entity/message.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

/// A member with the profile that others see.
struct MemberView {
  entity::Member member;
  entity::User user;
};

/// Where people talk. Another's conversation answers as one that does not exist. Thread-safe;
/// answers resume on the caller's executor.
class Conversations {
 public:
  explicit Conversations(data::StoreThreads& stores);

  awaitable<Result<std::vector<entity::ConversationView>>> list(Actor actor,
                                                                std::optional<EventId> before,
                                                                std::size_t limit);
  awaitable<Result<entity::ConversationView>> get(Actor actor, ConversationId id);
  /// By user id, after `after`; with a `query` those whose name or display name begins so.
  awaitable<Result<std::vector<MemberView>>> members(Actor actor, ConversationId id,
                                                     std::string query, UserId after,
                                                     std::size_t limit);

  /// The direct conversation with `peer`, made where there is none yet.
  /// Errors: kNotFound; kNotAllowed, the same whether their setting or their block says no.
  awaitable<Result<entity::ConversationView>> open_direct(Actor actor, UserId peer);

  /// Moves the actor's read mark to `seq`: forward only, or with `lower` also back. Returns the
  /// mark as it then is. Errors: kBadValue (beyond the last message).
  awaitable<Result<std::int64_t>> mark_read(Actor actor, ConversationId id, std::int64_t seq,
                                            bool lower);

  /// Whether the actor may show that they type there.
  awaitable<Status> may_type(Actor actor, ConversationId id, entity::Time now);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
