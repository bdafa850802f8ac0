#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/connection.h"
#include "net/intake.h"
#include "net/lobby.h"
#include "net/reactor.h"
#include "net/tls.h"
#include "net/websocket.h"
#include "net/wheel.h"

namespace keepline::net {

/// One client's socket, as a state machine on readiness callbacks.
///
///            bytes         head in      request whole     park()
///     idle ---------> head -------> body ---------> handling ----> parked
///      ^                |             |              |  | answer()    | complete()
///      |                +-- refused --+--> writing <----+-------------+
///      |                                    |  ^     | stream()
///      |                         all written|  |     +-----------> streaming
///      |                                    |  +-- finish() ----------+
///      +------------------------------------+--> lingering --> closed
///
/// Reads go into the shard's buffer; only bytes that cannot be used yet are kept here. Writes go
/// straight to the socket; only what the kernel does not take is kept. So an idle or parked
/// connection is this object and its descriptor's entry in the kernel.
///
/// One request at a time: pipelined ones wait in the kernel, and up to one read of them here.
/// Every state but handling, parked and streaming has a deadline on the shard's wheel; a stream has
/// one while something is on its way.
///
/// Where its lobby has a TlsContext, the same bytes travel within TLS; the handshake is part of the
/// first read and of its deadline. A client that speaks plain HTTP there is told so, once.
///
/// Lives on one shard. Held by its lobby while it is open, and by whoever holds its Exchange,
/// ParkedAnswer or Stream.
class TcpConnection final : public Connection, private Timer, private Watched {
 public:
  TcpConnection(Lobby& lobby, const AddressBytes& peer);
  ~TcpConnection() override;

  /// Takes the socket over and begins to read.
  void start(int descriptor);

  /// Closes between two requests; otherwise the lobby's drain() does it after the answer. One that
  /// has said nothing yet has a moment: who was just let in is not sent away unheard.
  void close_if_idle();
  /// Closes now. The owner of a parked answer is told.
  void end();

  const Request& request() const override;
  Shard& shard() const override { return shard_; }
  void answer(Response response, std::function<void(bool)> done) override;
  void park(ParkedOwner& owner) override;
  void complete(base::SharedBytes whole_answer, std::function<void(bool)> done) override;
  void stream(Response head, Framing framing, StreamOwner& owner) override;
  bool write(base::SharedBytes framed) override;
  void finish(std::string framed) override;
  After after() const override;
  bool head_only() const override { return head_only_; }
  void abandon() override;

 private:
  friend class Lobby;

  enum class State : std::uint8_t {
    kIdle,
    kHead,
    kBody,
    kHandling,
    kParked,
    kStreaming,
    kWriting,
    kLingering,
    kClosed
  };

  /// What follows when everything is written.
  enum class Then : std::uint8_t { kNextRequest, kClose, kReadBody, kStream };

  /// An answer on its way that the kernel did not take at once.
  struct Outgoing {
    std::string head;
    std::string body;
    base::SharedBytes shared_body;
    std::size_t sent = 0;
    Then then = Then::kNextRequest;
    std::function<void(bool)> done;

    std::string_view body_view() const {
      return shared_body ? std::string_view(*shared_body) : body;
    }
    std::size_t size() const { return head.size() + body_view().size(); }
  };

  // The two places that touch the bytes of requests and answers, within TLS or as they are.
  ssize_t read_some(std::span<char> into);
  ssize_t write_some(std::span<const iovec> parts);

  static bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

  void ready(std::uint32_t events) override;
  /// on_readable() is called when there are bytes to read, or the peer's end: in a later turn of
  /// the loop where they are there already.
  void wait_readable();
  void wait_writable() { wants_write_ = true; }
  /// Runs `what` in a later turn of the loop.
  void later(void (*what)(TcpConnection&));
  void on_readable();
  void on_writable();
  void read_failed();
  void end_tls();
  void expired() override;

  bool reading() const {
    return state_ == State::kIdle || state_ == State::kHead || state_ == State::kBody;
  }
  void receive();
  void drive(std::string_view fresh);
  void drive_kept();
  std::string_view kept() const {
    return pending_ ? std::string_view(*pending_) : std::string_view();
  }
  void keep(std::string_view rest);
  void take_head(bool more_is_here);
  void take_request();
  void refuse(const base::Error& error);

  // A stream's way: tcp_connection_stream.cpp.
  bool push_stream(Outgoing out);
  void stream_written();
  void read_stream();
  void read_handshake_rest();
  void read_frames(std::string_view bytes);
  void frame_is_in(WebsocketReader::Kind kind, const WebsocketReader& reader);
  void close_websocket(CloseCode code);

  void send(Outgoing out);
  bool push(Outgoing& out, bool& failed);
  void written(Then then);
  void next_request();
  void linger();
  void discard();
  void gone();
  void close();
  void release_intake();

  Shard& shard_;
  Lobby* lobby_;  ///< null once closed
  int descriptor_ = -1;
  TcpConnection* next_ = nullptr;  ///< in the lobby's list
  TcpConnection* previous_ = nullptr;
  ParkedOwner* owner_ = nullptr;          ///< while parked or streaming; then it is a StreamOwner
  std::unique_ptr<Intake> intake_;        ///< from a request's first byte to its answer
  std::unique_ptr<std::string> pending_;  ///< read, but not yet used; null when there is nothing
  std::unique_ptr<Outgoing> outgoing_;    ///< while writing
  std::unique_ptr<WebsocketReader> frames_;  ///< while a frame or a message is not whole
  std::unique_ptr<TlsSession> tls_;          ///< null where bytes are sent as they are
  AddressBytes peer_;
  std::uint32_t discarded_ = 0;  ///< bytes, while lingering
  State state_ = State::kIdle;
  Framing framing_ = Framing::kChunked;  ///< while streaming
  bool readable_ = false;                ///< the kernel may have bytes, or the peer's end
  bool peer_ended_ = false;              ///< nothing comes after what the kernel has
  bool wants_read_ = false;
  bool wants_write_ = false;
  bool read_posted_ = false;
  bool driving_ = false;     ///< drive() is on the stack, and goes on by itself
  bool keep_alive_ = false;  ///< of the request being handled
  bool head_only_ = false;
  bool fresh_ = true;  ///< no request came yet
};

using TcpConnectionPtr = boost::intrusive_ptr<TcpConnection>;

}  // namespace keepline::net
