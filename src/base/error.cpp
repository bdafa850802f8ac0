#include "base/error.h"

namespace keepline::base {

std::string_view code_name(Errc code) {
  switch (code) {
    case Errc::kBadRequest:
      return "bad_request";
    case Errc::kBadJson:
      return "bad_json";
    case Errc::kHeadTooLarge:
      return "head_too_large";
    case Errc::kUriTooLong:
      return "uri_too_long";
    case Errc::kTooLarge:
      return "too_large";
    case Errc::kWrongType:
      return "wrong_type";
    case Errc::kTimeout:
      return "timeout";
    case Errc::kMethodNotAllowed:
      return "method_not_allowed";
    case Errc::kVersionNotSupported:
      return "version_not_supported";
    case Errc::kNotImplemented:
      return "not_implemented";
    case Errc::kWrongHost:
      return "wrong_host";
    case Errc::kBadOrigin:
      return "bad_origin";
    case Errc::kUnknownField:
      return "unknown_field";
    case Errc::kMissingField:
      return "missing_field";
    case Errc::kBadType:
      return "bad_type";
    case Errc::kBadValue:
      return "bad_value";
    case Errc::kTooLong:
      return "too_long";
    case Errc::kTooShort:
      return "too_short";
    case Errc::kSignInRequired:
      return "sign_in_required";
    case Errc::kWrongCredentials:
      return "wrong_credentials";
    case Errc::kOtherUser:
      return "other_user";
    case Errc::kNotAllowed:
      return "not_allowed";
    case Errc::kNotFound:
      return "not_found";
    case Errc::kNameTaken:
      return "name_taken";
    case Errc::kNonceReused:
      return "nonce_reused";
    case Errc::kConflict:
      return "conflict";
    case Errc::kTooManyAttempts:
      return "too_many_attempts";
    case Errc::kRateLimited:
      return "rate_limited";
    case Errc::kOverloaded:
      return "overloaded";
    case Errc::kStorageFull:
      return "storage_full";
    case Errc::kShuttingDown:
      return "shutting_down";
    case Errc::kInternal:
      return "internal";
    case Errc::kGone:
      return "gone";
    case Errc::kAhead:
      return "ahead";
  }
  return "internal";
}

}  // namespace keepline::base
