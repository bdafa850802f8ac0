#include "net/request.h"

#include <algorithm>

#include "net/chars.h"

namespace keepline::net {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
  }
  return "GET";
}

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Header::name);
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

bool Request::has_header(std::string_view name) const {
  return std::ranges::find(headers, name, &Header::name) != headers.end();
}

std::string_view Request::cookie(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name != "cookie") {
      continue;
    }
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const std::string_view pair = trim_ows(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || trim_ows(pair.substr(0, equals)) != name) {
        continue;
      }
      std::string_view value = trim_ows(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      return value;
    }
  }
  return {};
}

}  // namespace keepline::net
