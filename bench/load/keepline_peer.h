#pragma once

#include <vector>

#include "load/peer.h"
#include "server.h"

namespace keepline::bench {

/// Our server on a seeded folder, started anew for each life of this. Waiter i is user i; tellers
/// are the last users, and tell the room that all are in.
class KeeplinePeer final : public Peer {
 public:
  /// The site outlives it; its server does not run before, nor after.
  explicit KeeplinePeer(Site& site);
  ~KeeplinePeer() override { site_.server.kill(); }

  const Dialect& dialect() const override { return dialect_; }
  std::chrono::nanoseconds cpu() const override { return cpu_of(site_.server.pid()); }
  PrivateDirty memory() const override { return private_dirty(site_.server.pid()); }
  std::unique_ptr<Teller> teller(support::Loop& loop, std::size_t number) override;

 private:
  Site& site_;
  KeeplineDialect dialect_;
  std::int64_t room_ = 0;
};

/// Those of `wanted` that the server serves; says which it does not. Blocks.
std::vector<Carrier> served(Site& site, const std::vector<Carrier>& wanted);

}  // namespace keepline::bench
