// The way out: from an answer to its last byte in the kernel's hands.
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/tcp_connection.h"

namespace keepline::net {

namespace {

iovec part(std::string_view bytes) {
  // sendmsg() only reads it.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

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
  if (!outgoing_) {
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
    gone();
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
    case Then::kStream:
      stream_written();
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
    later([](TcpConnection& self) { self.drive_kept(); });
  } else {
    wait_readable();
  }
}

}  // namespace keepline::net
