#include "api/relations.h"

#include "api/respond.h"
#include "entity/json.h"

namespace keepline::api {

void write_relation(base::JsonWriter& json, const entity::Relation& relation,
                    const push::ShardHub& hub) {
  json.begin_object().key("user");
  write_json(json, relation.peer);
  json.field("state", relation_name(relation.state));
  if (relation.state == entity::RelationState::kFriends) {
    const push::Presence presence = hub.presence(relation.peer.id);
    json.field("online", presence.online);
    if (presence.busy) {
      json.field("busy", true);
    }
  }
  json.end_object();
}

void write_relations(base::JsonWriter& json, const std::vector<entity::Relation>& relations,
                     const push::ShardHub& hub) {
  json.begin_array();
  for (const entity::Relation& relation : relations) {
    write_relation(json, relation, hub);
  }
  json.end_array();
}

net::Response relation_answer(const entity::Relation& relation, const push::ShardHub& hub) {
  base::JsonWriter json;
  write_relation(json, relation, hub);
  return json_answer(200, std::move(json));
}

}  // namespace keepline::api
