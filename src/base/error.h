#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace keepline::base {

/// What went wrong, as a caller can act on it. Each code has one stable name on the wire
/// (`code_name`), one HTTP status (src/api/respond.cpp) and a row in docs/protocol.md.
enum class Errc {
  // The request itself.
  kBadRequest,        ///< not a request this server understands
  kBadJson,           ///< the body is not JSON, or not UTF-8
  kHeadTooLarge,      ///< the request head is over 16 KiB
  kUriTooLong,        ///< the request target is over 8 KiB
  kTooLarge,          ///< the body is over the route's limit
  kWrongType,         ///< the body's Content-Type is not the route's
  kTimeout,           ///< the request did not arrive in time
  kMethodNotAllowed,  ///< the path exists, the method does not
  kVersionNotSupported,
  kNotImplemented,  ///< a transfer coding this server does not know
  kWrongHost,       ///< the Host header names another server
  kBadOrigin,       ///< a page of another origin asks for a change
  // A field of it.
  kUnknownField,
  kMissingField,
  kBadType,   ///< a field has another JSON type than it must
  kBadValue,  ///< a field breaks its rule
  kTooLong,
  kTooShort,
  // Who asks.
  kSignInRequired,
  kWrongCredentials,
  kOtherUser,   ///< the page believes in another user than the session's
  kNotAllowed,  ///< you may not
  // What is there.
  kNotFound,
  kNameTaken,
  kNonceReused,
  kConflict,
  // Now is not the moment.
  kTooManyAttempts,
  kRateLimited,
  kOverloaded,
  kStorageFull,
  kShuttingDown,
  kInternal,
  // Inside the server only; never an answer.
  kGone,   ///< the log no longer reaches back so far
  kAhead,  ///< a position that was never given out
};

/// The stable name of `code` on the wire, such as "name_taken".
std::string_view code_name(Errc code);

/// A code, a sentence for a person and, where one field is to blame, its name. The sentence names
/// the rule that was broken and never repeats the value.
struct Error {
  Errc code = Errc::kInternal;
  std::string detail;
  std::string field;
  int retry_after_s = 0;  ///< for answers that carry Retry-After; 0 means none

  Error() = default;
  Error(Errc code_in, std::string detail_in = {}, std::string field_in = {})
      : code(code_in), detail(std::move(detail_in)), field(std::move(field_in)) {}

  friend bool operator==(const Error&, const Error&) = default;
};

/// `code` with a Retry-After of `seconds`.
inline Error retry_later(Errc code, std::string detail, int seconds) {
  Error error(code, std::move(detail));
  error.retry_after_s = seconds;
  return error;
}

}  // namespace keepline::base
