#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <vector>

#include "closed_loop.h"
#include "figures.h"
#include "load/crowd_thread.h"
#include "load/keepline_peer.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr int kSenders = 16;
constexpr double kFactorMax = 1.3;

/// The server's CPU for one message into the room that holds all the history; nobody waits.
double room_cpu_us(Peer& peer, std::chrono::milliseconds length) {
  support::Loop loop;
  std::vector<std::unique_ptr<Teller>> tellers;
  std::uint64_t stored = 0;
  bool sending = true;
  for (std::size_t i = 0; i < kSenders; ++i) {
    tellers.push_back(peer.teller(loop, i));
    tellers.back()->on_told([&, teller = tellers.back().get()](bool good) {
      stored += good ? 1 : 0;
      if (sending) {
        teller->tell(0);
      }
    });
    tellers.back()->tell(0);
  }
  const auto never = [] { return false; };
  loop.run_until(never, SteadyClock::now() + std::chrono::milliseconds(500));
  const std::uint64_t before = stored;
  const auto cpu = peer.cpu();
  loop.run_until(never, SteadyClock::now() + length);
  const auto spent = static_cast<double>((peer.cpu() - cpu).count()) / 1e3;
  const auto messages = static_cast<double>(stored - before);
  sending = false;
  loop.run_until(
      [&] {
        return std::none_of(tellers.begin(), tellers.end(),
                            [](const auto& teller) { return teller->busy(); });
      },
      SteadyClock::now() + std::chrono::seconds(5));
  return spent / messages;
}

/// The highest of the medians, in units of the first.
template <class Key>
double steepest(const std::map<Key, std::vector<double>>& figures) {
  double highest = 0;
  for (const auto& [key, values] : figures) {
    highest = std::max(highest, median(values));
  }
  return highest / median(figures.begin()->second);
}

void by_history(const Settings& settings) {
  std::vector<int> histories = {10'000, 1'000'000};
  if (settings.thorough) {
    histories.push_back(10'000'000);
  }
  std::map<int, std::unique_ptr<Site>> sites;
  for (const int history : histories) {
    sites[history] = std::make_unique<Site>(settings.keepline, settings.folder, 64, history,
                                            settings.server_arguments());
  }
  std::map<int, std::vector<double>> room;
  std::map<int, std::vector<double>> direct;
  for (int i = 0; i < settings.repeat; ++i) {
    for (const auto& [history, site] : sites) {
      KeeplinePeer peer(*site);
      room[history].push_back(room_cpu_us(peer, settings.length()));
      direct[history].push_back(closed_loop(*site, kSenders, Nonces::kByTime,
                                            std::chrono::milliseconds(200), settings.length())
                                    .cpu_us);
    }
  }
  std::printf("\nServer cpu us for one send by history, %d senders; medians of %d\n", kSenders,
              settings.repeat);
  for (const int history : histories) {
    std::printf("%9d messages in the room: into it %6s, into a direct chat %6s\n", history,
                figure(median(room[history])).c_str(), figure(median(direct[history])).c_str());
  }
  std::printf("the dearest : the first: room %s; direct %s%s\n",
              at_most(steepest(room), 1, kFactorMax).c_str(),
              at_most(steepest(direct), 1, kFactorMax).c_str(),
              settings.thorough ? "" : " (10 million: --long)");
}

void by_online(const Settings& settings) {
  const auto counts = settings.sizes({100, 1'000, 10'000, 19'000});
  Site site(settings.keepline, settings.folder, static_cast<int>(counts.back()) + 64, 0,
            settings.server_arguments());
  std::map<std::size_t, std::vector<double>> cpu;
  const Carrier carrier = served(site, settings.carriers()).back();
  for (int i = 0; i < settings.repeat; ++i) {
    for (const std::size_t count : counts) {
      KeeplinePeer peer(site);
      // The senders and their friends are the first of those who wait.
      const CrowdThread crowd(peer, {.carrier = carrier, .count = count},
                              std::chrono::milliseconds(50));
      cpu[count].push_back(closed_loop(site, kSenders, Nonces::kByTime,
                                       std::chrono::milliseconds(200), settings.length())
                               .cpu_us);
    }
  }
  std::printf("\nServer cpu us for one direct send by users online (%s); medians of %d\n",
              name(carrier), settings.repeat);
  for (const auto& [count, values] : cpu) {
    std::printf("%9zu online: %6s\n", count, figure(median(values)).c_str());
  }
  std::printf("the dearest : the first: %s\n", at_most(steepest(cpu), 1, kFactorMax).c_str());
}

}  // namespace

void growth(const Settings& settings) {
  by_history(settings);
  by_online(settings);
}

}  // namespace keepline::bench
