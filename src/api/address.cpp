#include "api/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace keepline::api {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4(const net::AddressBytes& address) {
  return std::equal(kMapped.begin(), kMapped.end(), address.begin());
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// An entry of X-Forwarded-For, some of which carry a port or brackets.
std::optional<net::AddressBytes> parse_forwarded(std::string_view entry) {
  entry = trim(entry);
  if (entry.starts_with('[')) {
    const auto end = entry.find(']');
    return end == std::string_view::npos ? std::nullopt : parse_address(entry.substr(1, end - 1));
  }
  if (std::count(entry.begin(), entry.end(), ':') == 1) {
    entry = entry.substr(0, entry.find(':'));
  }
  return parse_address(entry);
}

}  // namespace

std::optional<net::AddressBytes> parse_address(std::string_view text) {
  if (text.empty() || text.size() > INET6_ADDRSTRLEN) {
    return std::nullopt;
  }
  const std::string zero_ended(text);
  net::AddressBytes bytes{};
  if (inet_pton(AF_INET6, zero_ended.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  std::copy(kMapped.begin(), kMapped.end(), bytes.begin());
  if (inet_pton(AF_INET, zero_ended.c_str(), bytes.data() + kMapped.size()) == 1) {
    return bytes;
  }
  return std::nullopt;
}

std::string address_text(const net::AddressBytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4(address)) {
    inet_ntop(AF_INET, address.data() + kMapped.size(), text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

bool Network::contains(const net::AddressBytes& other) const {
  for (int bit = 0; bit < prefix; bit += 8) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const int bits = std::min(8, prefix - bit);
    const unsigned mask = 0xffU << static_cast<unsigned>(8 - bits) & 0xffU;
    if ((static_cast<unsigned>(address[index]) & mask) !=
        (static_cast<unsigned>(other[index]) & mask)) {
      return false;
    }
  }
  return true;
}

base::Result<Network> parse_network(std::string_view text) {
  const auto wrong = [] {
    return base::Error(base::Errc::kBadValue,
                       "A proxy is an address or a network such as 10.0.0.0/8.");
  };
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) {
    return wrong();
  }
  Network network{*address, 128};
  if (slash != std::string_view::npos) {
    const auto digits = text.substr(slash + 1);
    int prefix = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    const bool ipv4 = text.find(':') == std::string_view::npos;
    if (error != std::errc{} || end != digits.data() + digits.size() || prefix < 0 ||
        prefix > (ipv4 ? 32 : 128)) {
      return wrong();
    }
    network.prefix = ipv4 ? prefix + 96 : prefix;
  }
  return network;
}

bool contains(std::span<const Network> networks, const net::AddressBytes& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

net::AddressBytes client_address(const net::Request& request, std::span<const Network> trusted) {
  net::AddressBytes client = request.peer;
  if (trusted.empty() || !contains(trusted, client)) {
    return client;
  }
  // Each proxy appends whom it heard from, so the list is read from its end for as long as the one
  // who speaks is trusted. Several headers are one list (RFC 9110 section 5.3).
  for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
    if (header->name != "x-forwarded-for") {
      continue;
    }
    std::string_view rest = header->value;
    while (!rest.empty()) {
      const auto comma = rest.rfind(',');
      const auto entry = comma == std::string_view::npos ? rest : rest.substr(comma + 1);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
      const auto address = parse_forwarded(entry);
      if (!address) {
        return client;  // What stands before an unreadable entry proves nothing.
      }
      client = *address;
      if (!contains(trusted, client)) {
        return client;
      }
    }
  }
  return client;
}

net::AddressBytes limit_key(const net::AddressBytes& address) {
  if (is_ipv4(address)) {
    return address;
  }
  net::AddressBytes key{};
  std::copy_n(address.begin(), 8, key.begin());
  return key;
}

}  // namespace keepline::api
