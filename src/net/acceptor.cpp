#include "net/acceptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/system/error_code.hpp>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "base/log.h"
#include "net/listening_socket.h"
#include "net/shard_impl.h"

namespace keepline::net {

using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

/// After so many the shard looks at its other work.
constexpr int kAcceptedAtOnceMax = 64;
constexpr int kTurnedAwayAtOnceMax = 16;
constexpr std::chrono::seconds kWarningEvery{10};

int open_reserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

/// Errors that say "not now" rather than "not this one".
bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(Shard& shard, int descriptor, Roads roads)
    : shard_(shard),
      roads_(std::move(roads)),
      socket_(shard.impl().io.get_executor()),
      bound_(bound_endpoint(descriptor)) {
  error_code ec;
  socket_.assign(is_ipv4(bound_.address) ? tcp::v4() : tcp::v6(), descriptor, ec);
  if (ec) {
    ::close(descriptor);
    throw std::runtime_error(
        fmt::format("cannot listen on {}: {}", endpoint_text(bound_), ec.message()));
  }
  reserve_ = open_reserve();
}

Acceptor::~Acceptor() {
  if (reserve_ >= 0) {
    ::close(reserve_);
  }
}

void Acceptor::start() { wait(); }

void Acceptor::close() {
  paused_ = false;
  disarm();
  error_code ignored;
  socket_.close(ignored);
}

void Acceptor::wait() {
  socket_.async_wait(decltype(socket_)::wait_read, [self = shared_from_this()](error_code ec) {
    if (!ec && self->socket_.is_open()) {
      self->accept_some();
    }
  });
}

void Acceptor::accept_some() {
  for (int i = 0; i < kAcceptedAtOnceMax; ++i) {
    if (!accept_one()) {
      if (!paused_) {
        wait();
      }
      return;
    }
  }
  wait();
}

/// Whether to go on: false when nothing waits, or after pause().
bool Acceptor::accept_one() {
  if (!roads_.has_room()) {
    pause();
    return false;
  }
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int descriptor = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address),
                                   &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor >= 0) {
    roads_.take(descriptor, from_sockaddr(address).address);
    return true;
  }
  if (is_shortage(errno)) {
    pause();
    return false;
  }
  // Anything else concerns the one client that gave up meanwhile (accept(2)).
  return errno != EAGAIN && errno != EWOULDBLOCK;
}

void Acceptor::pause() {
  const auto now = shard_.clock().tick();
  if (now >= next_warning_) {
    base::log_warn(
        fmt::format("no place for another connection on {}: clients wait", endpoint_text(bound_)));
    next_warning_ = now + kWarningEvery;
  }
  paused_ = true;
  roads_.waits_for_room->store(true);
  shard_.wheel().arm(*this, Wheel::kTurn);
}

void Acceptor::resume() {
  if (paused_) {
    paused_ = false;
    disarm();
    accept_some();
  }
}

void Acceptor::expired() {
  const auto self = shared_from_this();
  resume();
  if (paused_) {
    turn_some_away();
  }
}

void Acceptor::turn_some_away() {
  const std::string answer = roads_.turned_away();
  for (int i = 0; i < kTurnedAwayAtOnceMax; ++i) {
    if (reserve_ >= 0) {
      ::close(reserve_);
    }
    const int descriptor =
        ::accept4(socket_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      if (!answer.empty()) {
        // What came already is read first: closing over unread bytes would take the answer back.
        std::array<char, std::size_t{16} * 1024> heard;
        [[maybe_unused]] const auto got = ::recv(descriptor, heard.data(), heard.size(), 0);
        [[maybe_unused]] const auto sent =
            ::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::shutdown(descriptor, SHUT_WR);
      }
      ::close(descriptor);
    }
    reserve_ = open_reserve();
    if (descriptor < 0) {
      return;
    }
  }
}

}  // namespace keepline::net
