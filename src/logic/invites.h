#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "entity/room.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

/// A conversation has at most this many invitations; the old ones are to be revoked first.
inline constexpr std::size_t kInvitesMax = 100;
inline constexpr std::chrono::seconds kInviteLastsMin{60};
inline constexpr std::chrono::seconds kInviteLastsMax{std::chrono::days(365)};
inline constexpr std::int64_t kInviteUsesMax = 10'000;

/// How far an invitation goes; what is absent has no end.
struct InviteWish {
  std::optional<std::chrono::seconds> expires_in;
  std::optional<std::int64_t> max_uses;
};

/// An invitation with its code, which is shown this once.
struct NewInvite {
  entity::Invite invite;
  std::string code;
};

/// Where an invitation leads, for somebody who has its code.
struct InviteView {
  entity::ConversationKind kind = entity::ConversationKind::kRoom;
  entity::Room room;
};

/// Codes that let their bearers into a group or room. One that has expired, was revoked or is used
/// up answers as one that never was. Thread-safe; answers resume on the caller's executor.
class Invites {
 public:
  Invites(data::StoreThreads& stores, const base::Clock& clock, base::Random& random)
      : stores_(stores), clock_(clock), random_(random) {}

  /// Errors: kConflict - there are kInvitesMax.
  awaitable<Result<NewInvite>> create(Actor actor, ConversationId id, InviteWish wish);
  /// The newest first, at most kInvitesMax.
  awaitable<Result<std::vector<entity::Invite>>> list(Actor actor, ConversationId id);
  awaitable<Status> revoke(Actor actor, ConversationId id, InviteId invite);

  awaitable<Result<InviteView>> look(Actor actor, std::string code);
  /// Joins, and counts as one use for each person. Errors: kConflict - the group is full;
  /// kNotAllowed - who was banned.
  awaitable<Result<entity::ConversationView>> use(Actor actor, std::string code);

 private:
  data::StoreThreads& stores_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace keepline::logic
