#pragma once

#include <functional>
#include <memory>

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
  ParkedAnswer(std::shared_ptr<Connection> connection, ParkedOwner& owner);
  std::shared_ptr<Connection> connection_;
};

/// One request and the right to answer it, once. Move-only. Lives on one shard. Dropping it
/// unanswered closes the connection.
class Exchange {
 public:
  explicit Exchange(std::shared_ptr<Connection> connection);
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

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace keepline::net
