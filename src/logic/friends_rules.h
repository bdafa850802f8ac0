#pragma once

#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "entity/relation.h"
#include "logic/actor.h"

// The state machine of entity/relation.h. Each change writes both rows and one event in the own
// stream of each side whose state changed. The promises are those of class Friends.
namespace keepline::logic {

base::Result<std::vector<entity::Relation>> list_relations(data::Reader& reader, Actor actor);

base::Result<entity::Relation> request_friend(data::Transaction& tx, Actor actor, UserId peer);
base::Status remove_friend(data::Transaction& tx, Actor actor, UserId peer);
base::Result<entity::Relation> block_user(data::Transaction& tx, Actor actor, UserId peer);
base::Status unblock_user(data::Transaction& tx, Actor actor, UserId peer);

/// Friends at once, whatever stood between them.
base::Status befriend(data::Transaction& tx, UserId a, UserId b);

}  // namespace keepline::logic
