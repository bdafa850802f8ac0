#pragma once

#include <functional>

#include "net/connection.h"
#include "net/request.h"
#include "net/response.h"
#include "net/shard.h"

namespace keepline::net {

/// The right to answer, later, a request whose own bytes are forgotten: what a parked long poll
/// holds. The connection keeps no request, no parser and no buffer meanwhile. Move-only. Lives on
/// one shard. Dropping it unanswered closes the connection.
class ParkedAnswer {
 public:
  ParkedAnswer();
  ParkedAnswer(ParkedAnswer&& other) noexcept;
  ParkedAnswer& operator=(ParkedAnswer&& other) noexcept;
  ~ParkedAnswer();

  explicit operator bool() const { return connection_ != nullptr; }

  /// How the answer must be framed: whole answers are shared, so the caller encodes one for each
  /// After.
  After after() const;

  /// Whether the answer must be shown without a body (HEAD).
  bool head_only() const;

  /// Writes a whole HTTP answer made by net::encode() with this after(). `done` hears once whether
  /// all of it was handed to the kernel, perhaps before complete() returns. No other request is
  /// handled before it returns. Leaves this empty.
  void complete(base::SharedBytes whole_answer, std::function<void(bool whole)> done = {});

 private:
  friend class Exchange;
  ParkedAnswer(ConnectionPtr connection, ParkedOwner& owner);
  ConnectionPtr connection_;
};

/// An answer without an end: what an event stream or a WebSocket writes to. The connection keeps no
/// request, no parser and no buffer; of what the kernel does not take at once it keeps the place in
/// the shared bytes. Move-only. Lives on one shard. Dropping it unfinished closes the connection.
class Stream {
 public:
  Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  explicit operator bool() const { return connection_ != nullptr; }

  /// Writes bytes that are framed as the stream is, and returns whether the kernel
  /// took all of them. Otherwise the rest follows by itself, and the owner hears either drained()
  /// or peer_gone(), after this call returned. A client that takes nothing for
  /// ServerOptions::write_limit is gone. Requires: nothing is on its way.
  bool write(base::SharedBytes framed);

  /// Writes the last bytes behind what is on its way, and ends the connection in good order: a
  /// WebSocket's must end in a close frame. Leaves this empty.
  void finish(std::string framed);

 private:
  friend class Exchange;
  explicit Stream(ConnectionPtr connection);
  ConnectionPtr connection_;
};

/// One request and the right to answer it, once. Move-only. Lives on one shard. Dropping it
/// unanswered closes the connection.
class Exchange {
 public:
  explicit Exchange(ConnectionPtr connection);
  Exchange(Exchange&& other) noexcept;
  Exchange& operator=(Exchange&& other) noexcept;
  ~Exchange();

  explicit operator bool() const { return connection_ != nullptr; }

  const Request& request() const;
  Shard& shard() const;

  /// Answers, and lets the connection go on to its next request, after this call returned. `done`
  /// as in ParkedAnswer::complete().
  void answer(Response response, std::function<void(bool whole)> done = {}) &&;

  /// Frees the request and every buffer of the connection, and watches it for the peer's leaving,
  /// which `owner` hears after this call returned. `owner` must outlive the ParkedAnswer.
  ParkedAnswer park(ParkedOwner& owner) &&;

  /// Answers with `head` and, framed as the rest will be, its body: the first bytes of the stream.
  /// A WebSocket's head is a 101, and the peer's pings and its close are then answered by the
  /// connection; any data it sends ends it with close code 1003. `owner` must outlive the Stream,
  /// and hears nothing before this returned.
  Stream stream(Response head, Framing framing, StreamOwner& owner) &&;

 private:
  ConnectionPtr connection_;
};

}  // namespace keepline::net
