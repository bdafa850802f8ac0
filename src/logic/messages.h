#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

/// Sending and reading messages. Thread-safe; answers resume on the caller's executor.
class Messages {
 public:
  Messages(data::StoreThreads& stores, const base::Clock& clock);

  /// Stores a message once, however often its nonce is sent, and answers after it is on disk.
  /// Errors: kNotFound, kNotAllowed (a block, either way), kNonceReused, field errors,
  /// kStorageFull, kOverloaded.
  awaitable<Result<entity::Sent>> send(Actor actor, ConversationId conversation, std::string nonce,
                                       std::string text);

  /// The rule behind send(), for StoreThreads. It remembers who may speak where, so that a
  /// conversation in full swing asks the database once.
  static data::SendRule send_rule();

  struct PageWish {
    std::optional<std::int64_t> before;  ///< seq
    std::optional<std::int64_t> after;   ///< seq; neither: the newest
    std::size_t limit = 50;              ///< 1-200
  };
  awaitable<Result<entity::MessagePage>> page(Actor actor, ConversationId conversation,
                                              PageWish wish);

  /// One answer to a classic poll.
  struct ClassicNext {
    std::optional<entity::Message> message;  ///< the oldest not yet delivered
    std::optional<entity::User> sender;
    EventId looked_at;  ///< nothing up to here is left
  };
  /// The oldest message for the actor after their classic position, or after `after` where that is
  /// later. Errors: kNotFound before their first Online.
  awaitable<Result<ClassicNext>> classic_next(Actor actor, EventId after);
  /// Sets the position at the first Online, to now. Later calls change nothing.
  awaitable<Status> classic_online(Actor actor);
  /// As classic_online(), on the calling thread: for the demo, whose accounts have what was sent to
  /// them from the first moment. Blocks; call it before serving.
  Status classic_online_now(Actor actor);
  /// Notes what was delivered, with the next batch that is written anyway.
  void classic_delivered(Actor actor, EventId position);

 private:
  data::StoreThreads& stores_;
  const base::Clock& clock_;
};

}  // namespace keepline::logic
