#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"

// The steps by which memberships begin and end: each is an event and what it says, in one. Who may
// is asked before.
namespace keepline::logic {

/// Records that `user` joined, by the hand of `actor`, and makes them a member from there on.
/// Errors: kConflict - a group is full.
base::Status join(data::Transaction& tx, ConversationId conversation, UserId actor, UserId user,
                  entity::Role role = entity::Role::kMember);

/// Records that the member left, and ends their span with that. With its last member a conversation
/// ends too.
base::Status part(data::Transaction& tx, const entity::Member& member, UserId actor,
                  entity::Parting why);

/// Whether the member is its only owner while there are others.
base::Result<bool> is_needed(data::Reader& reader, const entity::Member& member);

}  // namespace keepline::logic
