#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "figures.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "load/nginx_peer.h"
#include "load/text.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr std::size_t kWaiters = 1'000;
constexpr std::size_t kTellers = 16;
/// So many messages at most, since what is acknowledged faster than it is delivered must be waited
/// for in the end.
constexpr std::uint32_t kMessagesMax = 2'000;

struct Figures {
  std::vector<double> told;        ///< messages a second that were acknowledged
  std::vector<double> deliveries;  ///< a second, until the last waiter had the last message
  std::vector<double> together;    ///< messages in one batch
  std::vector<double> cpu_us;      ///< for each delivery
  std::uint64_t missing = 0;
};

void measure(Peer& peer, Carrier carrier, std::chrono::milliseconds length, Figures& figures) {
  support::Loop loop;
  std::vector<std::unique_ptr<Teller>> tellers;
  std::uint32_t mark = 0;
  std::uint64_t stored = 0;
  bool flooding = true;
  for (std::size_t i = 0; i < kTellers; ++i) {
    tellers.push_back(peer.teller(loop, i));
    Teller* const teller = tellers.back().get();
    teller->on_told([&, teller](bool good) {
      stored += good ? 1 : 0;
      if (flooding && mark < kMessagesMax) {
        teller->tell(++mark);
      }
    });
  }
  Crowd crowd(loop, peer.dialect(), {.carrier = carrier, .count = kWaiters});
  crowd.gather();
  const auto cpu = [&peer] { return peer.cpu(); };
  settle(loop, cpu);
  const auto cpu_before = peer.cpu();
  const std::uint64_t batches_before = crowd.batches();
  const auto begin = SteadyClock::now();
  for (const auto& teller : tellers) {
    teller->tell(++mark);
  }
  loop.run_until([&] { return mark >= kMessagesMax; }, begin + length);
  flooding = false;
  // What was stored must reach everyone; only then is it over.
  const auto all = [&] {
    for (const auto& teller : tellers) {
      if (teller->busy()) {
        return false;
      }
    }
    return crowd.told() >= stored * kWaiters;
  };
  loop.run_until(all, SteadyClock::now() + std::chrono::seconds(120));
  const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
  const auto deliveries = static_cast<double>(crowd.told());
  const auto spent = static_cast<double>((peer.cpu() - cpu_before).count()) / 1e3;
  figures.told.push_back(static_cast<double>(stored) / lasted.count());
  figures.deliveries.push_back(deliveries / lasted.count());
  figures.together.push_back(deliveries / static_cast<double>(crowd.batches() - batches_before));
  figures.cpu_us.push_back(spent / deliveries);
  figures.missing += stored * kWaiters - std::min(stored * kWaiters, crowd.told());
}

void print(const char* who, Carrier carrier, const Figures& figures, double at_least_per_second) {
  const double rate = median(figures.deliveries);
  std::printf("%-14s %-10s %10.0f %14.0f %14s %12s", who, name(carrier), median(figures.told), rate,
              figure(median(figures.together)).c_str(), figure(median(figures.cpu_us)).c_str());
  if (at_least_per_second > 0) {
    std::printf("   %.0f: %s", at_least_per_second, at_least(rate, at_least_per_second, 1).c_str());
  }
  if (figures.missing > 0) {
    std::printf("; %llu DELIVERIES MISSING", static_cast<unsigned long long>(figures.missing));
  }
  std::printf("\n");
}

}  // namespace

void flood(const Settings& settings) {
  Site site(settings.keepline, settings.folder, kWaiters + 64, 0, settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::map<Carrier, Figures> ours;
  std::map<Carrier, Figures> theirs;
  const int times = (settings.repeat + 1) / 2;
  for (int i = 0; i < times; ++i) {
    for (const Carrier carrier : carriers) {
      {
        KeeplinePeer keepline(site);
        measure(keepline, carrier, settings.length(), ours[carrier]);
      }
      if (NginxPeer::is_installed()) {
        NginxPeer nginx(site.scratch.path() + "/nginx");
        measure(nginx, carrier, settings.length(), theirs[carrier]);
      }
    }
  }
  std::printf(
      "\nA room of %zu under flood by %zu senders, at most %u messages in %d s; medians of %d\n",
      kWaiters, kTellers, kMessagesMax, settings.seconds, times);
  std::printf("%-14s %-10s %10s %14s %14s %12s\n", "", "", "sent/s", "deliveries/s", "in one batch",
              "cpu us each");
  for (const auto& [carrier, figures] : ours) {
    print("keepline", carrier, figures, carrier == Carrier::kPoll ? 90'000 : 250'000);
  }
  for (const auto& [carrier, figures] : theirs) {
    print("nginx + nchan", carrier, figures, 0);
  }
}

}  // namespace keepline::bench
