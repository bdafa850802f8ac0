#include <cstdio>

#include "figures.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr double kPercentMax = 1;

}  // namespace

void idle(const Settings& settings) {
  const std::size_t count =
      settings.sizes({19'000}).empty() ? static_cast<std::size_t>(settings.clients_max) : 19'000;
  // All came at about the same moment, and what ends a wait or keeps a stream alive comes after 20
  // to 25 s: two such rounds, or the figure would depend on where it begins.
  constexpr std::chrono::seconds kLength{45};
  Site site(settings.keepline, settings.folder, static_cast<int>(count) + 64, 0,
            settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::printf("\n%zu clients wait and nothing happens, for %lld s\n", count,
              static_cast<long long>(kLength.count()));
  for (const Carrier carrier : carriers) {
    KeeplinePeer peer(site);
    support::Loop loop;
    Crowd crowd(loop, peer.dialect(), {.carrier = carrier, .count = count});
    crowd.gather();
    settle(loop, [&peer] { return peer.cpu(); });
    const std::uint64_t batches = crowd.batches();
    const auto cpu = peer.cpu();
    const auto begin = SteadyClock::now();
    loop.run_until([] { return false; }, begin + kLength);
    const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
    const double spent = static_cast<double>((peer.cpu() - cpu).count()) / 1e9;
    const auto told = static_cast<double>(crowd.batches() - batches);
    std::printf("%-10s %5s %% of a core, %s; %.0f empty batches a second, %s us each%s\n",
                name(carrier), figure(100 * spent / lasted.count()).c_str(),
                at_most(100 * spent / lasted.count(), kPercentMax, 1).c_str(),
                told / lasted.count(), told > 0 ? figure(spent * 1e6 / told).c_str() : "-",
                crowd.lost() > 0 ? "; SOME WERE CLOSED" : "");
  }
}

}  // namespace keepline::bench
