#pragma once

#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/invites.h"

// The rules behind class Invites; its comments are their promises.
namespace keepline::logic {

base::Result<entity::Invite> create_invite(data::Transaction& tx, Actor actor, ConversationId id,
                                           const InviteWish& wish, const base::Sha256& code_hash);
base::Result<std::vector<entity::Invite>> list_invites(data::Reader& reader, Actor actor,
                                                       ConversationId id);
base::Status revoke_invite(data::Transaction& tx, Actor actor, ConversationId id, InviteId invite);

base::Result<InviteView> look_at_invite(data::Reader& reader, Actor actor,
                                        const base::Sha256& code_hash, entity::Time now);
base::Result<entity::ConversationView> use_invite(data::Transaction& tx, Actor actor,
                                                  const base::Sha256& code_hash);

}  // namespace keepline::logic
