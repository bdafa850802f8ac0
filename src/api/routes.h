#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/limits.h"
#include "logic/permission.h"
#include "net/request.h"
#include "net/response.h"

namespace keepline::api {

/// What answers a route: at once, or after the store has been asked. Neither: push does.
struct Handler {
  using Now = net::Response (*)(Context&);
  using Later = boost::asio::awaitable<net::Response> (*)(Context&);

  constexpr Handler() = default;
  constexpr Handler(Now function) : now(function) {}      // NOLINT(google-explicit-constructor)
  constexpr Handler(Later function) : later(function) {}  // NOLINT(google-explicit-constructor)

  Now now = nullptr;
  Later later = nullptr;
};

/// One thing that can be asked for. Whether it needs a session is its action's row in
/// logic/permission.h; whether it needs a page of the same origin is its method (everything but
/// GET).
struct Route {
  net::Method method = net::Method::kGet;
  std::string_view pattern;  ///< "{name}" stands for any segment, every other "{...}" for a number
  logic::Action action = logic::Action::kReadPublic;
  Handler handler;           ///< empty for the stream of events, which push answers
  std::size_t body_max = 0;  ///< bytes; more than 0: the body is JSON
  Limit limit = Limit::kUser;

  bool is_stream() const { return handler.now == nullptr && handler.later == nullptr; }
  bool needs_session() const { return logic::action_row(action).who != logic::Who::kAnyone; }
};

/// Every route, in the order of docs/permissions.md.
std::span<const Route> route_table();

/// The table for people and tests: one line "METHOD pattern action" for each route.
std::string print_routes();

/// What a path and a method lead to.
struct Match {
  const Route* route = nullptr;  ///< null: no route for this method
  bool path_known = false;       ///< some method has a route
  std::int64_t id = 0;           ///< the first number in the path
  std::int64_t second = 0;       ///< the one after it
  std::string_view name;         ///< a view into the path
};

/// HEAD is asked as GET.
Match find_route(net::Method method, std::string_view path);
/// The same match anew, for a path that led to `route` before.
Match match_again(const Route& route, std::string_view path);

/// The Allow header of a path: "GET, HEAD, OPTIONS, ...".
std::string allowed_methods(std::string_view path);

}  // namespace keepline::api
