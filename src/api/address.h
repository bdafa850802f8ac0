#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/request.h"

// Where a request comes from, with proxies that may speak for others taken into account.
namespace keepline::api {

/// `text` ("192.0.2.7", "2001:db8::1") as bytes, IPv4 as ::ffff:a.b.c.d; nothing for other text.
std::optional<net::AddressBytes> parse_address(std::string_view text);

/// As parse_address() reads it.
std::string address_text(const net::AddressBytes& address);

/// The addresses that share their first `prefix` bits.
struct Network {
  net::AddressBytes address{};
  int prefix = 128;  ///< of 128 bits; an IPv4 prefix counts 96 more

  bool contains(const net::AddressBytes& other) const;
};

/// Reads "10.0.0.0/8", "::1", "fd00::/8". Errors: kBadValue.
base::Result<Network> parse_network(std::string_view text);

bool contains(std::span<const Network> networks, const net::AddressBytes& address);

/// Who really asks: the peer, or, behind trusted proxies, the last address of X-Forwarded-For that
/// is not one of them. What an untrusted peer says of itself is ignored.
net::AddressBytes client_address(const net::Request& request, std::span<const Network> trusted);

/// What limits count by: an IPv4 address whole, an IPv6 address by its first 64 bits, since one
/// household owns them all.
net::AddressBytes limit_key(const net::AddressBytes& address);

}  // namespace keepline::api
