#include "api/respond.h"

namespace keepline::api {
namespace {

using base::Errc;

/// How long a client waits that is told to come back later and not when.
constexpr int kRetryAfterSeconds = 2;

bool comes_back_later(int status) { return status == 429 || status == 503; }

/// What an error of the inside becomes on its way out: clients never see a cursor's codes here,
/// since push turns them into a reset.
Errc public_code(Errc code) {
  return code == Errc::kGone || code == Errc::kAhead ? Errc::kInternal : code;
}

/// `detail` as a whole sentence: the layers below write a clause, which may begin with the name of
/// the field.
std::string sentence(const base::Error& error) {
  std::string text = error.detail;
  if (text.front() >= 'a' && text.front() <= 'z' &&
      (error.field.empty() || !text.starts_with(error.field))) {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  if (text.back() != '.') {
    text.push_back('.');
  }
  return text;
}

}  // namespace

std::string common_headers() {
  return "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
         "require-trusted-types-for 'script'; trusted-types svelte-trusted-html; "
         "img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; "
         "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'\r\n"
         "X-Content-Type-Options: nosniff\r\n"
         "Referrer-Policy: no-referrer\r\n"
         "Cross-Origin-Opener-Policy: same-origin\r\n"
         "Cross-Origin-Resource-Policy: same-origin\r\n";
}

ErrorRow error_row(Errc code) {
  switch (code) {
    case Errc::kBadRequest:
      return {400, "Bad Request", "This is not a request that the server understands."};
    case Errc::kBadJson:
      return {400, "Bad Request", "The body is not well-formed JSON in UTF-8."};
    case Errc::kSignInRequired:
      return {401, "Unauthorized", "Sign in first."};
    case Errc::kWrongCredentials:
      return {401, "Unauthorized", "Name and password do not belong together."};
    case Errc::kBadOrigin:
      return {403, "Forbidden",
              "A page of another origin may not change anything here. If people reach this server "
              "under that origin, name it in the setting server.public_url."};
    case Errc::kNotAllowed:
      return {403, "Forbidden", "You may not do this."};
    case Errc::kNotFound:
      return {404, "Not Found", "There is nothing here for you."};
    case Errc::kMethodNotAllowed:
      return {405, "Method Not Allowed", "The path exists, but not with this method."};
    case Errc::kTimeout:
      return {408, "Request Timeout", "The request did not arrive in time."};
    case Errc::kOtherUser:
      return {409, "Conflict", "Another user is signed in now. Nothing was done."};
    case Errc::kNameTaken:
      return {409, "Conflict", "This name is taken."};
    case Errc::kNonceReused:
      return {409, "Conflict", "This nonce was used for another message."};
    case Errc::kConflict:
      return {409, "Conflict", "This clashes with how things stand."};
    case Errc::kTooLarge:
      return {413, "Content Too Large", "The body is larger than this request may have."};
    case Errc::kUriTooLong:
      return {414, "URI Too Long", "The request target is over 8 KiB."};
    case Errc::kWrongType:
      return {415, "Unsupported Media Type", "The body must be application/json."};
    case Errc::kWrongHost:
      return {421, "Misdirected Request",
              "This server is not called that. If people reach it under that name, put its URL in "
              "the setting server.public_url."};
    case Errc::kUnknownField:
      return {422, "Unprocessable Content", "This field is not known."};
    case Errc::kMissingField:
      return {422, "Unprocessable Content", "This field is missing."};
    case Errc::kBadType:
      return {422, "Unprocessable Content", "This field has the wrong type."};
    case Errc::kBadValue:
      return {422, "Unprocessable Content", "This field breaks its rule."};
    case Errc::kTooLong:
      return {422, "Unprocessable Content", "This field is too long."};
    case Errc::kTooShort:
      return {422, "Unprocessable Content", "This field is too short."};
    case Errc::kTooManyAttempts:
      return {429, "Too Many Requests", "Too many attempts. Wait before the next one."};
    case Errc::kRateLimited:
      return {429, "Too Many Requests", "Too many requests. Wait before the next one."};
    case Errc::kHeadTooLarge:
      return {431, "Request Header Fields Too Large", "The request's head is over 16 KiB."};
    case Errc::kNotImplemented:
      return {501, "Not Implemented", "This transfer coding is not known."};
    case Errc::kOverloaded:
      return {503, "Service Unavailable", "The server has too much to do. Try again soon."};
    case Errc::kStorageFull:
      return {503, "Service Unavailable", "The server's disk is full. Nothing was stored."};
    case Errc::kShuttingDown:
      return {503, "Service Unavailable", "The server is shutting down. Try again soon."};
    case Errc::kVersionNotSupported:
      return {505, "HTTP Version Not Supported", "This version of HTTP is not supported."};
    case Errc::kInternal:
    case Errc::kGone:
    case Errc::kAhead:
      return {500, "Internal Server Error", "Something broke in the server. It has been noted."};
  }
  return {500, "Internal Server Error", "Something broke in the server. It has been noted."};
}

net::Response problem(const base::Error& error) {
  const Errc code = public_code(error.code);
  const ErrorRow row = error_row(code);
  base::JsonWriter json;
  json.begin_object();
  json.field("type", "about:blank").field("title", row.title).field("status", row.status);
  // The detail of an internal error speaks of tables and files: it is for the log alone.
  const bool own_detail = !error.detail.empty() && code != Errc::kInternal;
  const std::string detail = own_detail ? sentence(error) : std::string(row.detail);
  json.field("detail", std::string_view(detail));
  json.field("code", base::code_name(code));
  if (!error.field.empty()) {
    json.field("field", std::string_view(error.field));
  }
  json.end_object();

  net::Response response;
  response.status = row.status;
  response.content_type = "application/problem+json";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (comes_back_later(row.status) || error.retry_after_s > 0) {
    const int seconds = error.retry_after_s > 0 ? error.retry_after_s : kRetryAfterSeconds;
    response.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  if (row.status == 401) {
    // RFC 9110 section 15.5.2 demands a challenge; browsers show no dialog for this scheme.
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"keepline\"");
  }
  response.body = json.take();
  return response;
}

net::Response json_answer(int status, base::JsonWriter json) {
  net::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json.take();
  return response;
}

net::Response done_answer() {
  net::Response response;
  response.status = 204;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace keepline::api
