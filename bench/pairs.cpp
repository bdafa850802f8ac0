#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <vector>

#include "figures.h"
#include "load/crowd.h"
#include "load/keepline_peer.h"
#include "load/process.h"
#include "load/teller.h"
#include "parts.h"
#include "server.h"

namespace keepline::bench {
namespace {

using support::SteadyClock;

constexpr std::size_t kPairs = 256;
constexpr double kCpuUsMax = 40;

struct Figures {
  std::vector<double> per_second;
  std::vector<double> cpu_us;
  std::vector<double> p50;
  std::vector<double> p99;
  std::uint64_t missing = 0;
};

/// Each pair has one message under way from the send to its acknowledgement; what counts is what
/// the friends were told.
void measure(Site& site, Carrier carrier, std::chrono::milliseconds length, Figures& figures) {
  const KeeplinePeer peer(site);
  support::Loop loop;
  Crowd friends(loop, peer.dialect(), {.carrier = carrier, .count = kPairs, .first = 1, .step = 2});
  friends.gather();
  support::BlockingClient client(site.server.port());
  std::vector<support::Instant> begins;
  Latencies latencies;
  bool sending = true;
  std::uint64_t stored = 0;
  std::vector<std::unique_ptr<Teller>> senders;
  const auto send = [&](Teller& sender) {
    begins.push_back(SteadyClock::now());
    sender.tell(static_cast<std::uint32_t>(begins.size() - 1));
  };
  for (std::size_t i = 0; i < kPairs; ++i) {
    const auto& user = site.users.at(2 * i);
    const auto chat = support::direct_chat(client, user.token, site.users.at(2 * i + 1).id);
    senders.push_back(keepline_sender(loop, site.server.port(), user.token, chat));
    senders.back()->on_told([&, sender = senders.back().get()](bool good) {
      stored += good ? 1 : 0;
      if (sending) {
        send(*sender);
      }
    });
  }
  friends.on_mark([&](std::size_t, std::uint32_t number) {
    latencies.add(SteadyClock::now() - begins[number]);
  });
  for (const auto& sender : senders) {
    send(*sender);
  }
  loop.run_until([] { return false; }, SteadyClock::now() + std::chrono::milliseconds(500));
  const std::uint64_t told = friends.told();
  const auto cpu = peer.cpu();
  const auto begin = SteadyClock::now();
  loop.run_until([] { return false; }, begin + length);
  const auto delivered = static_cast<double>(friends.told() - told);
  const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
  figures.per_second.push_back(delivered / lasted.count());
  figures.cpu_us.push_back(static_cast<double>((peer.cpu() - cpu).count()) / 1e3 / delivered);
  sending = false;
  const auto all = [&] {
    for (const auto& sender : senders) {
      if (sender->busy()) {
        return false;
      }
    }
    return friends.told() >= stored;
  };
  loop.run_until(all, SteadyClock::now() + std::chrono::seconds(10));
  figures.missing += stored - std::min(stored, friends.told());
  figures.p50.push_back(latencies.ms(0.50));
  figures.p99.push_back(latencies.ms(0.99));
}

}  // namespace

void pairs(const Settings& settings) {
  Site site(settings.keepline, settings.folder, 2 * kPairs, 0, settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::map<Carrier, Figures> all;
  for (int i = 0; i < settings.repeat; ++i) {
    for (const Carrier carrier : carriers) {
      measure(site, carrier, settings.length(), all[carrier]);
    }
  }
  std::printf("\n%zu pairs of friends, one message each under way; medians of %d runs of %d s\n",
              kPairs, settings.repeat, settings.seconds);
  std::printf("%-12s %12s %12s %10s %10s\n", "", "told/s", "cpu us each", "p50 ms", "p99 ms");
  for (const auto& [carrier, figures] : all) {
    const double least = carrier == Carrier::kPoll ? 15'000 : 20'000;
    const double cpu = median(figures.cpu_us);
    std::printf("%-12s %12.0f %12s %10s %10s   %.0f: %s; %.0f us: %s", name(carrier),
                median(figures.per_second), figure(cpu).c_str(),
                figure(median(figures.p50)).c_str(), figure(median(figures.p99)).c_str(), least,
                at_least(median(figures.per_second), least, 1).c_str(), kCpuUsMax,
                at_most(cpu, kCpuUsMax, 1).c_str());
    std::printf("%s\n", figures.missing > 0 ? "; SOME NEVER CAME" : "");
  }
}

}  // namespace keepline::bench
