#include "net/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>
#include <utility>

#include "base/check.h"
#include "net/acceptor.h"
#include "net/address.h"
#include "net/listening_socket.h"
#include "net/lobby.h"
#include "net/shard_impl.h"

namespace keepline::net {

namespace {

/// A connection on its way to its shard; closed if it never gets there.
class Arrival {
 public:
  explicit Arrival(int descriptor) : descriptor_(descriptor) {}
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;
  ~Arrival() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }
  int take() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

/// Runs `task` on `shard` and waits for it. Blocks.
void run_on(Shard& shard, const std::function<void()>& task) {
  if (!shard.impl().running) {
    task();  // not started, or stopped: nobody else touches what lives there
    return;
  }
  std::promise<void> done;
  shard.post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace

struct Server::Impl {
  Impl(std::vector<Shard*> shards_in, Handler& handler_in, ServerOptions options_in)
      : shards(std::move(shards_in)), handler(handler_in), options(std::move(options_in)) {
    base::check(!shards.empty(), "a server needs a shard");
    for (Shard* const shard : shards) {
      lobbies.push_back(
          std::make_unique<Lobby>(*shard, handler, options, [this] { connection_left(); }));
    }
    listen();
  }

  Acceptor::Roads roads() {
    return {.has_room = [this] { return has_room(); },
            .take = [this](int descriptor, const AddressBytes& peer) { take(descriptor, peer); },
            .turned_away = [this] { return turned_away(); },
            .waits_for_room = &waits_for_room};
  }

  void listen() {
    if (!options.inherited.empty()) {
      for (const int descriptor : options.inherited) {
        adopt_listening_socket(descriptor);
        acceptors.push_back(std::make_shared<Acceptor>(*shards.front(), descriptor, roads()));
      }
      return;
    }
    if (options.listen.empty()) {
      throw std::runtime_error("cannot listen: no address is given");
    }
    std::vector<Endpoint> endpoints;
    for (const std::string& text : options.listen) {
      const auto endpoint = parse_endpoint(text);
      if (!endpoint) {
        throw std::runtime_error(
            fmt::format("cannot listen on \"{}\": {}", text, endpoint.error().detail));
      }
      endpoints.push_back(*endpoint);
    }
    for (const Endpoint& endpoint : endpoints) {
      // [::] takes IPv4 clients too, unless an IPv4 address asks for the same port.
      const bool ipv6_only = std::ranges::any_of(endpoints, [&](const Endpoint& other) {
        return is_ipv4(other.address) && other.port == endpoint.port;
      });
      acceptors.push_back(std::make_shared<Acceptor>(
          *shards.front(), open_listening_socket(endpoint, ipv6_only), roads()));
    }
  }

  bool has_room() const { return options.connections_max == 0 || open < options.connections_max; }

  /// On the first shard.
  void take(int descriptor, const AddressBytes& peer) {
    ++open;
    const std::size_t index = next_shard++ % shards.size();
    if (index == 0) {
      lobbies[0]->enter(descriptor, peer);
      return;
    }
    const auto arrival = std::make_shared<Arrival>(descriptor);
    shards[index]->post(
        [lobby = lobbies[index].get(), arrival, peer] { lobby->enter(arrival->take(), peer); });
  }

  std::string turned_away() {
    if (options.tls) {
      return {};  // whoever waits for a handshake could not read it
    }
    Response response = handler.refuse(
        base::retry_later(base::Errc::kOverloaded, "the server has no place for more clients", 1));
    return encode(response, After::kClose, /*head_only=*/false, shards.front()->http_date(),
                  options.common_headers);
  }

  /// On the connection's shard.
  void connection_left() {
    --open;
    if (waits_for_room.exchange(false)) {
      shards.front()->post([waiting = acceptors] {
        for (const auto& acceptor : waiting) {
          acceptor->resume();
        }
      });
    }
  }

  /// On the first shard.
  void close_acceptors() {
    for (const auto& acceptor : acceptors) {
      acceptor->close();
    }
  }

  const std::vector<Shard*> shards;
  Handler& handler;
  const ServerOptions options;
  std::vector<std::unique_ptr<Lobby>> lobbies;  ///< one for each shard
  std::vector<std::shared_ptr<Acceptor>> acceptors;
  std::atomic<std::size_t> open{0};
  std::atomic<bool> waits_for_room{false};
  std::size_t next_shard = 0;  ///< on the first shard
  bool stopped = false;        ///< on the owner's thread
};

Server::Server(std::vector<Shard*> shards, Handler& handler, ServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(shards), handler, std::move(options))) {}

Server::~Server() { stop(); }

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> texts;
  for (const auto& acceptor : impl_->acceptors) {
    texts.push_back(endpoint_text(acceptor->listening_at()));
  }
  return texts;
}

void Server::start() {
  impl_->shards.front()->post([acceptors = impl_->acceptors] {
    for (const auto& acceptor : acceptors) {
      acceptor->start();
    }
  });
}

void Server::use(TlsContextPtr tls) {
  base::check(impl_->options.tls && tls, "a server speaks TLS from its start on, or never");
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    impl_->shards[i]->post([lobby = impl_->lobbies[i].get(), tls] { lobby->use(tls); });
  }
}

void Server::drain() {
  // From the first shard, behind whatever it has dealt: no connection arrives after the drain.
  impl_->shards.front()->post([impl = impl_.get()] {
    impl->close_acceptors();
    for (std::size_t i = 0; i < impl->shards.size(); ++i) {
      impl->shards[i]->post([lobby = impl->lobbies[i].get()] { lobby->drain(); });
    }
  });
}

std::size_t Server::connections() const { return impl_->open; }

void Server::stop() {
  if (std::exchange(impl_->stopped, true)) {
    return;
  }
  run_on(*impl_->shards.front(), [this] { impl_->close_acceptors(); });
  for (std::size_t i = 0; i < impl_->shards.size(); ++i) {
    run_on(*impl_->shards[i], [this, i] { impl_->lobbies[i]->close_all(); });
  }
}

}  // namespace keepline::net
