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

/// "Not Found" for 404.
std::string_view reason_phrase(int status);

/// The whole answer as bytes: status line, headers, body. `head_only` leaves the body out but keeps
/// its length (HEAD). `date` is an IMF-fixdate (RFC 9110 section 5.6.7); `common` are the headers
/// of every answer, each ended by CRLF. 204 and 304 have no length and no body.
///
/// A header never breaks its line: a control character in one becomes a space.
std::string encode(const Response& response, After after, bool head_only, std::string_view date,
                   std::string_view common);

/// The same up to the blank line, for whoever writes the body from where it lies.
std::string encode_head(const Response& response, After after, std::string_view date,
                        std::string_view common, std::size_t spare = 0);

/// The head of an answer without an end: a 101, or one whose body is chunked or ends with the
/// connection. Connection: close where it is no upgrade.
std::string encode_stream_head(const Response& response, bool chunked, std::string_view date,
                               std::string_view common);

/// One chunk of a chunked body (RFC 9112 section 7.1), and the end of one.
std::string chunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// The bytes of the body, wherever they lie; none for 204 and 304.
std::string_view body_of(const Response& response);

}  // namespace keepline::net
