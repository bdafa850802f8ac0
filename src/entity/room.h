#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "entity/conversation.h"

// Who may come into a room, and how it is found.
namespace keepline::entity {

/// An open room, as whoever looks for one is shown it.
struct Room {
  ConversationId id;
  std::string title;
  std::string topic;
  std::int64_t color = 0;
  std::int64_t member_count = 0;
  bool joined = false;  ///< the one who looks is a member
};

/// A place in the list of open rooms, which is by title_key, then id.
struct RoomKey {
  std::string title_key;
  ConversationId id;
};

struct RoomPage {
  std::vector<Room> rooms;
  std::optional<RoomKey> next;  ///< where to go on from; nothing: there are no more
};

/// Someone who may not come in.
struct Ban {
  ConversationId conversation;
  UserId user;
  UserId by;
  Time at{};
};

/// A code that lets its bearers join. The code itself is nowhere: the store has its SHA-256.
struct Invite {
  InviteId id;
  ConversationId conversation;
  UserId created_by;
  Time created_at{};
  std::optional<Time> expires_at;
  std::optional<std::int64_t> max_uses;
  std::int64_t uses = 0;  ///< people who came by it, each counted once
};

}  // namespace keepline::entity
