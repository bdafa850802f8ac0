#include "net/tcp_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/address.h"
#include "net/shard_impl.h"

namespace keepline::net {

using base::Errc;
using base::Error;
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

// After the last answer the peer may still be sending; closing at once would reset the connection
// and could take the answer from it (RFC 9112 section 9.6). So read on for a while, within limits.
constexpr std::chrono::milliseconds kLingerLimit{2'000};
constexpr std::uint32_t kLingerBytesMax = 1U << 20U;

/// How often a parked connection with pipelined bytes before it is asked whether the peer is there.
constexpr std::chrono::milliseconds kHangUpLook{1'000};

bool hung_up(int descriptor) {
  pollfd look{.fd = descriptor, .events = POLLRDHUP, .revents = 0};
  return ::poll(&look, 1, 0) > 0 && (look.revents & (POLLRDHUP | POLLERR | POLLHUP)) != 0;
}

}  // namespace

TcpConnection::TcpConnection(Lobby& lobby, const AddressBytes& peer)
    : shard_(lobby.shard()),
      lobby_(&lobby),
      socket_(lobby.shard().impl().io.get_executor()),
      peer_(peer) {
  lobby.add(*this);
}

TcpConnection::~TcpConnection() { close(); }

void TcpConnection::start(int descriptor) {
  error_code ec;
  socket_.assign(is_ipv4(peer_) ? tcp::v4() : tcp::v6(), descriptor, ec);
  if (ec) {
    ::close(descriptor);
    close();
    return;
  }
  if (lobby_->draining()) {
    close();
    return;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  shard_.wheel().arm(*this, lobby_->options().head_limit);
  wait_readable();
}

void TcpConnection::close_if_idle() {
  if (state_ == State::kIdle && !pending_) {
    close();
  }
}

void TcpConnection::end() {
  const auto self = shared_from_this();
  gone();
}

ssize_t TcpConnection::read_some(std::span<char> into) {
  ssize_t got = 0;
  do {
    got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  return got;
}

ssize_t TcpConnection::write_some(std::span<const iovec> parts) {
  msghdr message{};
  // sendmsg() only reads them.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

void TcpConnection::wait_readable() {
  if (waiting_readable_) {
    return;  // since it was parked, or while it wrote
  }
  waiting_readable_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code ec) {
    self->waiting_readable_ = false;
    if (!ec) {
      self->on_readable();
    }
  });
}

void TcpConnection::wait_writable() {
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code ec) {
    if (!ec) {
      self->on_writable();
    }
  });
}

void TcpConnection::on_readable() {
  switch (state_) {
    case State::kIdle:
    case State::kHead:
    case State::kBody:
      receive();
      break;
    case State::kParked:
      look_for_hang_up();
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
  const auto self = shared_from_this();
  switch (state_) {
    case State::kHead:
      refuse(Error(Errc::kTimeout, "the request's head did not arrive in time"));
      break;
    case State::kBody:
      refuse(Error(Errc::kTimeout, "the request's body did not arrive in time"));
      break;
    case State::kParked:
      look_for_hang_up();
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
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->gone(); });
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
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  shard_.wheel().arm(*this, kLingerLimit);
  wait_readable();
}

void TcpConnection::discard() {
  auto& buffer = shard_.impl().read_buffer;
  const ssize_t got = read_some(buffer);
  if (got > 0 && discarded_ + static_cast<std::uint32_t>(got) <= kLingerBytesMax) {
    discarded_ += static_cast<std::uint32_t>(got);
    wait_readable();
  } else if (got < 0 && would_block(errno)) {
    wait_readable();
  } else {
    close();
  }
}

void TcpConnection::look_for_hang_up() {
  char byte = 0;
  const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got == 0 || (got < 0 && !would_block(errno) && errno != EINTR) ||
      hung_up(socket_.native_handle())) {
    gone();
  } else if (got > 0) {
    // Pipelined bytes make the socket readable for as long as they wait, so readiness says no more.
    shard_.wheel().arm(*this, kHangUpLook);
  } else {
    wait_readable();
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
  state_ = State::kClosed;
  disarm();
  error_code ignored;
  socket_.close(ignored);
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
