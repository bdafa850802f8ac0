#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json_writer.h"
#include "net/response.h"

// How answers look: the one table from Errc to HTTP, and the headers that no answer may lack.
namespace keepline::api {

/// The headers of every answer, errors and static files included, each ended by CRLF: what a
/// browser may do with it. For net::ServerOptions and push::HubOptions.
std::string common_headers();

/// What a code means in HTTP.
struct ErrorRow {
  int status = 500;
  std::string_view title;   ///< the status's own phrase (RFC 9457 section 4.2.1)
  std::string_view detail;  ///< the sentence used where the error brings none
};
ErrorRow error_row(base::Errc code);

/// An RFC 9457 problem: {"type","title","status","detail","code","field"?}. Carries Retry-After
/// where the status asks for one (429, 503), and WWW-Authenticate with 401.
net::Response problem(const base::Error& error);

/// A JSON answer that no cache may keep.
net::Response json_answer(int status, base::JsonWriter json);

/// 204: done, nothing to say.
net::Response done_answer();

}  // namespace keepline::api
