#pragma once

#include "entity/user.h"

namespace keepline::logic {

using entity::ConversationId;
using entity::EventId;
using entity::InviteId;
using entity::SessionId;
using entity::UserId;

/// Who asks: a signed-in user in one of their sessions, or nobody.
struct Actor {
  UserId user;        ///< none: anonymous
  SessionId session;  ///< none: the classic endpoint, which signs in with every request

  bool anonymous() const { return !user; }
};

}  // namespace keepline::logic
