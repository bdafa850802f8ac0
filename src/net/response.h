#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "net/request.h"

namespace keepline::net {

/// One answer. The connection adds Content-Length, Date, Connection and the headers common to every
/// answer.
struct Response {
  int status = 200;
  std::string content_type;                                  ///< empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers;  ///< names as they are sent
  std::string body;
  base::SharedBytes shared_body;  ///< used instead of `body` where set: static files
  bool close = false;             ///< end the connection after this answer
};

/// Whether the connection goes on after an answer; decides its Connection header.
enum class After : std::uint8_t { kKeepAlive, kClose };

/// The whole answer as bytes: status line, headers, body. `head_only` leaves the body out but keeps
/// its length (HEAD). `date` is an IMF-fixdate (RFC 9110 section 5.6.7); `common` are the headers
/// of every answer, each ended by CRLF.
std::string encode(const Response& response, After after, bool head_only, std::string_view date,
                   std::string_view common);

}  // namespace keepline::net
