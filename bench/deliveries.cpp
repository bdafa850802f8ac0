#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "delivery.h"
#include "disk.h"
#include "figures.h"
#include "load/keepline_peer.h"
#include "parts.h"

namespace keepline::bench {
namespace {

using std::chrono::milliseconds;

/// A latency's p50 and p99, run by run.
struct Percentiles {
  std::vector<double> p50;
  std::vector<double> p99;

  void add(const Latencies& latencies) {
    p50.push_back(latencies.ms(0.50));
    p99.push_back(latencies.ms(0.99));
  }
  void print(const char* name) const {
    std::printf("%-44s %10s %10s\n", name, figure(median(p50)).c_str(),
                figure(median(p99)).c_str());
  }
};

/// All runs of one rate and carrier.
struct Runs {
  Percentiles tight;  ///< the disk, back to back
  Percentiles paced;  ///< the disk, at moments as lonely as the sends
  Percentiles delivered;
  Percentiles acknowledged;
  Percentiles late;
  std::vector<double> cpu_us;
  std::int64_t missing = 0;
};

void run_once(const Site& site, DiskProbe& disk, const DeliveryPlan& plan, std::mt19937_64& random,
              Runs& runs) {
  // Before and after, so that a run is judged by the disk as it was around it.
  Latencies back_to_back = disk.back_to_back(milliseconds(250));
  Latencies lonely = disk.paced(milliseconds(500), plan.per_second, random);
  const auto run = delivery(site, plan, random);
  lonely.add_all(disk.paced(milliseconds(500), plan.per_second, random));
  back_to_back.add_all(disk.back_to_back(milliseconds(250)));
  runs.tight.add(back_to_back);
  runs.paced.add(lonely);
  runs.delivered.add(run.delivered);
  runs.acknowledged.add(run.acknowledged);
  runs.late.add(run.late);
  runs.cpu_us.push_back(run.cpu_us);
  runs.missing += run.missing;
}

/// Judges each run by the disk's median in that run: the disk changes its mind between runs.
void print_bounds(const char* name, const Percentiles& disk, const Percentiles& delivered) {
  std::vector<double> half;
  std::vector<double> most;
  for (std::size_t i = 0; i < disk.p50.size(); ++i) {
    half.push_back(delivered.p50[i] / (2 * disk.p50[i] + 0.3));
    most.push_back(delivered.p99[i] / (6 * disk.p50[i] + 0.3));
  }
  std::printf("p50 : (2%s + 0.3 ms) = %s, %s; p99 : (6%s + 0.3 ms) = %s, %s\n", name,
              figure(median(half)).c_str(), verdict(median(half) <= 1), name,
              figure(median(most)).c_str(), verdict(median(most) <= 1));
}

void print(int per_second, Carrier carrier, const Runs& runs) {
  std::printf(
      "\n%d sends a second at random moments, to a friend who waits by %s; medians of %zu\n",
      per_second, name(carrier), runs.cpu_us.size());
  std::printf("%-44s %10s %10s\n", "", "p50 ms", "p99 ms");
  runs.tight.print("append + fdatasync, back to back (f)");
  runs.paced.print("append + fdatasync, at moments so far apart (g)");
  runs.acknowledged.print("send to its answer");
  runs.delivered.print("send to the friend being told");
  runs.late.print("this client was late by");
  std::printf("server cpu us for each: %s; never seen: %lld\n", figure(median(runs.cpu_us)).c_str(),
              static_cast<long long>(runs.missing));
  print_bounds("f", runs.tight, runs.delivered);
  print_bounds("g", runs.paced, runs.delivered);
}

}  // namespace

void deliveries(const Settings& settings) {
  Site site(settings.keepline, settings.folder, 200, 0, settings.server_arguments());
  const auto carriers = served(site, settings.carriers());
  site.server.start();
  DiskProbe disk(site.scratch.path());
  std::mt19937_64 random(std::random_device{}());
  std::map<std::pair<int, Carrier>, Runs> runs;
  for (int i = 0; i < settings.repeat; ++i) {
    for (const int per_second : {200, 1'000}) {
      for (const Carrier carrier : carriers) {
        const DeliveryPlan plan{.carrier = carrier,
                                .per_second = static_cast<double>(per_second),
                                .length = settings.length()};
        run_once(site, disk, plan, random, runs[{per_second, carrier}]);
      }
    }
  }
  for (const auto& [key, of_it] : runs) {
    print(key.first, key.second, of_it);
  }
}

}  // namespace keepline::bench
