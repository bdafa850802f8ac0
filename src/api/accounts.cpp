#include <chrono>

#include "api/address.h"
#include "api/authenticate.h"
#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "entity/json.h"
#include "entity/validate.h"

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;

logic::SignInFrom origin_of(const Context& context, entity::SessionKind kind) {
  constexpr std::size_t kAgentBytesMax = 200;
  std::string_view agent = context.request.header("user-agent");
  agent = agent.substr(0, kAgentBytesMax);
  // Headers may hold any byte; what is shown later in JSON may not.
  std::string clean;
  for (const char c : agent) {
    clean.push_back(c >= ' ' && c < 0x7f ? c : '?');
  }
  return {kind, std::move(clean), address_text(context.client)};
}

/// {"user","token"?}
net::Response signed_in_answer(int status, const entity::User& user, const std::string* token) {
  base::JsonWriter json;
  json.begin_object().key("user");
  write_own_json(json, user);
  if (token != nullptr) {
    json.field("token", std::string_view(*token));
  }
  json.end_object();
  return json_answer(status, std::move(json));
}

void set_device(net::Response& response, const Context& context, std::string_view device) {
  response.headers.emplace_back("Set-Cookie", device_cookie(device, context.https));
}

void set_cookies(net::Response& response, const Context& context,
                 const logic::SignedIn& signed_in) {
  set_device(response, context, signed_in.device);
  response.headers.emplace_back(
      "Set-Cookie",
      session_cookie(signed_in.token, std::chrono::seconds(logic::Accounts::kSessionLasts),
                     context.https));
}

/// What a sign-in counts by if it fails.
struct Attempt {
  Limit limit = Limit::kSignInAccount;
  std::string key;
};

/// By the account's name; or, from a browser that signed in to it before, by both: who guesses
/// elsewhere must not shut the owner out.
boost::asio::awaitable<base::Result<Attempt>> attempt_of(const Context& context,
                                                         const std::string& name) {
  Attempt attempt{Limit::kSignInAccount, entity::name_key(name)};
  const std::string device(read_device(context.request));
  if (device.empty()) {
    co_return attempt;
  }
  const auto known = co_await context.services.accounts.knows_device(name, device);
  if (!known) {
    co_return known.error();
  }
  if (*known) {
    attempt.limit = Limit::kSignInDevice;
    attempt.key.append(" ").append(device);
  }
  co_return attempt;
}

/// The browser forgets the session it had, so nobody should be able to use it any more.
boost::asio::awaitable<base::Status> end_replaced_session(const Context& context) {
  if (!context.by_cookie || context.actor.anonymous()) {
    co_return base::ok();
  }
  auto ended = co_await context.services.accounts.sign_out(context.actor);
  context.sessions.forget(context.actor.session);
  if (!ended && ended.error().code == Errc::kSignInRequired) {
    co_return base::ok();  // it is over already
  }
  co_return ended;
}

net::Response own_user_answer(const base::Result<entity::User>& user) {
  if (!user) {
    return problem(user.error());
  }
  base::JsonWriter json;
  write_own_json(json, *user);
  return json_answer(200, std::move(json));
}

net::Response settings_answer(const base::Result<entity::Settings>& settings) {
  if (!settings) {
    return problem(settings.error());
  }
  base::JsonWriter json;
  write_json(json, *settings);
  return json_answer(200, std::move(json));
}

/// What is called `text`, if that was given; `names` are those there are. Errors: kBadValue.
template <class T>
base::Result<std::optional<T>> choice(const std::optional<std::string>& text,
                                      std::optional<T> (*named)(std::string_view),
                                      std::string_view field, std::string_view names) {
  if (!text) {
    return std::optional<T>();
  }
  if (const auto value = named(*text)) {
    return value;
  }
  std::string rule(field);
  rule.append(" must be ").append(names).append(".");
  return Error(Errc::kBadValue, std::move(rule), std::string(field));
}

}  // namespace

Answer register_user(Context& context) {
  FieldReader in(context.request.body);
  logic::Registration wish;
  wish.name = in.text("name");
  wish.password = in.text("password");
  wish.display_name = in.optional_text("display_name");
  wish.sex = in.optional_text("sex");
  wish.age = in.optional_number("age");
  wish.email = in.optional_text("email");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const std::string password = wish.password;
  const auto user = co_await context.services.accounts.register_user(std::move(wish));
  if (!user) {
    co_return problem(user.error());
  }
  auto from = origin_of(context, entity::SessionKind::kCookie);
  const auto signed_in =
      co_await context.services.accounts.sign_in(user->name, password, std::move(from));
  net::Response response = signed_in_answer(201, *user, nullptr);
  // The account is there either way. Without the cookie the client signs in by itself.
  if (signed_in) {
    const auto ended = co_await end_replaced_session(context);
    if (ended) {
      set_cookies(response, context, *signed_in);
    }
  }
  co_return response;
}

Answer sign_in(Context& context) {
  FieldReader in(context.request.body);
  std::string name = in.text("name");
  std::string password = in.text("password");
  const bool bearer = in.optional_flag("bearer").value_or(false);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  // Taken before the answer is known, so that guesses sent all at once count too; and given back
  // when it was no guess. Unknown names count like known ones.
  Limits& limits = context.services.limits;
  if (const auto allowed = limits.take(Limit::kSignInAddress, context.client); !allowed) {
    co_return problem(allowed.error());
  }
  const auto attempt = co_await attempt_of(context, name);
  if (!attempt) {
    limits.give_back(Limit::kSignInAddress, context.client);
    co_return problem(attempt.error());
  }
  if (const auto allowed = limits.take(attempt->limit, attempt->key); !allowed) {
    limits.give_back(Limit::kSignInAddress, context.client);
    co_return problem(allowed.error());
  }
  auto from =
      origin_of(context, bearer ? entity::SessionKind::kBearer : entity::SessionKind::kCookie);
  const auto signed_in = co_await context.services.accounts.sign_in(
      std::move(name), std::move(password), std::move(from));
  if (signed_in || signed_in.error().code != Errc::kWrongCredentials) {
    limits.give_back(Limit::kSignInAddress, context.client);
    limits.give_back(attempt->limit, attempt->key);
  }
  if (!signed_in) {
    co_return problem(signed_in.error());
  }
  if (bearer) {
    co_return signed_in_answer(200, signed_in->user, &signed_in->token);
  }
  const auto ended = co_await end_replaced_session(context);
  if (!ended) {
    co_return problem(ended.error());
  }
  net::Response response = signed_in_answer(200, signed_in->user, nullptr);
  set_cookies(response, context, *signed_in);
  co_return response;
}

Answer sign_out(Context& context) {
  const auto ended = co_await context.services.accounts.sign_out(context.actor);
  if (!ended) {
    co_return problem(ended.error());
  }
  context.sessions.forget(context.actor.session);
  net::Response response = done_answer();
  if (context.by_cookie) {
    response.headers.emplace_back("Set-Cookie",
                                  session_cookie("", std::chrono::seconds(0), context.https));
  }
  co_return response;
}

Answer get_me(Context& context) {
  const auto user = co_await context.services.accounts.me(context.actor);
  co_return own_user_answer(user);
}

Answer update_me(Context& context) {
  FieldReader in(context.request.body);
  logic::ProfilePatch patch;
  patch.display_name = in.optional_text("display_name");
  patch.sex = in.nullable_text("sex");
  patch.age = in.nullable_number("age");
  patch.email = in.nullable_text("email");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto user = co_await context.services.accounts.update_me(context.actor, std::move(patch));
  co_return own_user_answer(user);
}

Answer change_password(Context& context) {
  FieldReader in(context.request.body);
  std::string old_password = in.text("old_password");
  std::string new_password = in.text("new_password");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  // A stolen session must not be a way to guess the password.
  Limits& limits = context.services.limits;
  const std::string account = "id " + std::to_string(context.actor.user.value);
  if (const auto allowed = limits.take(Limit::kSignInAccount, account); !allowed) {
    co_return problem(allowed.error());
  }
  const auto changed = co_await context.services.accounts.change_password(
      context.actor, std::move(old_password), std::move(new_password));
  if (changed || changed.error().code != Errc::kWrongCredentials) {
    limits.give_back(Limit::kSignInAccount, account);
  }
  if (!changed) {
    co_return problem(changed.error());
  }
  net::Response response = done_answer();
  if (context.by_cookie) {
    set_device(response, context, *changed);
  }
  co_return response;
}

Answer get_settings(Context& context) {
  const auto settings = co_await context.services.accounts.settings(context.actor);
  co_return settings_answer(settings);
}

Answer update_settings(Context& context) {
  FieldReader in(context.request.body);
  const auto direct_from = in.optional_text("direct_from");
  const auto requests_from = in.optional_text("requests_from");
  const auto presence = in.optional_text("presence");
  logic::SettingsPatch patch;
  patch.receipts = in.optional_flag("receipts");
  patch.typing = in.optional_flag("typing");
  patch.last_seen = in.optional_flag("last_seen");
  patch.language = in.optional_text("language");
  patch.theme = in.optional_text("theme");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto direct =
      choice(direct_from, entity::direct_from_named, "direct_from", "everyone or friends");
  if (!direct) {
    co_return problem(direct.error());
  }
  const auto requests =
      choice(requests_from, entity::requests_from_named, "requests_from", "everyone or nobody");
  if (!requests) {
    co_return problem(requests.error());
  }
  const auto shown =
      choice(presence, entity::presence_choice_named, "presence", "automatic, busy or invisible");
  if (!shown) {
    co_return problem(shown.error());
  }
  patch.direct_from = *direct;
  patch.requests_from = *requests;
  patch.presence = *shown;
  const auto settings =
      co_await context.services.accounts.update_settings(context.actor, std::move(patch));
  co_return settings_answer(settings);
}

}  // namespace keepline::api
