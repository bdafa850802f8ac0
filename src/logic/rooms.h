#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "entity/room.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

/// People, by number and by name.
struct People {
  std::vector<UserId> users;
  std::vector<std::string> names;
};

/// At most this many are brought in at once.
inline constexpr std::size_t kPeopleMax = 100;

/// A group or room that is to be.
struct NewRoom {
  entity::ConversationKind kind = entity::ConversationKind::kGroup;
  std::string title;
  std::string topic;
  std::int64_t color = 0;
  entity::Access access = entity::Access::kPrivate;
  entity::History history = entity::History::kJoined;
  People people;  ///< members from the start, besides whoever makes it
};

/// What is to change of one; what is absent stays.
struct RoomPatch {
  std::optional<std::string> title;
  std::optional<std::string> topic;
  std::optional<std::int64_t> color;
  std::optional<entity::Access> access;
  std::optional<entity::History> history;
  std::optional<bool> archived;
};

/// Groups and rooms: how they come to be, are found, change and end. Thread-safe; answers resume on
/// the caller's executor.
class Rooms {
 public:
  explicit Rooms(data::StoreThreads& stores) : stores_(stores) {}

  /// Errors: of a field; kNotFound - one of the people; kNotAllowed - one of them does not take it
  /// from the actor. Nothing is made then.
  awaitable<Result<entity::ConversationView>> create(Actor actor, NewRoom wish);
  /// Errors: of a field; kBadValue for what a group does not have.
  awaitable<Result<entity::ConversationView>> update(Actor actor, ConversationId id,
                                                     RoomPatch patch);
  /// Ends it for everybody. Errors: kBadValue - `title` is not its title.
  awaitable<Status> remove(Actor actor, ConversationId id, std::string title);

  /// Open rooms whose title holds `query`, by title.
  awaitable<Result<entity::RoomPage>> find(Actor actor, std::string query, entity::RoomKey after,
                                           std::size_t limit);
  awaitable<Result<entity::Room>> get(Actor actor, ConversationId id);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
