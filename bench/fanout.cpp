#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "figures.h"
#include "load/bare_peer.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "load/nginx_peer.h"
#include "load/recording.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr int kRounds = 5;
constexpr double kBareUsMax = 14;

/// One figure for each fan-out.
struct Figures {
  std::vector<double> last_ms;    ///< from the first byte of what is told to the last waiter
  std::vector<double> cpu_us;     ///< for each delivery
  std::vector<double> repoll_us;  ///< for each poll that asks again and is parked
  std::vector<double> calls;      ///< system calls for each delivery, where the peer counts them
  std::size_t missing = 0;
};

double us_each(std::chrono::nanoseconds time, std::size_t count) {
  return static_cast<double>(time.count()) / 1e3 / static_cast<double>(count);
}

/// `constant`: what this peer tells always holds the mark 1.
Recording measure(Peer& peer, Carrier carrier, std::size_t count, bool constant, Figures& figures) {
  support::Loop loop;
  const auto cpu = [&peer] { return peer.cpu(); };
  const auto teller = peer.teller(loop, 0);
  Crowd crowd(loop, peer.dialect(), {.carrier = carrier, .count = count});
  Recording recording;
  crowd.record();
  crowd.gather();
  settle(loop, cpu);
  recording.greeting = crowd.recorded();
  for (std::uint32_t round = 1; round <= kRounds; ++round) {
    if (round == 1) {
      crowd.record();
    }
    // Polls ask again only when the fan-out is over, so that its cost is seen by itself.
    crowd.asks_at_once(false);
    crowd.expect(constant ? 1 : round);
    const auto calls = peer.system_calls();
    const auto before = peer.cpu();
    const auto begin = SteadyClock::now();
    teller->tell(round);
    const bool all =
        loop.run_until([&] { return crowd.all_reached(); }, begin + std::chrono::seconds(30));
    const std::chrono::duration<double, std::milli> lasted = SteadyClock::now() - begin;
    const auto after = settle(loop, cpu);
    figures.missing += all ? 0 : count - crowd.reached();
    figures.last_ms.push_back(lasted.count());
    figures.cpu_us.push_back(us_each(after - before, count));
    if (calls) {
      figures.calls.push_back(static_cast<double>(*peer.system_calls() - *calls) /
                              static_cast<double>(count));
    }
    if (round == 1) {
      recording.told = crowd.recorded();
    }
    crowd.asks_at_once(true);
    if (carrier == Carrier::kPoll) {
      crowd.ask_again();
      figures.repoll_us.push_back(us_each(settle(loop, cpu) - after, count));
    }
  }
  return recording;
}

struct Row {
  Figures ours;
  Figures bare;
  Figures nchan;
};

void print(const char* name, const Figures& figures) {
  std::printf("  %-14s %10s %12s %12s", name, figure(median(figures.last_ms)).c_str(),
              figure(median(figures.cpu_us)).c_str(),
              figures.repoll_us.empty() ? "" : figure(median(figures.repoll_us)).c_str());
  if (figures.missing > 0) {
    std::printf("   %zu NEVER REACHED", figures.missing);
  }
}

void print(Carrier carrier, std::size_t count, const Row& row) {
  const double bare_us = median(row.bare.cpu_us);
  std::printf("%s, %zu waiters\n", name(carrier), count);
  print("keepline", row.ours);
  std::printf("\n");
  print("bare epoll", row.bare);
  std::printf("   %s system calls for each%s\n", figure(median(row.bare.calls)).c_str(),
              bare_us > kBareUsMax ? "; NOT VALID: slower than 14 us" : "");
  if (!row.nchan.cpu_us.empty()) {
    print("nginx + nchan", row.nchan);
    std::printf("\n");
  }
  std::printf("  to the last : bare %s; cpu : bare %s; cpu : nchan %s",
              at_most(median(row.ours.last_ms), median(row.bare.last_ms), 1.15).c_str(),
              at_most(median(row.ours.cpu_us), bare_us, 1.15).c_str(),
              at_most(median(row.ours.cpu_us), median(row.nchan.cpu_us), 0.75).c_str());
  std::printf("%s\n",
              count == 1'000
                  ? ("; 15 ms " + std::string(verdict(median(row.ours.last_ms) <= 15))).c_str()
                  : "");
}

}  // namespace

void fanout(const Settings& settings) {
  const auto counts = settings.sizes({1'000, 10'000, 19'000});
  const int times = (settings.repeat + 1) / 2;
  Site site(settings.keepline, settings.folder, static_cast<int>(counts.back()) + 64, 0,
            settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::map<std::pair<Carrier, std::size_t>, Row> rows;
  for (int i = 0; i < times; ++i) {
    for (const Carrier carrier : carriers) {
      for (const std::size_t count : counts) {
        Row& row = rows[{carrier, count}];
        Recording recording;
        {
          KeeplinePeer keepline(site);
          recording = measure(keepline, carrier, count, false, row.ours);
        }
        {
          BarePeer bare(settings.bare, site.scratch.path());
          bare.waits(carrier, recording.greeting, recording.told);
          measure(bare, carrier, count, true, row.bare);
        }
        if (NginxPeer::is_installed()) {
          NginxPeer nginx(site.scratch.path() + "/nginx");
          nginx.publishes(recording.batch());
          measure(nginx, carrier, count, false, row.nchan);
        }
      }
    }
  }
  std::printf("\nOne message to a room; medians of %d times %d\n", times, kRounds);
  std::printf("  %-14s %10s %12s %12s\n", "", "to last ms", "cpu us each", "re-poll us");
  for (const auto& [key, row] : rows) {
    print(key.first, key.second, row);
  }
  if (!NginxPeer::is_installed()) {
    std::printf("nginx + nchan left out: apt install nginx-light libnginx-mod-nchan\n");
  }
}

}  // namespace keepline::bench
