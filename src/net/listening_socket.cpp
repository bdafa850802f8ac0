#include "net/listening_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace keepline::net {

namespace {

constexpr int kBacklog = 4096;

std::string why(int error) {
  switch (error) {
    case EADDRINUSE:
      return "the address is already in use";
    case EADDRNOTAVAIL:
      return "this machine does not have the address";
    case EACCES:
      return "ports below 1024 need a right this process does not have";
    default:
      return std::system_category().message(error);
  }
}

[[noreturn]] void fail(const Endpoint& endpoint, int error) {
  throw std::runtime_error(
      fmt::format("cannot listen on {}: {}", endpoint_text(endpoint), why(error)));
}

int number_option(int descriptor, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

/// Why an inherited descriptor cannot be accepted from; "" where it can.
std::string_view unfit(int descriptor) {
  if (number_option(descriptor, SO_TYPE) != SOCK_STREAM) {
    return "it is no stream socket";
  }
  const int domain = number_option(descriptor, SO_DOMAIN);
  if (domain != AF_INET && domain != AF_INET6) {
    return "it is no TCP socket";
  }
  return number_option(descriptor, SO_ACCEPTCONN) == 1 ? "" : "it does not listen";
}

}  // namespace

int open_listening_socket(const Endpoint& endpoint, bool ipv6_only) {
  sockaddr_storage address{};
  const socklen_t size = to_sockaddr(endpoint, address);
  const int descriptor =
      ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (descriptor < 0) {
    fail(endpoint, errno);
  }
  // SO_REUSEADDR lets a restarted server bind while old connections fade; two that listen at once
  // it does not allow, which is why SO_REUSEPORT is not set.
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ss_family == AF_INET6) {
    const int only = ipv6_only ? 1 : 0;
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(descriptor, kBacklog) != 0) {
    const int error = errno;
    ::close(descriptor);
    fail(endpoint, error);
  }
  return descriptor;
}

void adopt_listening_socket(int descriptor) {
  if (const auto reason = unfit(descriptor); !reason.empty()) {
    throw std::runtime_error(
        fmt::format("cannot listen on the inherited descriptor {}: {}", descriptor, reason));
  }
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

Endpoint bound_endpoint(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return from_sockaddr(address);
}

}  // namespace keepline::net
