#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/member_views.h"
#include "api/respond.h"
#include "entity/json.h"

namespace keepline::api {
namespace {

entity::ConversationId conversation_of(const Context& context) {
  return entity::ConversationId(context.id);
}

}  // namespace

Answer create_invite(Context& context) {
  FieldReader in(context.request.body);
  logic::InviteWish wish;
  if (const auto seconds = in.optional_number("expires_in")) {
    // Beyond every limit is beyond it in seconds too.
    constexpr std::int64_t kTooLong = std::int64_t{1} << 40U;
    wish.expires_in = std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, kTooLong));
  }
  wish.max_uses = in.optional_number("max_uses");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto made =
      co_await context.services.invites.create(context.actor, conversation_of(context), wish);
  if (!made) {
    co_return problem(made.error());
  }
  base::JsonWriter json;
  write_json(json, made->invite, made->code);
  co_return json_answer(201, std::move(json));
}

Answer list_invites(Context& context) {
  const auto invites =
      co_await context.services.invites.list(context.actor, conversation_of(context));
  if (!invites) {
    co_return problem(invites.error());
  }
  base::JsonWriter json;
  json.begin_object().key("invites").begin_array();
  for (const entity::Invite& invite : *invites) {
    write_json(json, invite);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer revoke_invite(Context& context) {
  const auto done = co_await context.services.invites.revoke(
      context.actor, conversation_of(context), entity::InviteId(context.second));
  co_return done ? done_answer() : problem(done.error());
}

Answer get_invite(Context& context) {
  const auto view = co_await context.services.invites.look(context.actor, context.name);
  if (!view) {
    co_return problem(view.error());
  }
  base::JsonWriter json;
  json.begin_object().field("kind", conversation_kind_name(view->kind)).key("room");
  write_json(json, view->room);
  json.end_object();
  co_return json_answer(200, std::move(json));
}

Answer use_invite(Context& context) {
  const auto view = co_await context.services.invites.use(context.actor, context.name);
  co_return view_answer(view);
}

}  // namespace keepline::api
