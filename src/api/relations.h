#pragma once

#include <vector>

#include "base/json_writer.h"
#include "entity/relation.h"
#include "net/response.h"
#include "push/hub.h"

namespace keepline::api {

/// {"user","state","online"?}: as the event `relation` says it, with presence where it is shown,
/// which is between friends.
void write_relation(base::JsonWriter& json, const entity::Relation& relation,
                    const push::ShardHub& hub);

void write_relations(base::JsonWriter& json, const std::vector<entity::Relation>& relations,
                     const push::ShardHub& hub);

net::Response relation_answer(const entity::Relation& relation, const push::ShardHub& hub);

}  // namespace keepline::api
