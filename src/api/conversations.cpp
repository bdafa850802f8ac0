#include "api/decode.h"
#include "api/handlers.h"
#include "api/member_views.h"
#include "api/respond.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {
namespace {

constexpr std::int64_t kLimitMax = 200;

}  // namespace

Answer list_conversations(Context& context) {
  QueryReader in(context.request.query);
  const auto before = in.optional_number("before", 1, base::kIdMax);
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  std::optional<entity::EventId> position;
  if (before) {
    position = entity::EventId(*before);
  }
  const auto views = co_await context.services.conversations.list(context.actor, position, limit);
  if (!views) {
    co_return problem(views.error());
  }
  base::JsonWriter json;
  json.begin_object().key("conversations").begin_array();
  for (const entity::ConversationView& view : *views) {
    write_json(json, view);
  }
  // A full page may have been the last one; the next is then empty.
  json.end_array().field("more", views->size() == limit).end_object();
  co_return json_answer(200, std::move(json));
}

Answer open_direct(Context& context) {
  const auto view = co_await context.services.conversations.open_direct(context.actor,
                                                                        entity::UserId(context.id));
  co_return view_answer(view);
}

Answer get_conversation(Context& context) {
  const auto view = co_await context.services.conversations.get(context.actor,
                                                                entity::ConversationId(context.id));
  co_return view_answer(view);
}

Answer mark_read(Context& context) {
  FieldReader in(context.request.body);
  const std::int64_t seq = in.number("seq");
  const bool lower = in.optional_flag("lower").value_or(false);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto mark = co_await context.services.conversations.mark_read(
      context.actor, entity::ConversationId(context.id), seq, lower);
  if (!mark) {
    co_return problem(mark.error());
  }
  base::JsonWriter json;
  json.begin_object().field("seq", *mark).end_object();
  co_return json_answer(200, std::move(json));
}

Answer show_typing(Context& context) {
  const entity::ConversationId conversation(context.id);
  const auto allowed = co_await context.services.conversations.may_type(
      context.actor, conversation, context.services.clock.now());
  if (!allowed) {
    co_return problem(allowed.error());
  }
  context.hub.typing(context.actor.user, conversation);
  co_return done_answer();
}

}  // namespace keepline::api
