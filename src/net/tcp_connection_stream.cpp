// The way of a stream: an answer without an end, and what a WebSocket's client says meanwhile.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/shard_impl.h"
#include "net/tcp_connection.h"

namespace keepline::net {

namespace {

/// The client of a stream has nothing to say: this is enough to refuse what it says by its size.
constexpr std::size_t kMessageMax = 4096;

/// What the kernel holds of a stream and has not sent. A slow client costs no more, and the rest of
/// what it is to get stays where all have it in common.
constexpr int kUnsentBytesMax = 64 * 1024;

/// A peer that acknowledges nothing for so long is gone (RFC 5482).
constexpr int kUserTimeoutMs = 30'000;

}  // namespace

void TcpConnection::stream(Response head, Framing framing, StreamOwner& owner) {
  owner_ = &owner;
  if (state_ == State::kClosed) {
    intake_.reset();
    later([](TcpConnection& self) { self.gone(); });
    return;
  }
  base::check(state_ == State::kHandling, "a request becomes a stream while it is handled");
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytesMax, sizeof(int));
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs, sizeof(int));
  Outgoing out;
  out.head = encode_stream_head(head, framing == Framing::kChunked, shard_.http_date(),
                                lobby_->options().common_headers);
  out.head.append(head.body);
  state_ = State::kStreaming;
  framing_ = framing;
  keep_alive_ = false;
  release_intake();
  // What came with the handshake is read after the owner holds its Stream.
  if (framing_ == Framing::kWebsocket && pending_) {
    later([](TcpConnection& self) { self.read_handshake_rest(); });
  } else {
    // Behind the request for an event stream nothing is ever answered.
    pending_.reset();
  }
  push_stream(std::move(out));
  wait_readable();
}

bool TcpConnection::write(base::SharedBytes framed) {
  if (state_ != State::kStreaming) {
    return false;  // it broke: the owner is about to hear it
  }
  base::check(!outgoing_ || !outgoing_->shared_body, "a stream writes one at a time");
  if (outgoing_) {
    // Its head, or a pong, is still on its way.
    outgoing_->shared_body = std::move(framed);
    return false;
  }
  Outgoing out;
  out.shared_body = std::move(framed);
  return push_stream(std::move(out));
}

bool TcpConnection::push_stream(Outgoing out) {
  out.then = Then::kStream;
  bool failed = false;
  if (push(out, failed)) {
    return true;
  }
  if (failed) {
    // The owner is in the middle of something: it hears of it after that.
    later([](TcpConnection& self) { self.gone(); });
    return false;
  }
  outgoing_ = std::make_unique<Outgoing>(std::move(out));
  shard_.wheel().arm(*this, lobby_->options().write_limit);
  wait_writable();
  return false;
}

/// Everything that was on its way is with the kernel.
void TcpConnection::stream_written() {
  disarm();
  wait_readable();
  static_cast<StreamOwner*>(owner_)->drained();
}

void TcpConnection::finish(std::string framed) {
  owner_ = nullptr;
  if (state_ != State::kStreaming) {
    return;
  }
  state_ = State::kWriting;
  if (framing_ == Framing::kChunked) {
    framed.append(kLastChunk);
  }
  Outgoing last;
  if (const auto before = std::move(outgoing_)) {
    // Its waiting operation stays, and finds this in its place.
    const std::string_view body = before->body_view();
    std::string rest = before->head.substr(std::min(before->sent, before->head.size()));
    rest.append(body.substr(before->sent - std::min(before->sent, before->head.size())));
    last.head = std::move(rest);
    last.body = std::move(framed);
    last.then = Then::kClose;
    outgoing_ = std::make_unique<Outgoing>(std::move(last));
    return;
  }
  last.body = std::move(framed);
  last.then = Then::kClose;
  send(std::move(last));
}

void TcpConnection::read_handshake_rest() {
  if (const auto bytes = std::move(pending_); bytes && state_ == State::kStreaming) {
    read_frames(*bytes);
  }
}

void TcpConnection::read_stream() {
  if (outgoing_) {
    return;  // who does not take what is for it, is not heard either: read again after
  }
  auto& buffer = shard_.impl().read_buffer;
  const ssize_t got = read_some(buffer);
  if (got == 0 || (got < 0 && !would_block(errno))) {
    gone();
    return;
  }
  if (got > 0 && framing_ == Framing::kWebsocket) {
    read_frames({buffer.data(), static_cast<std::size_t>(got)});
    return;
  }
  // Whatever else is asked for on this connection can never be answered.
  wait_readable();
}

void TcpConnection::read_frames(std::string_view bytes) {
  auto reader = frames_ ? std::move(frames_) : std::make_unique<WebsocketReader>(kMessageMax);
  while (state_ == State::kStreaming) {
    const auto kind = reader->read(bytes);
    if (kind == WebsocketReader::Kind::kMore) {
      break;
    }
    frame_is_in(kind, *reader);
  }
  if (state_ != State::kStreaming) {
    return;
  }
  if (!reader->idle()) {
    frames_ = std::move(reader);
  }
  if (!outgoing_) {
    wait_readable();
  }
}

void TcpConnection::frame_is_in(WebsocketReader::Kind kind, const WebsocketReader& reader) {
  switch (kind) {
    case WebsocketReader::Kind::kPing: {
      std::string pong = websocket_frame(Opcode::kPong, reader.payload());
      if (!outgoing_) {
        Outgoing out;
        out.head = std::move(pong);
        push_stream(std::move(out));
      }
      // Of pings that come faster than their pongs go, only some are answered (section 5.5.3).
      return;
    }
    case WebsocketReader::Kind::kMessage:
      close_websocket(CloseCode::kUnsupported);
      return;
    case WebsocketReader::Kind::kClose:
      close_websocket(reader.close_code());
      return;
    case WebsocketReader::Kind::kBroken:
      close_websocket(reader.close_code());
      return;
    case WebsocketReader::Kind::kPong:
    case WebsocketReader::Kind::kMore:
      return;
  }
}

void TcpConnection::close_websocket(CloseCode code) {
  ParkedOwner* const owner = owner_;
  finish(websocket_close(code));
  owner->peer_gone();
}

}  // namespace keepline::net
