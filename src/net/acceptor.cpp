#include "net/acceptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "net/listening_socket.h"
#include "net/shard_impl.h"

namespace keepline::net {

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
      descriptor_(descriptor),
      bound_(bound_endpoint(descriptor)),
      reserve_(open_reserve()) {}

Acceptor::~Acceptor() {
  close();
  if (reserve_ >= 0) {
    ::close(reserve_);
  }
}

void Acceptor::start() {
  if (descriptor_ < 0) {
    return;
  }
  base::check(shard_.impl().reactor.watch(descriptor_, *this), "a listening socket is watched");
  // Clients that came before are told by the first event, which the watching itself brings.
}

void Acceptor::close() {
  paused_ = false;
  disarm();
  if (descriptor_ >= 0) {
    shard_.impl().reactor.forget(*this);
    ::close(std::exchange(descriptor_, -1));
  }
}

void Acceptor::ready(std::uint32_t /*events*/) {
  if (!paused_) {
    accept_some();
  }
}

/// Until nobody waits: a new client is an edge only after that.
void Acceptor::accept_some() {
  for (int i = 0; i < kAcceptedAtOnceMax; ++i) {
    if (!accept_one()) {
      return;
    }
  }
  shard_.post([self = shared_from_this()] {
    if (!self->paused_ && self->descriptor_ >= 0) {
      self->accept_some();
    }
  });
}

/// Whether to go on: false when nothing waits, or after pause().
bool Acceptor::accept_one() {
  if (!roads_.has_room()) {
    pause();
    return false;
  }
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int descriptor = ::accept4(descriptor_, reinterpret_cast<sockaddr*>(&address), &size,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC);
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
    const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
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
