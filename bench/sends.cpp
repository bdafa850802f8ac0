#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "closed_loop.h"
#include "disk.h"
#include "figures.h"
#include "parts.h"
#include "server.h"

namespace keepline::bench {
namespace {

using std::chrono::milliseconds;

/// All repetitions of one kind of run: each figure's median is what is printed.
struct Repetitions {
  std::vector<double> per_second;
  std::vector<double> p50;
  std::vector<double> p99;
  std::vector<double> cpu_us;

  void add(double rate, const Latencies& latencies, double cpu) {
    per_second.push_back(rate);
    p50.push_back(latencies.ms(0.50));
    p99.push_back(latencies.ms(0.99));
    cpu_us.push_back(cpu);
  }
  void print(const std::string& name) const {
    std::printf("%-28s %10.0f %10s %10s %12s\n", name.c_str(), median(per_second),
                figure(median(p50)).c_str(), figure(median(p99)).c_str(),
                median(cpu_us) > 0 ? figure(median(cpu_us)).c_str() : "");
  }
};

}  // namespace

void sends(const Settings& settings) {
  const Site site(settings.keepline, settings.folder, 512);
  DiskProbe disk(site.scratch.path());
  Repetitions bare;
  std::map<int, Repetitions> loops;
  Repetitions random_nonces;
  std::int64_t failures = 0;
  const auto probe = [&] {
    const Latencies latencies = disk.back_to_back(milliseconds(500));
    bare.add(static_cast<double>(latencies.count()) / 0.5, latencies, 0);
  };
  for (int i = 0; i < settings.repeat; ++i) {
    for (const int senders : {1, 16, 256}) {
      probe();
      const auto run =
          closed_loop(site, senders, Nonces::kByTime, milliseconds(500), settings.length());
      loops[senders].add(run.per_second, run.latencies, run.cpu_us);
      failures += run.failures;
    }
    const auto run = closed_loop(site, 256, Nonces::kRandom, milliseconds(500), settings.length());
    random_nonces.add(run.per_second, run.latencies, run.cpu_us);
    failures += run.failures;
  }
  probe();
  std::printf("\nDurable sends over HTTP, closed loop; medians of %d runs of %d s\n",
              settings.repeat, settings.seconds);
  std::printf("%-28s %10s %10s %10s %12s\n", "", "a second", "p50 ms", "p99 ms", "cpu us each");
  bare.print("append + fdatasync, bare");
  for (const auto& [senders, loop] : loops) {
    loop.print(std::to_string(senders) + (senders == 1 ? " sender" : " senders"));
  }
  random_nonces.print("256 with random nonces");
  std::printf("one sender : bare rate = %s; 256 senders >= 15000 a second: %s",
              figure(median(loops[1].per_second) / median(bare.per_second)).c_str(),
              verdict(median(loops[256].per_second) >= 15'000));
  std::printf("%s\n", failures == 0 ? "" : "; SOME SENDS FAILED");
}

}  // namespace keepline::bench
