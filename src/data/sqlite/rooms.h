#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// How rooms are found and who may come in, over `conversation`, `ban`, `invite` and `invite_use`.
/// The connection outlives this.
class Rooms {
 public:
  explicit Rooms(Db& db) : db_(db) {}

  Result<entity::RoomPage> rooms(UserId user, std::string_view key, const entity::RoomKey& after,
                                 std::size_t limit);
  Result<entity::Room> room(UserId user, ConversationId id);
  Result<entity::Ban> ban(ConversationId conversation, UserId user);
  Result<std::vector<entity::Ban>> bans(ConversationId conversation, UserId after,
                                        std::size_t limit);
  Result<entity::Invite> invite(const base::Sha256& code_hash);
  Result<std::vector<entity::Invite>> invites(ConversationId conversation,
                                              std::optional<InviteId> before, std::size_t limit);
  Result<bool> invite_used(InviteId invite, UserId user);

  Status add_ban(const entity::Ban& ban);
  Status remove_ban(ConversationId conversation, UserId user);
  Result<InviteId> add_invite(const NewInvite& invite);
  Status remove_invite(ConversationId conversation, InviteId invite);
  Status use_invite(InviteId invite, UserId user);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
