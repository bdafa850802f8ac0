#include "api/handlers.h"
#include "api/relations.h"
#include "api/respond.h"
#include "entity/json.h"

namespace keepline::api {

Answer list_friends(Context& context) {
  const auto relations = co_await context.services.friends.list(context.actor);
  if (!relations) {
    co_return problem(relations.error());
  }
  base::JsonWriter json;
  json.begin_object().key("relations");
  write_relations(json, *relations, context.hub);
  json.end_object();
  co_return json_answer(200, std::move(json));
}

Answer request_friend(Context& context) {
  const auto relation =
      co_await context.services.friends.request(context.actor, entity::UserId(context.id));
  co_return relation ? relation_answer(*relation, context.hub) : problem(relation.error());
}

Answer remove_friend(Context& context) {
  const auto removed =
      co_await context.services.friends.remove(context.actor, entity::UserId(context.id));
  co_return removed ? done_answer() : problem(removed.error());
}

Answer block_user(Context& context) {
  const auto relation =
      co_await context.services.friends.block(context.actor, entity::UserId(context.id));
  co_return relation ? relation_answer(*relation, context.hub) : problem(relation.error());
}

Answer unblock_user(Context& context) {
  const auto unblocked =
      co_await context.services.friends.unblock(context.actor, entity::UserId(context.id));
  co_return unblocked ? done_answer() : problem(unblocked.error());
}

}  // namespace keepline::api
