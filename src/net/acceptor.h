#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "net/address.h"
#include "net/reactor.h"
#include "net/shard.h"
#include "net/wheel.h"

namespace keepline::net {

/// One listening socket. Accepts on one shard and hands each connection on.
///
/// When there is no descriptor left, or no place, it pauses: new clients wait in the kernel's
/// backlog, and nothing spins. It tries again as soon as a connection closes, or after a turn of
/// the wheel; if there is still no place then, it turns a few clients away with an answer (through
/// a descriptor held in reserve), so that they need not wait for nothing.
///
/// Lives on one shard, but for the constructor and listening_at(), which may run before it starts.
class Acceptor final : private Timer,
                       private Watched,
                       public std::enable_shared_from_this<Acceptor> {
 public:
  struct Roads {
    std::function<bool()> has_room;  ///< for one more connection
    std::function<void(int descriptor, const AddressBytes& peer)> take;  ///< owns the descriptor
    std::function<std::string()> turned_away;  ///< a whole answer, or "" to say nothing
    std::atomic<bool>* waits_for_room;  ///< set while paused: then say resume() when one closes
  };

  /// Takes `descriptor` over, which listens and does not block (net/listening_socket.h).
  Acceptor(Shard& shard, int descriptor, Roads roads);
  ~Acceptor() override;

  /// Where it listens: the port is never 0.
  const Endpoint& listening_at() const { return bound_; }

  void start();
  /// Ends a pause now. Does nothing otherwise.
  void resume();
  /// Listens no more.
  void close();

 private:
  void ready(std::uint32_t events) override;
  void accept_some();
  bool accept_one();
  void pause();
  void turn_some_away();
  void expired() override;

  Shard& shard_;
  Roads roads_;
  int descriptor_;  ///< -1 once closed
  Endpoint bound_;
  int reserve_ = -1;     ///< a descriptor to give up when there is no other
  bool paused_ = false;  ///< not waiting for clients, but for room
  base::Tick next_warning_{};
};

}  // namespace keepline::net
