#include "load/dialect.h"

#include <optional>

#include "support/answer.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

constexpr std::string_view kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string_view fields(Carrier carrier) {
  return carrier == Carrier::kSse         ? "Accept: text/event-stream\r\n"
         : carrier == Carrier::kWebSocket ? kUpgrade
                                          : std::string_view{};
}

/// `request` with more fields before the empty line that ends it.
std::string with_fields(std::string request, std::string_view more) {
  request.insert(request.size() - 2, more);
  return request;
}

}  // namespace

std::string KeeplineDialect::request(Carrier carrier, std::size_t number,
                                     const std::string& cursor) const {
  const std::string& token = users_.at(number).token;
  if (carrier == Carrier::kPoll) {
    return support::poll_request(token, cursor, 25, client_);
  }
  std::string path = "/api/v1/events?client=" + client_;
  if (!cursor.empty()) {
    path.append("&cursor=").append(cursor);
  }
  return with_fields(support::get_request(path, token), fields(carrier));
}

std::string KeeplineDialect::cursor_after(const Batch& batch) const {
  if (!batch.id.empty()) {
    return std::string(batch.id);
  }
  constexpr std::string_view kKey = "\"cursor\":\"";
  const std::size_t key = batch.data.find(kKey);
  if (key == std::string_view::npos) {
    return {};
  }
  const std::size_t begin = key + kKey.size();
  return std::string(batch.data.substr(begin, batch.data.find('"', begin) - begin));
}

std::string NchanDialect::request(Carrier carrier, std::size_t, const std::string& cursor) const {
  std::string more(fields(carrier));
  more.append(cursor);
  return with_fields(support::get_request("/sub", ""), more);
}

std::string NchanDialect::cursor_after(const Batch& batch) const {
  // A poll's place is told in two fields, which are sent back under the names of conditions.
  const auto modified = support::header(batch.head, "last-modified");
  const auto tag = support::header(batch.head, "etag");
  if (!modified || !tag) {
    return {};
  }
  std::string cursor = "If-Modified-Since: ";
  return cursor.append(*modified).append("\r\nIf-None-Match: ").append(*tag).append("\r\n");
}

std::string BareDialect::request(Carrier carrier, std::size_t, const std::string&) const {
  return with_fields(support::get_request("/", ""), fields(carrier));
}

}  // namespace keepline::bench
