#include "net/tcp_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/address.h"
#include "net/shard_impl.h"

namespace keepline::net {

using base::Errc;
using base::Error;

namespace {

// After the last answer the peer may still be sending; closing at once would reset the connection
// and could take the answer from it (RFC 9112 section 9.6). So read on for a while, within limits.
constexpr std::chrono::milliseconds kLingerLimit{2'000};
constexpr std::uint32_t kLingerBytesMax = 1U << 20U;

/// How long a drain waits for the first request of a client that came just before it.
constexpr std::chrono::milliseconds kLateRequestLimit{1'000};

}  // namespace

TcpConnection::TcpConnection(Lobby& lobby, const AddressBytes& peer)
    : shard_(lobby.shard()), lobby_(&lobby), peer_(peer) {
  lobby.add(*this);
}

TcpConnection::~TcpConnection() {
  base::check(state_ == State::kClosed, "its lobby holds an open connection");
}

void TcpConnection::start(int descriptor) {
  descriptor_ = descriptor;
  if (lobby_->draining() || !shard_.impl().reactor.watch(descriptor, *this)) {
    close();
    return;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (const TlsContext* const tls = lobby_->tls()) {
    tls_ = std::make_unique<TlsSession>(*tls, descriptor);
  }
  shard_.wheel().arm(*this, lobby_->options().head_limit);
  wait_readable();
}

void TcpConnection::close_if_idle() {
  if (state_ != State::kIdle || pending_) {
    return;
  }
  if (fresh_) {
    shard_.wheel().arm(*this, kLateRequestLimit);
  } else {
    close();
  }
}

void TcpConnection::end() {
  const TcpConnectionPtr self(this);
  gone();
}

ssize_t TcpConnection::read_some(std::span<char> into) {
  if (tls_) {
    const ssize_t got = tls_->read(into);
    readable_ = tls_->may_have_more() || (got > 0 && peer_ended_);
    return got;
  }
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  // A short read leaves nothing behind but the end, where that was said already; whatever comes
  // later is said anew.
  const bool whole = got == static_cast<ssize_t>(into.size());
  readable_ = got != 0 && (whole || (got > 0 && peer_ended_));
  return got;
}

ssize_t TcpConnection::write_some(std::span<const iovec> parts) {
  if (tls_) {
    return tls_->write(parts, shard_.impl().write_buffer);
  }
  msghdr message{};
  // sendmsg() only reads them.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(descriptor_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

void TcpConnection::ready(std::uint32_t events) {
  const TcpConnectionPtr self(this);
  if (tls_) {
    events = tls_->meaning_of(events);
  }
  constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  peer_ended_ = peer_ended_ || (events & kEnded) != 0;
  readable_ = readable_ || (events & (EPOLLIN | kEnded)) != 0;
  if (wants_write_ && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
    wants_write_ = false;
    on_writable();
  }
  if (wants_read_ && readable_) {
    wants_read_ = false;
    on_readable();
  }
}

void TcpConnection::wait_readable() {
  wants_read_ = true;
  if (readable_ && !read_posted_) {
    read_posted_ = true;
    later([](TcpConnection& self) {
      self.read_posted_ = false;
      if (self.wants_read_ && self.readable_) {
        self.wants_read_ = false;
        self.on_readable();
      }
    });
  }
}

void TcpConnection::later(void (*what)(TcpConnection&)) {
  shard_.impl().push(make_task([self = TcpConnectionPtr(this), what] { what(*self); }));
}

void TcpConnection::on_readable() {
  switch (state_) {
    case State::kIdle:
    case State::kHead:
    case State::kBody:
      receive();
      break;
    case State::kParked:
      if (peer_ended_) {
        gone();
      } else {
        wants_read_ = true;  // pipelined bytes, which wait; the peer's end will be said
      }
      break;
    case State::kStreaming:
      read_stream();
      break;
    case State::kLingering:
      discard();
      break;
    case State::kHandling:
    case State::kWriting:
    case State::kClosed:
      break;  // read when the answer is out
  }
}

void TcpConnection::expired() {
  const TcpConnectionPtr self(this);
  switch (state_) {
    case State::kHead:
      refuse(Error(Errc::kTimeout, "the request's head did not arrive in time"));
      break;
    case State::kBody:
      refuse(Error(Errc::kTimeout, "the request's body did not arrive in time"));
      break;
    case State::kStreaming:
      gone();  // it took nothing for too long
      break;
    default:
      close();
      break;
  }
}

const Request& TcpConnection::request() const {
  base::check(intake_ != nullptr, "no request is handled");
  return intake_->request();
}

After TcpConnection::after() const {
  return keep_alive_ && lobby_ != nullptr && !lobby_->draining() ? After::kKeepAlive
                                                                 : After::kClose;
}

void TcpConnection::park(ParkedOwner& owner) {
  if (state_ == State::kClosed) {
    intake_.reset();
    // The owner must hear it, but not before it holds its ParkedAnswer.
    owner_ = &owner;
    later([](TcpConnection& self) { self.gone(); });
    return;
  }
  base::check(state_ == State::kHandling, "a request is parked while it is handled");
  state_ = State::kParked;
  owner_ = &owner;
  release_intake();
  wait_readable();
}

void TcpConnection::abandon() {
  owner_ = nullptr;
  // A WebSocket that its peer ended says so in return, and goes by itself.
  if (state_ != State::kWriting && state_ != State::kLingering) {
    close();
  }
}

void TcpConnection::linger() {
  state_ = State::kLingering;
  release_intake();
  pending_.reset();
  frames_.reset();
  end_tls();
  ::shutdown(descriptor_, SHUT_WR);
  shard_.wheel().arm(*this, kLingerLimit);
  wait_readable();
}

/// What is read from here on is for nobody: it need not even be decrypted.
void TcpConnection::end_tls() {
  if (!tls_) {
    return;
  }
  // Behind half a record a farewell would be noise.
  if (!outgoing_) {
    tls_->say_goodbye();
  }
  tls_.reset();
  readable_ = true;  // perhaps: only the kernel knows
}

void TcpConnection::discard() {
  const ssize_t got = read_some(shard_.impl().read_buffer);
  const bool waits = got < 0 && would_block(errno);
  if (got > 0) {
    discarded_ += static_cast<std::uint32_t>(got);
  }
  if (waits || (got > 0 && discarded_ <= kLingerBytesMax)) {
    wait_readable();
  } else {
    close();
  }
}

void TcpConnection::gone() {
  ParkedOwner* const owner = std::exchange(owner_, nullptr);
  close();
  if (owner != nullptr) {
    owner->peer_gone();
  }
}

void TcpConnection::close() {
  if (state_ == State::kClosed) {
    return;
  }
  // A handler at work may still be reading its request; then it goes when the Exchange does.
  if (state_ != State::kHandling) {
    release_intake();
  }
  const TcpConnectionPtr self(this);
  state_ = State::kClosed;
  disarm();
  wants_read_ = false;
  wants_write_ = false;
  shard_.impl().reactor.forget(*this);
  end_tls();
  ::close(std::exchange(descriptor_, -1));
  pending_.reset();
  frames_.reset();
  std::exchange(lobby_, nullptr)->remove(*this);
  if (const auto out = std::move(outgoing_); out && out->done) {
    out->done(false);
  }
}

void TcpConnection::release_intake() {
  if (intake_) {
    lobby_->give_back(std::move(intake_));
  }
}

}  // namespace keepline::net
