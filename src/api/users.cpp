#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "entity/json.h"
#include "entity/validate.h"

namespace keepline::api {

Answer find_users(Context& context) {
  constexpr std::int64_t kLimitMax = 50;
  constexpr std::size_t kQueryBytesMax = entity::kDisplayNameMax * 4;
  QueryReader in(context.request.query);
  std::string query = in.text("q", kQueryBytesMax);
  std::string after = in.optional_text("after", kQueryBytesMax).value_or(std::string());
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(20));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto users = co_await context.services.accounts.find_users(context.actor, std::move(query),
                                                                   std::move(after), limit);
  if (!users) {
    co_return problem(users.error());
  }
  base::JsonWriter json;
  json.begin_object().key("users").begin_array();
  for (const entity::User& user : *users) {
    write_json(json, user);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer get_user(Context& context) {
  const auto user =
      co_await context.services.accounts.user(context.actor, entity::UserId(context.id));
  if (!user) {
    co_return problem(user.error());
  }
  base::JsonWriter json;
  write_json(json, *user);
  co_return json_answer(200, std::move(json));
}

Answer check_name(Context& context) {
  const auto free = co_await context.services.accounts.name_free(context.name);
  if (!free) {
    co_return problem(free.error());
  }
  base::JsonWriter json;
  json.begin_object().field("name", std::string_view(context.name));
  json.field("free", *free).end_object();
  co_return json_answer(200, std::move(json));
}

}  // namespace keepline::api
