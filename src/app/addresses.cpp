#include "app/addresses.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace keepline::app {
namespace {

/// The machine's addresses of one family that are up, link-local ones left out.
std::vector<std::string> machine_addresses(int family) {
  std::vector<std::string> out;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) {
    return out;
  }
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != family ||
        (entry->ifa_flags & IFF_UP) == 0) {
      continue;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      ::inet_ntop(family, &address.sin_addr, text.data(), text.size());
    } else {
      sockaddr_in6 address{};
      std::memcpy(&address, entry->ifa_addr, sizeof address);
      if (address.sin6_scope_id != 0) {
        continue;
      }
      ::inet_ntop(family, &address.sin6_addr, text.data(), text.size());
    }
    out.emplace_back(text.data());
  }
  return out;
}

}  // namespace

std::string_view host_of(std::string_view listen) {
  std::string_view host = listen.substr(0, listen.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return host;
}

std::string_view port_of(std::string_view listen) { return listen.substr(listen.rfind(':') + 1); }

bool is_loopback(std::string_view listen) {
  const std::string_view host = host_of(listen);
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::vector<std::string> urls_of(const std::vector<std::string>& bound, std::string_view scheme) {
  std::vector<std::string> urls;
  const auto add = [&](std::string_view host, std::string_view port) {
    const bool v6 = host.find(':') != std::string_view::npos;
    std::string url = v6 ? fmt::format("{}://[{}]:{}", scheme, host, port)
                         : fmt::format("{}://{}:{}", scheme, host, port);
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) {
      urls.push_back(std::move(url));
    }
  };
  for (const std::string& listen : bound) {
    const std::string_view host = host_of(listen);
    const bool all = host == "0.0.0.0" || host == "::";
    if (!all) {
      add(host, port_of(listen));
      continue;
    }
    for (const std::string& address : machine_addresses(AF_INET)) {
      add(address, port_of(listen));
    }
    if (host == "::") {
      for (const std::string& address : machine_addresses(AF_INET6)) {
        add(address, port_of(listen));
      }
    }
  }
  return urls;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) {
    return "";
  }
  return name.data();
}

}  // namespace keepline::app
