#pragma once

#include <string>

#include "load/peer.h"
#include "support/server_process.h"

namespace keepline::bench {

/// nginx with nchan as Debian ships them (nginx-light, libnginx-mod-nchan), one worker, on a
/// configuration of its own in a folder of its own. Nchan keeps messages in memory alone.
class NginxPeer final : public Peer {
 public:
  /// Whether both packages are there.
  static bool is_installed();

  explicit NginxPeer(const std::string& folder);

  const Dialect& dialect() const override { return dialect_; }
  std::chrono::nanoseconds cpu() const override;
  PrivateDirty memory() const override;
  std::unique_ptr<Teller> teller(support::Loop& loop, std::size_t number) override;

  /// What is published in place of a text: `batch`, which holds the text of mark 0 once.
  void publishes(std::string batch) { batch_ = std::move(batch); }
  /// A request that it answers by `return 200`.
  std::string trivial_request() const;

 private:
  const std::uint16_t port_;
  NchanDialect dialect_;
  std::string batch_;
  support::ServerProcess process_;
};

}  // namespace keepline::bench
