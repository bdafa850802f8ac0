#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace keepline::net {

/// Where a request goes, decoded.
struct Target {
  std::string path;            ///< as Request::path promises
  std::string query;           ///< after '?', as it came
  std::string_view authority;  ///< of an absolute-form target, a view into it; "" otherwise
};

/// Takes a request target apart (RFC 9112 section 3.2): origin-form or absolute-form.
///
/// Errors: kBadRequest     - the target breaks the grammar, or its path holds a dot segment, an
///                           encoded slash, a backslash, a control character or bytes that are
///                           not UTF-8, encoded or not.
///         kNotImplemented - the asterisk of OPTIONS.
base::Result<Target> parse_target(std::string_view target);

/// Whether `host` is a name, an IPv4 address or an IPv6 address in brackets, perhaps with a port
/// of 0 to 65535: the value of a Host header.
bool is_host(std::string_view host);

}  // namespace keepline::net
