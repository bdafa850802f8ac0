#pragma once

#include <functional>

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

/// What an Exchange and a ParkedAnswer hold: a socket's end of one request. An interface so that a
/// simulator can stand in for the network; TcpConnection is the real one. At most one Exchange or
/// ParkedAnswer holds it at a time. Lives on one shard.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The request being handled. Requires: an Exchange holds this.
  virtual const Request& request() const = 0;
  virtual Shard& shard() const = 0;

  /// See Exchange::answer(), Exchange::park(), ParkedAnswer::complete().
  virtual void answer(Response response, std::function<void(bool whole)> done) = 0;
  virtual void park(ParkedOwner& owner) = 0;
  virtual void complete(base::SharedBytes whole_answer, std::function<void(bool whole)> done) = 0;

  virtual After after() const = 0;
  virtual bool head_only() const = 0;

  /// The holder will never answer: the connection closes, and its ParkedOwner is not told.
  virtual void abandon() = 0;
};

}  // namespace keepline::net
