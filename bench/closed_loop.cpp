#include "closed_loop.h"

#include <memory>
#include <vector>

#include "load/process.h"

namespace keepline::bench {
namespace {

using support::Instant;
using support::SteadyClock;

/// One sender: its next message follows the last one's acknowledgement.
struct Sender {
  std::unique_ptr<Teller> teller;
  Instant begin;

  void send() {
    begin = SteadyClock::now();
    teller->tell(0);
  }
};

}  // namespace

ClosedLoopFigures closed_loop(const Site& site, int count, Nonces nonces,
                              std::chrono::milliseconds warm_up, std::chrono::milliseconds length) {
  support::Loop loop;
  support::BlockingClient client(site.server.port());
  ClosedLoopFigures figures;
  bool sending = true;
  bool measuring = false;
  std::vector<Sender> senders(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < senders.size(); ++i) {
    const auto& user = site.users.at(2 * i);
    const auto chat = support::direct_chat(client, user.token, site.users.at(2 * i + 1).id);
    Sender& sender = senders[i];
    sender.teller = keepline_sender(loop, site.server.port(), user.token, chat, nonces);
    sender.teller->on_told([&](bool stored) {
      if (!stored) {
        ++figures.failures;
      } else if (measuring) {
        figures.latencies.add(SteadyClock::now() - sender.begin);
      }
      if (sending) {
        sender.send();
      }
    });
  }
  const auto never = [] { return false; };
  for (Sender& sender : senders) {
    sender.send();
  }
  loop.run_until(never, SteadyClock::now() + warm_up);

  measuring = true;
  const auto cpu_before = cpu_of(site.server.pid());
  const Instant begin = SteadyClock::now();
  loop.run_until(never, begin + length);
  const auto cpu = cpu_of(site.server.pid()) - cpu_before;
  const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
  measuring = false;
  sending = false;
  loop.run_until(
      [&senders] {
        for (const Sender& sender : senders) {
          if (sender.teller->busy()) {
            return false;
          }
        }
        return true;
      },
      SteadyClock::now() + std::chrono::seconds(5));

  const auto messages = static_cast<double>(figures.latencies.count());
  figures.per_second = messages / lasted.count();
  figures.cpu_us = messages == 0 ? 0 : static_cast<double>(cpu.count()) / 1e3 / messages;
  return figures;
}

}  // namespace keepline::bench
