#pragma once

#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/memberships.h"

// The rules behind class Memberships; its comments are their promises.
namespace keepline::logic {

base::Result<entity::ConversationView> join_room(data::Transaction& tx, Actor actor,
                                                 ConversationId id);
base::Status leave_conversation(data::Transaction& tx, Actor actor, ConversationId id);
base::Result<std::vector<MemberView>> add_members(data::Transaction& tx, Actor actor,
                                                  ConversationId id, const People& people);
base::Result<MemberView> update_member(data::Transaction& tx, Actor actor, ConversationId id,
                                       UserId user, const MemberPatch& patch);
base::Status remove_member(data::Transaction& tx, Actor actor, ConversationId id, UserId user);

base::Result<std::vector<BanView>> list_bans(data::Reader& reader, Actor actor, ConversationId id,
                                             UserId after, std::size_t limit);
base::Status ban_user(data::Transaction& tx, Actor actor, ConversationId id, UserId user);
base::Status unban_user(data::Transaction& tx, Actor actor, ConversationId id, UserId user);

}  // namespace keepline::logic
