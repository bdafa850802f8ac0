#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "net/request.h"
#include "net/response.h"
#include "net/shard.h"

namespace keepline::net {

/// Hears that the client of a parked answer went away.
class ParkedOwner {
 public:
  /// The connection closed before an answer was given. The ParkedAnswer is dead; it may be
  /// destroyed in this call.
  virtual void peer_gone() = 0;

 protected:
  ~ParkedOwner() = default;
};

/// Hears what becomes of a stream.
class StreamOwner : public ParkedOwner {
 public:
  /// What could not be handed over at once is handed over: write() may be called again. Also heard
  /// where that was the connection's own, such as a pong.
  virtual void drained() = 0;

 protected:
  ~StreamOwner() = default;
};

/// How the bytes of a stream lie on the wire.
enum class Framing : std::uint8_t {
  kChunked,     ///< chunks of an HTTP/1.1 answer (RFC 9112 section 7.1)
  kUntilClose,  ///< the body of an HTTP/1.0 answer, which ends with the connection
  kWebsocket    ///< frames (RFC 6455)
};

/// What an Exchange, a ParkedAnswer and a Stream hold: a socket's end of one request. An interface
/// so that a simulator can stand in for the network; TcpConnection is the real one. Counts who
/// holds it. At most one of them holds it at a time. Lives on one shard.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The request being handled. Requires: an Exchange holds this.
  virtual const Request& request() const = 0;
  virtual Shard& shard() const = 0;

  /// See Exchange, ParkedAnswer and Stream.
  virtual void answer(Response response, std::function<void(bool whole)> done) = 0;
  virtual void park(ParkedOwner& owner) = 0;
  virtual void complete(base::SharedBytes whole_answer, std::function<void(bool whole)> done) = 0;

  virtual void stream(Response head, Framing framing, StreamOwner& owner) = 0;
  virtual bool write(base::SharedBytes framed) = 0;
  virtual void finish(std::string framed) = 0;

  virtual After after() const = 0;
  virtual bool head_only() const = 0;

  /// The holder will never answer, or write again: the connection closes, and its owner is not
  /// told.
  virtual void abandon() = 0;

 private:
  friend void intrusive_ptr_add_ref(Connection* connection) { ++connection->held_; }
  friend void intrusive_ptr_release(Connection* connection) {
    if (--connection->held_ == 0) {
      delete connection;
    }
  }
  std::uint32_t held_ = 0;
};
using ConnectionPtr = boost::intrusive_ptr<Connection>;

}  // namespace keepline::net
