#pragma once

#include <string>
#include <string_view>

#include "load/peer.h"
#include "support/server_process.h"

namespace keepline::bench {

/// The program bench_bare: one thread on bare epoll, which knows nothing of HTTP and writes bytes
/// it was given. What it spends is what the kernel asks of anyone who does the same by one send()
/// for each.
class BarePeer final : public Peer {
 public:
  /// `program` is bench_bare; its output goes to a file in `folder`.
  BarePeer(const std::string& program, const std::string& folder);
  ~BarePeer() override;

  /// Whoever comes is sent `greeting`, and `told` at each tell(); a poll (no greeting) must ask
  /// again in between. The text in `told` is the same every time.
  void waits(Carrier carrier, std::string_view greeting, std::string_view told);
  /// Whatever it is asked, it answers `answer` at once.
  void answers(std::string_view answer);

  const Dialect& dialect() const override { return dialect_; }
  std::chrono::nanoseconds cpu() const override;
  PrivateDirty memory() const override;
  std::optional<std::uint64_t> system_calls() override;
  std::unique_ptr<Teller> teller(support::Loop& loop, std::size_t number) override;

 private:
  void command(std::string_view line, std::string_view bytes);

  const std::uint16_t port_;
  const std::uint16_t control_port_;
  BareDialect dialect_;
  support::ServerProcess process_;
  int control_ = -1;
};

}  // namespace keepline::bench
