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

/// While a head comes in, no more than a head: what is behind it waits in the kernel.
constexpr std::size_t kHeadReadBytes = kHeadBytesMax;

// After the last answer the peer may still be sending; closing at once would reset the connection
// and could take the answer from it (RFC 9112 section 9.6). So read on for a while, within limits.
constexpr std::chrono::milliseconds kLingerLimit{2'000};
constexpr std::uint32_t kLingerBytesMax = 1U << 20U;

/// How often a parked connection with pipelined bytes before it is asked whether the peer is there.
constexpr std::chrono::milliseconds kHangUpLook{1'000};

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

iovec part(std::string_view bytes) {
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

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
    default:
      close();
      break;
  }
}

void TcpConnection::receive() {
  auto& buffer = shard_.impl().read_buffer;
  const std::size_t room = state_ == State::kBody ? buffer.size() : kHeadReadBytes;
  const ssize_t got = read_some(std::span(buffer).first(room));
  if (got > 0) {
    drive({buffer.data(), static_cast<std::size_t>(got)});
  } else if (got < 0 && would_block(errno)) {
    wait_readable();
  } else {
    close();
  }
}

/// Makes requests of what was kept and of `fresh`, which lies in the shard's buffer, until bytes or
/// the leave to go on are wanting.
void TcpConnection::drive(std::string_view fresh) {
  driving_ = true;
  std::string_view bytes = fresh;
  if (pending_) {
    pending_->append(fresh);
    bytes = *pending_;
  }
  while (reading() && !(bytes.empty() && state_ != State::kBody)) {
    if (!intake_) {
      intake_ = lobby_->take_intake();
    }
    std::size_t used = 0;
    const auto step = intake_->read(bytes, used);
    bytes.remove_prefix(used);
    if (step == Intake::Step::kMore) {
      if (state_ == State::kIdle) {
        state_ = State::kHead;
        shard_.wheel().arm(*this, lobby_->options().head_limit);
      }
      break;
    }
    if (step == Intake::Step::kHead) {
      take_head(!bytes.empty());
    } else if (step == Intake::Step::kRequest) {
      // Before the handler runs: its answer may end this request and begin to wait for the next.
      keep(bytes);
      take_request();
      bytes = kept();
    } else {
      refuse(intake_->error());
    }
  }
  driving_ = false;
  if (reading()) {
    keep(bytes);
    wait_readable();
  } else if (state_ != State::kClosed && state_ != State::kLingering) {
    keep(bytes);
  }
}

void TcpConnection::keep(std::string_view rest) {
  if (rest.empty()) {
    pending_.reset();
  } else if (pending_) {
    pending_->erase(0, pending_->size() - rest.size());
  } else {
    pending_ = std::make_unique<std::string>(rest);
  }
}

void TcpConnection::drive_later() {
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->state_ == State::kIdle && self->pending_) {
      self->drive({});
    }
  });
}

void TcpConnection::take_head(bool more_is_here) {
  Request& request = intake_->request();
  request.peer = peer_;
  request.peer_text = address_text(peer_);
  keep_alive_ = request.keep_alive;
  head_only_ = request.method == Method::kHead;
  state_ = State::kBody;

  Admission admission = lobby_->handler().admit(request);
  if (admission.refusal) {
    // A body that nobody wants would be read as the next request.
    keep_alive_ = keep_alive_ && !intake_->has_body();
    state_ = State::kHandling;
    answer(std::move(*admission.refusal), {});
    return;
  }
  if (const auto error = intake_->admit(admission.body_max)) {
    refuse(*error);
    return;
  }
  if (!intake_->has_body()) {
    return;
  }
  shard_.wheel().arm(*this, lobby_->options().body_limit);
  if (intake_->expects_continue() && !more_is_here) {
    Outgoing out;
    out.head = kContinue;
    out.then = Then::kReadBody;
    send(std::move(out));
  }
}

void TcpConnection::take_request() {
  state_ = State::kHandling;
  disarm();
  lobby_->handler().handle(Exchange(shared_from_this()));
}

void TcpConnection::refuse(const Error& error) {
  state_ = State::kHandling;
  keep_alive_ = false;
  head_only_ = head_only_ && intake_ && intake_->head_done();
  answer(lobby_->handler().refuse(error), {});
}

const Request& TcpConnection::request() const {
  base::check(intake_ != nullptr, "no request is handled");
  return intake_->request();
}

After TcpConnection::after() const {
  return keep_alive_ && lobby_ != nullptr && !lobby_->draining() ? After::kKeepAlive
                                                                 : After::kClose;
}

void TcpConnection::answer(Response response, std::function<void(bool)> done) {
  if (state_ == State::kClosed) {
    if (done) {
      done(false);
    }
    return;
  }
  base::check(state_ == State::kHandling, "a request is answered once");
  keep_alive_ = keep_alive_ && !response.close;
  Outgoing out;
  out.head = encode_head(response, after(), shard_.http_date(), lobby_->options().common_headers);
  if (!head_only_ && !body_of(response).empty()) {
    out.body = std::move(response.body);
    out.shared_body = std::move(response.shared_body);
  }
  out.then = after() == After::kClose ? Then::kClose : Then::kNextRequest;
  out.done = std::move(done);
  release_intake();
  send(std::move(out));
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

void TcpConnection::complete(base::SharedBytes whole_answer, std::function<void(bool)> done) {
  owner_ = nullptr;
  if (state_ == State::kClosed) {
    if (done) {
      done(false);
    }
    return;
  }
  base::check(state_ == State::kParked, "a parked request is answered once");
  disarm();
  Outgoing out;
  out.shared_body = std::move(whole_answer);
  out.then = after() == After::kClose ? Then::kClose : Then::kNextRequest;
  out.done = std::move(done);
  send(std::move(out));
}

void TcpConnection::abandon() {
  owner_ = nullptr;
  close();
}

void TcpConnection::send(Outgoing out) {
  bool failed = false;
  if (push(out, failed)) {
    written(out.then);
    if (out.done) {
      out.done(true);
    }
    return;
  }
  if (failed) {
    close();
    if (out.done) {
      out.done(false);
    }
    return;
  }
  state_ = State::kWriting;
  outgoing_ = std::make_unique<Outgoing>(std::move(out));
  shard_.wheel().arm(*this, lobby_->options().write_limit);
  wait_writable();
}

/// Writes until all is out (true), the kernel is full or the socket fails.
bool TcpConnection::push(Outgoing& out, bool& failed) {
  const std::size_t size = out.size();
  while (out.sent < size) {
    const std::string_view head =
        std::string_view(out.head).substr(std::min(out.sent, out.head.size()));
    const std::size_t body_sent = out.sent - std::min(out.sent, out.head.size());
    const std::array parts{part(head), part(out.body_view().substr(body_sent))};
    const ssize_t sent = write_some(head.empty() ? std::span(parts).last(1) : std::span(parts));
    if (sent < 0) {
      failed = !would_block(errno);
      return false;
    }
    out.sent += static_cast<std::size_t>(sent);
  }
  return true;
}

void TcpConnection::on_writable() {
  if (state_ != State::kWriting) {
    return;
  }
  const std::size_t before = outgoing_->sent;
  bool failed = false;
  const bool whole = push(*outgoing_, failed);
  if (!whole && !failed) {
    if (outgoing_->sent != before) {
      shard_.wheel().arm(*this, lobby_->options().write_limit);
    }
    wait_writable();
    return;
  }
  if (failed) {
    close();
    return;
  }
  const auto out = std::move(outgoing_);
  written(out->then);
  if (out->done) {
    out->done(true);
  }
}

void TcpConnection::written(Then then) {
  switch (then) {
    case Then::kNextRequest:
      next_request();
      break;
    case Then::kClose:
      linger();
      break;
    case Then::kReadBody:
      state_ = State::kBody;
      shard_.wheel().arm(*this, lobby_->options().body_limit);
      if (!driving_) {
        wait_readable();
      }
      break;
  }
}

void TcpConnection::next_request() {
  state_ = State::kIdle;
  if (lobby_->draining() && !pending_) {
    linger();
    return;
  }
  shard_.wheel().arm(*this, lobby_->options().idle_limit);
  if (driving_) {
    return;
  }
  if (pending_) {
    drive_later();
  } else {
    wait_readable();
  }
}

void TcpConnection::linger() {
  state_ = State::kLingering;
  release_intake();
  pending_.reset();
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
