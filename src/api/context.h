#pragma once

#include <cstdint>
#include <string>

#include "api/authenticate.h"
#include "api/limits.h"
#include "api/pages.h"
#include "base/clock.h"
#include "logic/accounts.h"
#include "logic/conversations.h"
#include "logic/friends.h"
#include "logic/invites.h"
#include "logic/marks.h"
#include "logic/memberships.h"
#include "logic/messages.h"
#include "logic/rooms.h"
#include "logic/search.h"
#include "logic/snapshot.h"
#include "net/request.h"
#include "push/hub.h"

namespace keepline::api {

/// What the routes are built on. All of it outlives the Api.
struct Services {
  logic::Accounts& accounts;
  logic::Friends& friends;
  logic::Conversations& conversations;
  logic::Rooms& rooms;
  logic::Memberships& memberships;
  logic::Invites& invites;
  logic::Messages& messages;
  logic::Marks& marks;
  logic::Search& search;
  logic::Snapshots& snapshots;
  push::Hub& hub;
  Limits& limits;
  const base::Clock& clock;
  ServerInfo server;
};

/// One request on its way to its answer: what the front has found out before the route's handler
/// runs. Lives on one shard, as long as the request.
struct Context {
  const net::Request& request;
  const Services& services;
  push::ShardHub& hub;      ///< of this shard
  Authenticator& sessions;  ///< likewise
  net::AddressBytes client{};
  bool https = false;
  logic::Actor actor;
  bool by_cookie = false;   ///< the actor's session came as a cookie
  std::int64_t id = 0;      ///< the number in the path, where the pattern has one
  std::int64_t second = 0;  ///< the one after it, likewise
  std::string name;         ///< the name in the path, likewise
};

}  // namespace keepline::api
