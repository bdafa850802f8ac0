#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/request.h"

namespace keepline::net {

/// Where to listen.
struct Endpoint {
  AddressBytes address{};
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1:8080", "[::1]:8080" or "localhost:8080" (which is 127.0.0.1).
///
/// Errors: kBadValue - it is something else.
base::Result<Endpoint> parse_endpoint(std::string_view text);

bool is_ipv4(const AddressBytes& address);

/// "127.0.0.1", "::1".
std::string address_text(const AddressBytes& address);
/// "127.0.0.1:8080", "[::1]:8080".
std::string endpoint_text(const Endpoint& endpoint);

/// To and from what the kernel takes; IPv4 addresses are AF_INET.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out);
Endpoint from_sockaddr(const sockaddr_storage& from);

}  // namespace keepline::net
