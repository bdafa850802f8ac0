#include "net/target.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "net/chars.h"

namespace keepline::net {

using base::Errc;
using base::Error;
using base::Result;

namespace {

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto end = text.data() + text.size();
  // Bounded by `end`.
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  const auto parsed = std::from_chars(text.data(), end, port);
  return text.size() <= 5 && parsed.ec == std::errc() && parsed.ptr == end && port <= 65535;
}

bool is_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size()) {
    return false;
  }
  std::memcpy(buffer.data(), text.data(), text.size());
  in6_addr address{};
  return inet_pton(AF_INET6, buffer.data(), &address) == 1;
}

bool is_dot_segment(std::string_view segment) { return segment == "." || segment == ".."; }

bool has_dot_segment(std::string_view path) {
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (is_dot_segment(path.substr(begin, end - begin))) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

/// Decodes once and only once: "%252e" becomes "%2e", which is an odd name and nothing more.
Result<std::string> decode_path(std::string_view raw) {
  std::string path;
  path.reserve(raw.size());
  bool ascii = true;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      if (i + 2 >= raw.size() || hex_value(raw[i + 1]) < 0 || hex_value(raw[i + 2]) < 0) {
        return Error(Errc::kBadRequest, "a '%' in the path needs two hex digits");
      }
      c = static_cast<char>(hex_value(raw[i + 1]) * 16 + hex_value(raw[i + 2]));
      i += 2;
      if (c == '/') {
        return Error(Errc::kBadRequest, "the path must not hold an encoded slash");
      }
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return Error(Errc::kBadRequest, "the path must not hold control characters");
    }
    if (c == '\\') {
      return Error(Errc::kBadRequest, "the path must not hold a backslash");
    }
    ascii = ascii && byte < 0x80;
    path.push_back(c);
  }
  if (!ascii && !base::is_utf8(path)) {
    return Error(Errc::kBadRequest, "the path must be UTF-8");
  }
  if (path.find("/.") != std::string::npos && has_dot_segment(path)) {
    return Error(Errc::kBadRequest, "the path must not hold the segments '.' and '..'");
  }
  return path;
}

/// The part after "http://" or "https://", or nothing where `target` has another form.
std::optional<std::string_view> after_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() > scheme.size() && equals_lower(target.substr(0, scheme.size()), scheme)) {
      return target.substr(scheme.size());
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (target.empty() || !all_chars(target, kTargetChar)) {
    return Error(Errc::kBadRequest, "the request target holds a byte that must be encoded");
  }
  Target result;
  if (const auto rest = after_scheme(target)) {
    const auto end = std::min(rest->find_first_of("/?"), rest->size());
    result.authority = rest->substr(0, end);
    target = rest->substr(end);
    if (!is_host(result.authority)) {
      return Error(Errc::kBadRequest, "the request target's host is not valid");
    }
  } else if (target == "*") {
    return Error(Errc::kNotImplemented, "this server does not answer for '*'");
  } else if (target.front() != '/') {
    return Error(Errc::kBadRequest, "the request target must begin with '/'");
  }
  const auto question = target.find('?');
  if (question != std::string_view::npos) {
    result.query = target.substr(question + 1);
  }
  const std::string_view raw_path = target.substr(0, question);
  auto path = decode_path(raw_path.empty() ? std::string_view("/") : raw_path);
  if (!path) {
    return path.error();
  }
  result.path = std::move(*path);
  return result;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 260) {
    return false;
  }
  std::string_view port;
  bool has_port = false;
  if (host.front() == '[') {
    const auto close = host.find(']');
    if (close == std::string_view::npos || !is_ipv6(host.substr(1, close - 1))) {
      return false;
    }
    const std::string_view rest = host.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') {
      return false;
    }
    has_port = !rest.empty();
    port = has_port ? rest.substr(1) : rest;
  } else {
    const auto colon = host.find(':');
    has_port = colon != std::string_view::npos;
    port = has_port ? host.substr(colon + 1) : std::string_view();
    const std::string_view name = host.substr(0, colon);
    if (name.empty() || !all_chars(name, kHostChar)) {
      return false;
    }
  }
  return !has_port || is_port(port);
}

}  // namespace keepline::net
