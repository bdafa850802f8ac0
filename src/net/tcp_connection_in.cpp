// The way in: from readable bytes to a request at its handler.
#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "base/log.h"
#include "net/address.h"
#include "net/shard_impl.h"
#include "net/tcp_connection.h"

namespace keepline::net {

using base::Error;

namespace {

/// While a head comes in, no more than a head: what is behind it waits in the kernel.
constexpr std::size_t kHeadReadBytes = kHeadBytesMax;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

void TcpConnection::receive() {
  auto& buffer = shard_.impl().read_buffer;
  const std::size_t room = state_ == State::kBody ? buffer.size() : kHeadReadBytes;
  const ssize_t got = read_some(std::span(buffer).first(room));
  if (got > 0) {
    drive({buffer.data(), static_cast<std::size_t>(got)});
  } else if (got < 0 && would_block(errno)) {
    wait_readable();
  } else {
    read_failed();
  }
}

void TcpConnection::read_failed() {
  if (!tls_ || tls_->failure() == nullptr) {
    close();
    return;
  }
  base::log_debug(fmt::format("TLS with {} failed: {}", address_text(peer_), tls_->failure()));
  const bool plain_http = tls_->met_plain_http();
  tls_.reset();
  if (plain_http) {
    refuse(Error(base::Errc::kBadRequest, "this port speaks HTTPS: use an https:// address"));
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

void TcpConnection::drive_kept() {
  if (state_ == State::kIdle && pending_) {
    drive({});
  }
}

void TcpConnection::take_head(bool more_is_here) {
  fresh_ = false;
  Request& request = intake_->request();
  request.secure = tls_ != nullptr;
  request.peer = peer_;
  keep_alive_ = request.keep_alive;
  head_only_ = request.method == Method::kHead;
  state_ = State::kBody;

  Admission admission = lobby_->handler().admit(request);
  request.mark = admission.mark;
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
  lobby_->handler().handle(Exchange(ConnectionPtr(this)));
}

void TcpConnection::refuse(const Error& error) {
  state_ = State::kHandling;
  keep_alive_ = false;
  head_only_ = head_only_ && intake_ && intake_->head_done();
  answer(lobby_->handler().refuse(error), {});
}

}  // namespace keepline::net
