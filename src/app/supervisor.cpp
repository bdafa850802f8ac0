#include "app/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <optional>
#include <stdexcept>

namespace keepline::app {
namespace {

/// The first descriptor that is handed over (SD_LISTEN_FDS_START).
constexpr int kFirst = 3;
constexpr int kSocketsMax = 64;

std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);
  return taken;
}

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::vector<int> take_sockets() {
  const std::string pid = take_variable("LISTEN_PID");
  const std::string count_text = take_variable("LISTEN_FDS");
  take_variable("LISTEN_FDNAMES");
  // Variables for another process were passed on by mistake, or by a shell in between.
  if (pid.empty() || count_text.empty() || number_in(pid) != ::getpid()) {
    return {};
  }
  const auto count = number_in(count_text);
  if (!count || *count < 0 || *count > kSocketsMax) {
    throw std::runtime_error(
        fmt::format("cannot take over sockets: LISTEN_FDS must be from 0 to {}", kSocketsMax));
  }
  std::vector<int> sockets;
  for (int descriptor = kFirst; descriptor < kFirst + *count; ++descriptor) {
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
      throw std::runtime_error(
          fmt::format("cannot take over sockets: LISTEN_FDS says {}, but descriptor {} is not open",
                      *count, descriptor));
    }
    sockets.push_back(descriptor);
  }
  return sockets;
}

}  // namespace

Supervisor::Supervisor()
    : notify_socket_(take_variable("NOTIFY_SOCKET")), sockets_(take_sockets()) {}

void Supervisor::tell(std::string_view state) const {
  sockaddr_un address{};
  if (notify_socket_.empty() || notify_socket_.size() >= sizeof address.sun_path) {
    return;
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
  if (notify_socket_.front() == '@') {
    address.sun_path[0] = '\0';  // an abstract name (unix(7)); it ends where its length says
  }
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    return;
  }
  // A supervisor that reads nothing does not hold up the server for ever.
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
  [[maybe_unused]] const auto sent = ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                                              reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

void Supervisor::tell_reloading() const {
  // The time lets a supervisor tell this reload from an older one (Type=notify-reload).
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                   std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000));
}

}  // namespace keepline::app
