#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/address.h"
#include "base/result.h"
#include "net/request.h"

namespace keepline::api {

/// What `text` names: "http" or "https", a host in lower case without brackets, and a port (the
/// scheme's own where none is written).
struct Origin {
  std::string scheme;
  std::string host;
  int port = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// Reads "https://chat.example.org:8443", as in an Origin header or the setting server.public_url,
/// where a final "/" is allowed. Errors: kBadValue.
base::Result<Origin> parse_origin(std::string_view text);

/// Under which names the server answers, and which pages may ask it for changes. Against DNS
/// rebinding and requests forged by other sites. Immutable.
///
/// Hosts: `localhost`, IP literals, the names given, and those of `public_urls`; the port does not
/// matter. A page's origin must be in `public_urls` or, where that is empty, equal the Host header;
/// or the browser itself says Sec-Fetch-Site: same-origin.
class OriginRules {
 public:
  /// `names` are hosts, with or without a port. Throws std::runtime_error where a URL or a proxy
  /// cannot be read: this is start-up.
  OriginRules(const std::vector<std::string>& names, const std::vector<std::string>& public_urls,
              const std::vector<std::string>& trusted_proxies);

  /// Errors: kWrongHost.
  base::Status check_host(const net::Request& request) const;

  /// For requests that change something. `cookie`: they bring a session cookie, which a browser
  /// would send for any page. Errors: kBadOrigin.
  base::Status check_origin(const net::Request& request, bool cookie) const;

  /// Whether the client speaks https, to us or to a trusted proxy.
  bool is_https(const net::Request& request) const;

  const std::vector<Network>& trusted_proxies() const { return trusted_; }

 private:
  std::unordered_set<std::string> hosts_;
  std::vector<Origin> public_;
  std::vector<Network> trusted_;
};

}  // namespace keepline::api
