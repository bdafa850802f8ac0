#include <algorithm>
#include <utility>

#include "api/authenticate.h"
#include "api/decode.h"
#include "api/handlers.h"
#include "entity/validate.h"
#include "net/chars.h"
#include "net/websocket.h"

namespace keepline::api {
namespace {

constexpr std::int64_t kWaitMaxSeconds = 25;

/// No cursor is longer; what is, cannot be read anyway.
constexpr std::size_t kCursorBytesMax = 80;
constexpr std::string_view kUnreadable = "?";

constexpr std::string_view kEventStream = "text/event-stream";

/// Whether a header that is a list of tokens (RFC 9110 section 5.6.1) holds `token`, in lower case.
bool lists(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    // Accept's items have parameters behind them.
    item = net::trim_ows(item.substr(0, item.find(';')));
    if (net::equals_lower(item, token)) {
      return true;
    }
  }
  return false;
}

bool is_cursor(std::string_view parameter) {
  return parameter.substr(0, parameter.find('=')) == "cursor";
}

/// `query` without its cursor, and whether that may hold anything: a cursor of broken bytes must
/// not make the whole request an error, since a client that holds one needs the reset.
std::string without_cursor(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto parameter = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (!is_cursor(parameter)) {
      out.append(out.empty() ? "" : "&").append(parameter);
    }
  }
  return out;
}

}  // namespace

base::Result<push::EventsRequest> read_events(const net::Request& request, logic::Actor actor) {
  push::EventsRequest poll;
  poll.user = actor.user;
  poll.session = actor.session;

  const net::FormFields fields = net::parse_form(request.query);
  if (const std::string* const cursor = fields.find("cursor")) {
    poll.cursor = cursor->size() <= kCursorBytesMax ? *cursor : std::string(kUnreadable);
  }
  if (const std::string_view last = request.header("last-event-id"); !last.empty()) {
    poll.cursor = last.size() <= kCursorBytesMax ? std::string(last) : std::string(kUnreadable);
  }
  const std::string rest = without_cursor(request.query);
  if (!fields.valid && rest.size() != request.query.size()) {
    poll.cursor = kUnreadable;
  }

  QueryReader in(rest);
  poll.wait = std::chrono::seconds(
      in.optional_number("wait", 0, kWaitMaxSeconds).value_or(kWaitMaxSeconds));
  poll.client = in.optional_text("client", entity::kClientBytesMax).value_or(std::string());
  const auto claim = in.optional_text("user", 20);
  const auto hello = in.optional_number("hello", 0, 1);
  if (const auto error = in.finish()) {
    return *error;
  }
  if (claim) {
    if (auto same = check_user(*claim, actor.user); !same) {
      return same.error();
    }
  }
  poll.hello = hello ? *hello == 1 : !poll.cursor;
  return poll;
}

base::Result<std::optional<push::Carrier>> read_carrier(const net::Request& request) {
  using Carrier = std::optional<push::Carrier>;
  if (request.method != net::Method::kGet) {
    return Carrier{};
  }
  // A proxy that takes away Upgrade leaves the key: no client of such a request waits for a poll.
  const bool wants_websocket =
      lists(request.header("upgrade"), "websocket") || request.has_header("sec-websocket-key");
  if (wants_websocket) {
    const bool upgrades = lists(request.header("upgrade"), "websocket") &&
                          lists(request.header("connection"), "upgrade") &&
                          request.minor_version >= 1;
    if (!upgrades) {
      return base::Error(base::Errc::kBadRequest,
                         "A WebSocket begins with Upgrade: websocket and Connection: Upgrade in "
                         "HTTP/1.1; a proxy on the way may take them away.");
    }
    if (request.header("sec-websocket-version") != "13") {
      return base::Error(base::Errc::kBadRequest, "Sec-WebSocket-Version must be 13.");
    }
    auto accept = net::websocket_accept(request.header("sec-websocket-key"));
    if (!accept) {
      return base::Error(base::Errc::kBadRequest, "Sec-WebSocket-Key must be 16 bytes in base64.");
    }
    return Carrier{{net::Framing::kWebsocket, std::move(*accept)}};
  }
  if (lists(request.header("accept"), kEventStream)) {
    const bool chunked = request.minor_version >= 1;
    return Carrier{{chunked ? net::Framing::kChunked : net::Framing::kUntilClose, {}}};
  }
  return Carrier{};
}

}  // namespace keepline::api
