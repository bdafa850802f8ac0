#include <cstdio>
#include <map>
#include <random>
#include <vector>

#include "delivery.h"
#include "figures.h"
#include "load/crowd_thread.h"
#include "load/keepline_peer.h"
#include "parts.h"

namespace keepline::bench {
namespace {

constexpr std::size_t kPairs = 500;
constexpr std::size_t kRoom = 10'000;
constexpr double kPerSecond = 500;
constexpr std::chrono::milliseconds kRoomHearsEvery{500};

struct Figures {
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> acknowledged;  ///< p99 of a send to its answer
  std::vector<double> late;          ///< p99 of how late this client itself was
  std::int64_t missing = 0;

  void add(const DeliveryFigures& run) {
    p50.push_back(run.delivered.ms(0.50));
    p99.push_back(run.delivered.ms(0.99));
    acknowledged.push_back(run.acknowledged.ms(0.99));
    late.push_back(run.late.ms(0.99));
    missing += run.missing;
  }
};

struct Both {
  Figures quiet;
  Figures loud;
  std::vector<double> deliveries;  ///< a second, in the room
};

void print(Carrier carrier, const Both& both) {
  std::printf("%-10s %9s %9s   %9s %9s %9s %12s %14.0f   p99 %s%s\n", name(carrier),
              figure(median(both.quiet.p50)).c_str(), figure(median(both.quiet.p99)).c_str(),
              figure(median(both.loud.p50)).c_str(), figure(median(both.loud.p99)).c_str(),
              figure(median(both.loud.acknowledged)).c_str(),
              figure(median(both.loud.late)).c_str(), median(both.deliveries),
              at_most(median(both.loud.p99), median(both.quiet.p99), 2).c_str(),
              both.quiet.missing + both.loud.missing > 0 ? "; SOME NEVER CAME" : "");
}

}  // namespace

void fairness(const Settings& settings) {
  const std::size_t room =
      settings.sizes({kRoom}).empty() ? static_cast<std::size_t>(settings.clients_max) : kRoom;
  Site site(settings.keepline, settings.folder, static_cast<int>(2 * kPairs + room) + 64, 0,
            settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  std::mt19937_64 random(std::random_device{}());
  std::map<Carrier, Both> all;
  for (const Carrier carrier : carriers) {
    KeeplinePeer peer(site);
    const DeliveryPlan plan{
        .carrier = carrier, .pairs = kPairs, .per_second = kPerSecond, .length = settings.length()};
    CrowdThread crowd(peer, {.carrier = carrier, .count = room, .first = 2 * kPairs},
                      kRoomHearsEvery);
    Both& both = all[carrier];
    for (int i = 0; i < settings.repeat; ++i) {
      both.quiet.add(delivery(site, plan, random));
      const std::uint64_t told = crowd.told();
      const auto begin = support::SteadyClock::now();
      crowd.chatter(true);
      both.loud.add(delivery(site, plan, random));
      crowd.chatter(false);
      const std::chrono::duration<double> lasted = support::SteadyClock::now() - begin;
      both.deliveries.push_back(static_cast<double>(crowd.told() - told) / lasted.count());
    }
  }
  std::printf(
      "\n%zu pairs at %.0f messages a second, while a room of %zu is quiet or hears one "
      "every %lld ms; medians of %d\n",
      kPairs, kPerSecond, room, static_cast<long long>(kRoomHearsEvery.count()), settings.repeat);
  std::printf("%-10s %9s %9s   %9s %9s %9s %12s %14s\n", "", "quiet p50", "p99 ms", "loud p50",
              "p99 ms", "of answer", "client late", "room tells/s");
  for (const auto& [carrier, both] : all) {
    print(carrier, both);
  }
}

}  // namespace keepline::bench
