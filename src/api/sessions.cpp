#include <chrono>

#include "api/authenticate.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "entity/json.h"

namespace keepline::api {

Answer list_sessions(Context& context) {
  const auto sessions = co_await context.services.accounts.sessions(context.actor);
  if (!sessions) {
    co_return problem(sessions.error());
  }
  base::JsonWriter json;
  json.begin_object().key("sessions").begin_array();
  for (const entity::Session& session : *sessions) {
    write_json(json, session, session.id == context.actor.session);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer end_session(Context& context) {
  const entity::SessionId session(context.id);
  const auto ended = co_await context.services.accounts.end_session(context.actor, session);
  if (!ended) {
    co_return problem(ended.error());
  }
  context.sessions.forget(session);
  net::Response response = done_answer();
  if (context.by_cookie && session == context.actor.session) {
    response.headers.emplace_back("Set-Cookie",
                                  session_cookie("", std::chrono::seconds(0), context.https));
  }
  co_return response;
}

Answer end_other_sessions(Context& context) {
  const auto ended = co_await context.services.accounts.end_other_sessions(context.actor);
  co_return ended ? done_answer() : problem(ended.error());
}

}  // namespace keepline::api
