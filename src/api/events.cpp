#include "api/authenticate.h"
#include "api/decode.h"
#include "api/handlers.h"
#include "entity/validate.h"

namespace keepline::api {
namespace {

constexpr std::int64_t kWaitMaxSeconds = 25;

/// No cursor is longer; what is, cannot be read anyway.
constexpr std::size_t kCursorBytesMax = 80;
constexpr std::string_view kUnreadable = "?";

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

base::Result<push::PollRequest> read_poll(const net::Request& request, logic::Actor actor) {
  push::PollRequest poll;
  poll.user = actor.user;
  poll.session = actor.session;

  const net::FormFields fields = net::parse_form(request.query);
  if (const std::string* const cursor = fields.find("cursor")) {
    poll.cursor = cursor->size() <= kCursorBytesMax ? *cursor : std::string(kUnreadable);
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

}  // namespace keepline::api
