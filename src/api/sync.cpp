#include "api/handlers.h"
#include "api/relations.h"
#include "api/respond.h"
#include "entity/cursor.h"
#include "entity/json.h"

namespace keepline::api {

Answer sync(Context& context) {
  // The signal number is read before everything that signals may change, so that what changes
  // meanwhile is told again by the stream, and never skipped.
  entity::Cursor cursor = context.hub.cursor_at(entity::EventId());
  const auto snapshot = co_await context.services.snapshots.load(context.actor);
  if (!snapshot) {
    co_return problem(snapshot.error());
  }
  cursor.epoch = snapshot->position.epoch;
  cursor.event = snapshot->position.head;

  base::JsonWriter json;
  json.begin_object().field("cursor", std::string_view(encode(cursor)));
  json.key("me");
  write_own_json(json, snapshot->me);
  json.key("settings");
  write_json(json, snapshot->settings);
  json.key("relations");
  write_relations(json, snapshot->relations, context.hub);
  json.key("conversations").begin_array();
  for (const entity::ConversationView& view : snapshot->conversations) {
    write_json(json, view);
  }
  json.end_array();
  json.field("more_conversations", snapshot->more_conversations).end_object();
  co_return json_answer(200, std::move(json));
}

}  // namespace keepline::api
