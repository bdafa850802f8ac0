#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/classic_logins.h"
#include "api/classic_turns.h"
#include "base/error.h"
#include "logic/messages.h"
#include "net/exchange.h"
#include "net/shard.h"
#include "push/hub.h"

namespace keepline::api {

/// The parked half of the classic endpoint: `Keepline`, a long poll that answers with one message.
///
///   look --(a message)--> answer, and the position moves once it is written whole
///    ^ \--(nothing)-----> wait --(an event)--> look again
///    |                      |---(25 s over)--> "nothing yet"
///    +----------------------+---(a newer Keepline of this user)--> 5 s later "nothing yet"
///
/// A message is delivered in the order of the log, once for each time the position passes it. A
/// client that sends `Received`, the MessageId of the last message it has kept, moves the position
/// itself, with its next poll: then also an answer that was lost behind the kernel is sent again.
///
/// Thread-safe; each poll lives on the shard of its connection. Destroy it after the shards'
/// threads ended and before the hub.
class ClassicKeepline {
 public:
  static constexpr std::chrono::milliseconds kParks{25'000};
  /// What must not be asked again at once is answered after this long, because the article's page
  /// asks again at once: a poll that a newer one took the place of, and one that is refused.
  static constexpr std::chrono::milliseconds kHoldsBack{5'000};

  ClassicKeepline(std::vector<net::Shard*> shards, push::Hub& hub, logic::Messages& messages);
  ~ClassicKeepline();

  void start(net::Exchange exchange, ClassicCaller caller, std::optional<entity::EventId> received);

  /// Answers `exchange` with `error`, after kHoldsBack.
  void refuse_later(net::Exchange exchange, const base::Error& error);

  /// Answers the user's parked polls, then calls `done` on `here`.
  void end(entity::UserId user, net::Shard& here, const std::function<void()>& done);

 private:
  class Poll;
  using Table = std::multimap<entity::UserId, std::shared_ptr<Poll>>;

  std::shared_ptr<Poll> park(net::Exchange exchange, ClassicCaller caller);

  const std::vector<net::Shard*> shards_;
  push::Hub& hub_;
  logic::Messages& messages_;
  const std::string common_headers_;
  ClassicTurns turns_;
  std::vector<Table> tables_;  ///< one for each shard: its parked polls
};

}  // namespace keepline::api
