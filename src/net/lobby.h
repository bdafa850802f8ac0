#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "net/intake.h"
#include "net/request.h"
#include "net/server.h"
#include "net/shard.h"
#include "net/tls.h"

namespace keepline::net {

class TcpConnection;

/// The connections of one server on one shard: what they share, and the list of them, which holds
/// each for as long as it is open. Lives on its
/// shard; the server outlives it.
class Lobby {
 public:
  /// `left` is called on the shard after each connection that closed.
  Lobby(Shard& shard, Handler& handler, const ServerOptions& options, std::function<void()> left);
  ~Lobby();
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  /// Takes a connected, non-blocking socket over.
  void enter(int descriptor, const AddressBytes& peer);

  /// Closes idle connections now and the others after their answer.
  void drain();
  bool draining() const { return draining_; }

  /// Closes every connection; owners of parked answers are told.
  void close_all();

  Shard& shard() { return shard_; }
  Handler& handler() { return handler_; }
  const ServerOptions& options() const { return options_; }
  /// What connections that enter from now on speak TLS with; null for none.
  const TlsContext* tls() const { return tls_.get(); }
  void use(TlsContextPtr tls) { tls_ = std::move(tls); }

  /// An Intake as new, perhaps one that was used before; give it back when the request is done.
  std::unique_ptr<Intake> take_intake();
  void give_back(std::unique_ptr<Intake> intake);

 private:
  friend class TcpConnection;
  void add(TcpConnection& connection);
  void remove(TcpConnection& connection);

  static constexpr std::size_t kSparesMax = 64;

  Shard& shard_;
  Handler& handler_;
  const ServerOptions& options_;
  const std::function<void()> left_;
  TlsContextPtr tls_;
  TcpConnection* first_ = nullptr;  ///< a list through the connections
  std::vector<std::unique_ptr<Intake>> spares_;
  bool draining_ = false;
};

}  // namespace keepline::net
