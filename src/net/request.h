#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keepline::net {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

/// "GET", "HEAD", ...
std::string_view method_name(Method method);

/// An address as 16 bytes; IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using AddressBytes = std::array<std::uint8_t, 16>;

struct Header {
  std::string name;  ///< lower case
  std::string value;
};

/// One HTTP request that passed the gate: RFC 9112 framing holds, `path` is decoded and has no dot
/// segments.
struct Request {
  Method method = Method::kGet;
  std::string path;   ///< percent-decoded, begins with '/', well-formed UTF-8, no NUL, no "." or
                      ///< ".." segment
  std::string query;  ///< after '?', as it came
  int minor_version = 1;
  bool keep_alive = true;
  std::vector<Header> headers;
  std::string body;
  bool secure = false;  ///< it came within TLS of our own; a proxy's TLS is the proxy's word
  AddressBytes peer{};
  std::uint32_t mark = 0;  ///< what Handler::admit() wants Handler::handle() to know

  /// The value of the first header called `name` (lower case), or "".
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  /// The value of cookie `name`, or "". RFC 6265 section 4.2.1.
  std::string_view cookie(std::string_view name) const;
};

/// The fields of a query string or of an application/x-www-form-urlencoded body, decoded, in order
/// (WHATWG URL section 5.1). Bytes that are not UTF-8 after decoding make the whole invalid:
/// nothing is returned and `valid` is false.
struct FormFields {
  std::vector<std::pair<std::string, std::string>> fields;
  bool valid = true;

  /// The first value of `name`, or nullptr.
  const std::string* find(std::string_view name) const;
};
FormFields parse_form(std::string_view text);

}  // namespace keepline::net
