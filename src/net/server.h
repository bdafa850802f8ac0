#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/exchange.h"
#include "net/tls.h"

namespace keepline::net {

/// What to do with a request whose head has been read.
struct Admission {
  std::size_t body_max = 0;  ///< bytes; a longer body is refused before it is read
  std::optional<Response>
      refusal;  ///< answered at once where set, and the connection closes if a body was announced
  std::uint32_t mark = 0;  ///< becomes the request's
};

/// What the server serves. Called on shards; thread-safe where shards share it.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Called with the head alone (body empty), before any of the body is read.
  virtual Admission admit(const Request& head) = 0;
  virtual void handle(Exchange exchange) = 0;
  /// The answer for a request that did not pass the gate, or timed out. Every such answer closes.
  virtual Response refuse(const base::Error& error) = 0;
};

struct ServerOptions {
  std::vector<std::string> listen;  ///< "127.0.0.1:8080", "[::]:8080"; a port 0 takes a free one
  std::vector<int> inherited;       ///< listening sockets that are taken over, instead of `listen`
  TlsContextPtr tls;                ///< where set, every address speaks TLS and nothing else
  std::string common_headers;       ///< sent with every answer, each ended by CRLF
  std::size_t connections_max = 0;  ///< 0: as many as descriptors allow
  std::chrono::milliseconds head_limit{10'000};
  std::chrono::milliseconds body_limit{30'000};
  std::chrono::milliseconds idle_limit{75'000};
  std::chrono::milliseconds write_limit{30'000};  ///< without progress
};

/// Listens, and deals connections to shards in turn. Lives on the main thread; connections on their
/// shards.
class Server {
 public:
  /// Binds, or takes the inherited sockets over, and closes those too at its end. Throws
  /// std::runtime_error with one clear sentence where an address is taken or wrong, or a socket
  /// does not listen: this is start-up.
  Server(std::vector<Shard*> shards, Handler& handler, ServerOptions options);
  ~Server();

  /// The addresses really bound, such as "127.0.0.1:8080".
  std::vector<std::string> addresses() const;

  void start();
  /// Connections that come from now on use `tls`; those that are open go on with what they have.
  /// Requires: the options had a TlsContext. Thread-safe, until stop() is called.
  void use(TlsContextPtr tls);
  /// No new connections; idle ones close, and busy ones after their answer. Thread-safe.
  void drain();
  /// Connections still open, over all shards. Thread-safe.
  std::size_t connections() const;
  /// Closes what is left. Call before the shards stop.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keepline::net
