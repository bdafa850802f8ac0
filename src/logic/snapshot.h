#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "entity/relation.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using boost::asio::awaitable;

/// Everything a client's first screen needs, and the position in the log at which it is true.
/// Loading it and applying the events after `position.head` gives what a later load would.
struct Snapshot {
  data::LogPosition position;
  entity::User me;
  entity::Settings settings;
  std::vector<entity::Relation> relations;
  std::vector<entity::ConversationView> conversations;  ///< the newest `kConversationsMax`
  bool more_conversations = false;
};

class Snapshots {
 public:
  explicit Snapshots(data::StoreThreads& stores);
  static constexpr std::size_t kConversationsMax = 200;
  awaitable<Result<Snapshot>> load(Actor actor);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
