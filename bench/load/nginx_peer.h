#pragma once

#include <optional>
#include <string>

#include "load/channel.h"
#include "load/peer.h"
#include "support/server_process.h"

namespace keepline::bench {

/// nginx with nchan as Debian ships them (nginx-light, libnginx-mod-nchan), one process, on a
/// configuration of its own in a folder of its own. Nchan keeps messages in memory alone.
class NginxPeer final : public Peer {
 public:
  /// Whether both packages are there.
  static bool is_installed();

  /// With a certificate it also listens for TLS.
  explicit NginxPeer(const std::string& folder,
                     const std::optional<Certificate>& certificate = std::nullopt);

  const Dialect& dialect() const override { return dialect_; }
  /// Where it listens for TLS.
  const Dialect& tls_dialect() const { return tls_dialect_; }
  std::chrono::nanoseconds cpu() const override;
  PrivateDirty memory() const override;
  std::unique_ptr<Teller> teller(support::Loop& loop, std::size_t number) override;

  /// What is published in place of a text: `batch`, which holds the text of mark 0 once.
  void publishes(std::string batch) { batch_ = std::move(batch); }
  /// A request that it answers by `return 200`.
  std::string trivial_request() const;

 private:
  const std::uint16_t port_;
  const std::uint16_t tls_port_;
  NchanDialect dialect_;
  NchanDialect tls_dialect_;
  std::string batch_;
  support::ServerProcess process_;
};

}  // namespace keepline::bench
