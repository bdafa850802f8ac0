#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "entity/room.h"
#include "logic/actor.h"
#include "logic/conversations.h"
#include "logic/rooms.h"

namespace keepline::logic {

/// What is to change of a member; what is absent stays.
struct MemberPatch {
  std::optional<entity::Role> role;
  std::optional<bool> silenced;
  std::optional<std::chrono::seconds> silenced_for;  ///< of silenced; absent: for ever
};

/// Someone who may not come in, with the profile that others see.
struct BanView {
  entity::Ban ban;
  entity::User user;
};

/// Who is in groups and rooms: coming in, leaving, and what admins and owners do to others.
/// Whatever is so already is done, and told once. Thread-safe; answers resume on the caller's
/// executor.
class Memberships {
 public:
  explicit Memberships(data::StoreThreads& stores) : stores_(stores) {}

  /// Joins an open room. Errors: kNotAllowed - who was banned, and where it is archived.
  awaitable<Result<entity::ConversationView>> join(Actor actor, ConversationId id);
  /// Errors: kConflict - the last owner, while others are there.
  awaitable<Status> leave(Actor actor, ConversationId id);
  /// Adds all of them or none. Returns them as they then are. Errors: kNotFound - one of them is
  /// nobody; kNotAllowed - one of them does not take it from the actor, or was banned; kConflict -
  /// a group would have too many.
  awaitable<Result<std::vector<MemberView>>> add(Actor actor, ConversationId id, People people);
  /// Errors: kNotFound - is no member; kConflict - the last owner steps down.
  awaitable<Result<MemberView>> update(Actor actor, ConversationId id, UserId user,
                                       MemberPatch patch);
  awaitable<Status> remove(Actor actor, ConversationId id, UserId user);

  awaitable<Result<std::vector<BanView>>> bans(Actor actor, ConversationId id, UserId after,
                                               std::size_t limit);
  /// Removes them where they are a member, and keeps them out.
  awaitable<Status> ban(Actor actor, ConversationId id, UserId user);
  awaitable<Status> unban(Actor actor, ConversationId id, UserId user);

 private:
  data::StoreThreads& stores_;
};

}  // namespace keepline::logic
