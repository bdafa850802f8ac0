#include "api/server.h"

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;
using net::Method;

bool is_safe(Method method) { return method == Method::kGet || method == Method::kHead; }

net::Response method_problem(std::string allowed, Method method) {
  net::Response response =
      method == Method::kOptions ? done_answer() : problem(Error(Errc::kMethodNotAllowed));
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

net::Admission refusal(net::Response response) { return {0, std::move(response)}; }

/// A request's mark is its route's place in the table, from 1: it is looked up once.
std::uint32_t mark_of(const Route& route) {
  return static_cast<std::uint32_t>(&route - route_table().data()) + 1;
}

}  // namespace

/// What belongs to one shard, and is touched there only.
struct Api::OnShard {
  OnShard(Services& services, push::ShardHub& shard_hub)
      : hub(shard_hub), authenticator(services.accounts, services.limits, services.clock) {
    hub.on_session_ended([this](UserId user, SessionId session, EventId at) {
      authenticator.ended(user, session, at);
    });
  }

  push::ShardHub& hub;
  Authenticator authenticator;
};

Api::Api(Services services, ApiOptions options, std::size_t shards,
         std::span<const EmbeddedAsset> assets, std::vector<Door*> doors)
    : services_(std::move(services)),
      options_(std::move(options)),
      origins_(options_.names, options_.public_urls, options_.trusted_proxies),
      pages_(assets, services_.server),
      doors_(std::move(doors)) {
  for (std::size_t index = 0; index < shards; ++index) {
    shards_.push_back(std::make_unique<OnShard>(services_, services_.hub.shard(index)));
  }
}

Api::~Api() = default;

Door* Api::door_of(std::string_view path) const {
  for (Door* const door : doors_) {
    if (door->owns(path)) {
      return door;
    }
  }
  return nullptr;
}

net::Admission Api::admit(const net::Request& head) {
  // Probes ask by whatever name they know.
  if (head.path != "/healthz") {
    if (const auto host = origins_.check_host(head); !host) {
      return refusal(problem(host.error()));
    }
  }
  if (Door* const door = door_of(head.path)) {
    return door->admit(head);
  }
  const Match match = find_route(head.method, head.path);
  if (match.route != nullptr) {
    if (match.route->body_max > 0 && !is_json(head)) {
      return refusal(problem(Error(Errc::kWrongType)));
    }
    return {match.route->body_max, std::nullopt, mark_of(*match.route)};
  }
  if (match.path_known) {
    return refusal(method_problem(allowed_methods(head.path), head.method));
  }
  if (pages_.has(head)) {
    if (!is_safe(head.method)) {
      return refusal(method_problem("GET, HEAD, OPTIONS", head.method));
    }
    return {};
  }
  return refusal(problem(Error(Errc::kNotFound)));
}

void Api::handle(net::Exchange exchange) {
  const net::Request& request = exchange.request();
  if (request.mark == 0) {
    if (Door* const door = door_of(request.path)) {
      door->handle(std::move(exchange));
    } else {
      net::Response response = pages_.answer(request);
      std::move(exchange).answer(std::move(response));
    }
    return;
  }
  const Match match = match_again(route_table()[request.mark - 1], request.path);
  if (match.route->handler.later == nullptr) {
    // The road of every waiting client: no coroutine, where the session is remembered.
    Context context = context_of(exchange, match);
    std::string_view stranger;
    base::Status allowed = recognise(context, *match.route, stranger);
    if (!allowed || stranger.empty()) {
      if (allowed) {
        allowed = allow(context, *match.route);
      }
      answer_now(context, *match.route, std::move(allowed), std::move(exchange));
      return;
    }
  }
  const auto executor = exchange.shard().executor();
  boost::asio::co_spawn(executor, serve(std::move(exchange), match),
                        [](const std::exception_ptr& broken) {
                          // A bug comes this far: the shard's loop ends the process.
                          if (broken) {
                            std::rethrow_exception(broken);
                          }
                        });
}

net::Response Api::refuse(const Error& error) {
  net::Response response = problem(error);
  response.close = true;
  return response;
}

Context Api::context_of(const net::Exchange& exchange, const Match& match) {
  const net::Request& request = exchange.request();
  OnShard& here = *shards_.at(exchange.shard().index());
  return {request,
          services_,
          here.hub,
          here.authenticator,
          client_address(request, origins_.trusted_proxies()),
          origins_.is_https(request),
          {},
          false,
          match.id,
          match.second,
          std::string(match.name)};
}

boost::asio::awaitable<void> Api::serve(net::Exchange exchange, Match match) {
  Context context = context_of(exchange, match);
  const Route& route = *match.route;
  std::string_view stranger;
  base::Status allowed = recognise(context, route, stranger);
  if (allowed && !stranger.empty()) {
    const auto actor = co_await context.sessions.find(std::string(stranger), context.client);
    if (actor) {
      context.actor = *actor;
    } else {
      context.by_cookie = false;
      if (route.needs_session() || actor.error().code != Errc::kSignInRequired) {
        allowed = actor.error();
      }
    }
  }
  if (allowed) {
    allowed = allow(context, route);
  }
  if (!allowed || route.handler.later == nullptr) {
    answer_now(context, route, std::move(allowed), std::move(exchange));
    co_return;
  }
  net::Response response = co_await route.handler.later(context);
  renew_cookie(context, response);
  std::move(exchange).answer(std::move(response));
}

void Api::answer_now(Context& context, const Route& route, base::Status allowed,
                     net::Exchange exchange) {
  if (!allowed) {
    std::move(exchange).answer(problem(allowed.error()));
  } else if (route.is_stream()) {
    follow(context, std::move(exchange));
  } else {
    net::Response response = route.handler.now(context);
    renew_cookie(context, response);
    std::move(exchange).answer(std::move(response));
  }
}

void Api::renew_cookie(const Context& context, net::Response& response) {
  if (!context.by_cookie) {
    return;
  }
  const auto credentials = read_credentials(context.request, context.https);
  if (context.sessions.cookie_due(credentials->token)) {
    response.headers.emplace_back(
        "Set-Cookie",
        session_cookie(credentials->token, std::chrono::seconds(logic::Accounts::kSessionLasts),
                       context.https));
  }
}

base::Status Api::recognise(Context& context, const Route& route, std::string_view& stranger) {
  const auto credentials = read_credentials(context.request, context.https);
  if (!credentials) {
    return credentials.error();
  }
  context.by_cookie = credentials->cookie;
  // A browser adds the cookie to whatever a page asks for; a bearer token only the page's own
  // script can add.
  const bool by_token = !credentials->cookie && !credentials->token.empty();
  if (!is_safe(route.method) && !by_token) {
    if (auto origin = origins_.check_origin(context.request, credentials->cookie); !origin) {
      return origin;
    }
  }
  if (!credentials->token.empty()) {
    if (const auto actor = context.sessions.known(credentials->token)) {
      context.actor = *actor;
    } else {
      stranger = credentials->token;
    }
  }
  return base::ok();
}

base::Status Api::allow(const Context& context, const Route& route) {
  if (context.actor.anonymous()) {
    if (route.needs_session()) {
      return Error(Errc::kSignInRequired);
    }
    auto allowed = services_.limits.take(Limit::kAddress, context.client);
    if (allowed && route.limit != Limit::kUser) {
      allowed = services_.limits.take(route.limit, context.client);
    }
    return allowed;
  }
  if (route.is_stream()) {
    return base::ok();  // follow() looks at its own claim and limit.
  }
  if (route.needs_session() && context.request.has_header("keepline-user")) {
    auto same = check_user(context.request.header("keepline-user"), context.actor.user);
    if (!same) {
      return same;
    }
  }
  return route.limit == Limit::kRegister ? services_.limits.take(route.limit, context.client)
                                         : services_.limits.take(route.limit, context.actor.user);
}

void Api::follow(const Context& context, net::Exchange exchange) {
  const net::Request& request = context.request;
  const logic::Actor actor = context.actor;
  const auto refuse = [&exchange](const Error& error) {
    net::Response response = problem(error);
    // RFC 6455 section 4.4.
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
    std::move(exchange).answer(std::move(response));
  };
  auto carrier = read_carrier(request);
  if (!carrier) {
    return refuse(carrier.error());
  }
  const auto answer_error = [&exchange](const Error& error) {
    std::move(exchange).answer(problem(error));
  };
  if (*carrier && (*carrier)->framing == net::Framing::kWebsocket) {
    // No rule of browsers keeps a page of another origin from opening one with our cookie.
    const auto origin = origins_.check_origin(request, context.by_cookie);
    if (!origin) {
      return answer_error(origin.error());
    }
  }
  if (const auto allowed = services_.limits.take(Limit::kPoll, actor.user); !allowed) {
    return answer_error(allowed.error());
  }
  if (request.has_header("keepline-user")) {
    const auto same = check_user(request.header("keepline-user"), actor.user);
    if (!same) {
      return answer_error(same.error());
    }
  }
  auto asked = read_events(request, actor);
  if (!asked) {
    return answer_error(asked.error());
  }
  if (*carrier) {
    context.hub.stream(std::move(*asked), std::move(**carrier), std::move(exchange));
  } else {
    context.hub.poll(std::move(*asked), std::move(exchange));
  }
}

}  // namespace keepline::api
