#include "api/origin.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return out;
}

struct HostPort {
  std::string host;  ///< lower case, without brackets and without a root's final dot
  std::optional<int> port;
};

/// Reads "name", "name:1", "[::1]", "[::1]:1".
std::optional<HostPort> parse_host(std::string_view text) {
  HostPort out;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    out.host = lower(text.substr(1, end - 1));
    if (out.host.find(':') == std::string::npos || !parse_address(out.host)) {
      return std::nullopt;
    }
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) {
      return std::nullopt;
    }
    port = port.empty() ? port : port.substr(1);
  } else {
    const auto colon = text.find(':');
    out.host = lower(text.substr(0, colon));
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
    if (out.host.ends_with('.')) {
      out.host.pop_back();
    }
    if (out.host.empty() || out.host.find_first_of("/@?#\\ ") != std::string::npos) {
      return std::nullopt;
    }
  }
  if (!port.empty()) {
    int number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number < 1 || number > 65'535) {
      return std::nullopt;
    }
    out.port = number;
  }
  return out;
}

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

/// An IPv6 host is compared by its bytes, not by how it is written.
std::string same_spelling(std::string host) {
  if (host.find(':') != std::string::npos) {
    if (const auto address = parse_address(host)) {
      return address_text(*address);
    }
  }
  return host;
}

/// The scheme that a trusted proxy says its client speaks; "" where none says.
std::string forwarded_scheme(const net::Request& request, std::span<const Network> trusted) {
  if (!contains(trusted, request.peer)) {
    return {};
  }
  std::string_view value = request.header("x-forwarded-proto");
  // The first entry is the outermost proxy's, which met the client.
  value = value.substr(0, value.find(','));
  while (!value.empty() && value.back() == ' ') {
    value.remove_suffix(1);
  }
  return lower(value);
}

/// The scheme that the client speaks, as far as the connection tells: a trusted proxy in front
/// knows better than our own end of it. "" where nobody says.
std::string spoken_scheme(const net::Request& request, std::span<const Network> trusted) {
  std::string scheme = forwarded_scheme(request, trusted);
  return scheme.empty() && request.secure ? "https" : scheme;
}

}  // namespace

base::Result<Origin> parse_origin(std::string_view text) {
  const auto wrong = [] {
    return Error(Errc::kBadValue,
                 "An origin looks like https://chat.example.org or "
                 "http://192.0.2.7:8080.");
  };
  Origin origin;
  if (text.ends_with('/') && !text.ends_with("//")) {
    text.remove_suffix(1);
  }
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) {
    return wrong();
  }
  origin.scheme = lower(text.substr(0, colon));
  if (origin.scheme != "http" && origin.scheme != "https") {
    return wrong();
  }
  auto host = parse_host(text.substr(colon + 3));
  if (!host) {
    return wrong();
  }
  origin.host = same_spelling(std::move(host->host));
  origin.port = host->port.value_or(default_port(origin.scheme));
  return origin;
}

OriginRules::OriginRules(const std::vector<std::string>& names,
                         const std::vector<std::string>& public_urls,
                         const std::vector<std::string>& trusted_proxies) {
  hosts_.insert("localhost");
  for (const std::string& name : names) {
    if (auto host = parse_host(name)) {
      hosts_.insert(std::move(host->host));
    }
  }
  for (const std::string& url : public_urls) {
    const auto origin = parse_origin(url);
    if (!origin) {
      throw std::runtime_error("server.public_url: " + url + ": " + origin.error().detail);
    }
    hosts_.insert(origin->host);
    public_.push_back(*origin);
  }
  for (const std::string& proxy : trusted_proxies) {
    const auto network = parse_network(proxy);
    if (!network) {
      throw std::runtime_error("server.trusted_proxies: " + proxy + ": " + network.error().detail);
    }
    trusted_.push_back(*network);
  }
}

base::Status OriginRules::check_host(const net::Request& request) const {
  const std::string_view header = request.header("host");
  if (header.empty() && request.minor_version == 0) {
    return base::ok();  // HTTP/1.0 has no Host; no browser speaks it, so no page can abuse it.
  }
  const auto host = parse_host(header);
  if (!host) {
    return Error(Errc::kWrongHost);
  }
  // A page that rebinds its own name to this address cannot be called by an address.
  if (hosts_.contains(host->host) || parse_address(host->host)) {
    return base::ok();
  }
  return Error(Errc::kWrongHost);
}

base::Status OriginRules::check_origin(const net::Request& request, bool cookie) const {
  const std::string_view site = request.header("sec-fetch-site");
  if (site == "same-origin") {
    return base::ok();
  }
  if (!request.has_header("origin")) {
    // A browser sends one of the two with every change that a page asks for; without both, only
    // who brings no cookie is believed not to be one.
    return cookie || !site.empty() ? base::Status(Error(Errc::kBadOrigin)) : base::ok();
  }
  const auto origin = parse_origin(request.header("origin"));
  if (!origin) {
    return Error(Errc::kBadOrigin);
  }
  if (!public_.empty()) {
    const bool known = std::find(public_.begin(), public_.end(), *origin) != public_.end();
    return known ? base::ok() : base::Status(Error(Errc::kBadOrigin));
  }
  const auto host = parse_host(request.header("host"));
  if (!host) {
    return Error(Errc::kBadOrigin);
  }
  // Without a public_url the scheme is known only from a trusted proxy or from TLS of our own; Host
  // alone does not tell.
  const std::string scheme = spoken_scheme(request, trusted_);
  const bool same = same_spelling(host->host) == origin->host &&
                    host->port.value_or(default_port(origin->scheme)) == origin->port &&
                    (scheme.empty() || scheme == origin->scheme);
  return same ? base::ok() : base::Status(Error(Errc::kBadOrigin));
}

bool OriginRules::is_https(const net::Request& request) const {
  const std::string scheme = spoken_scheme(request, trusted_);
  if (!scheme.empty()) {
    return scheme == "https";
  }
  const auto host = parse_host(request.header("host"));
  return host && std::any_of(public_.begin(), public_.end(), [&](const Origin& origin) {
           return origin.scheme == "https" && origin.host == same_spelling(host->host);
         });
}

}  // namespace keepline::api
