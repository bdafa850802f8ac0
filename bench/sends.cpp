#include <sys/prctl.h>
#include <sys/resource.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "closed_loop.h"
#include "delivery.h"
#include "disk.h"
#include "figures.h"
#include "footprint.h"
#include "server.h"

// What a durable send, a delivery, a start and a waiting client cost, beside what the disk costs by
// itself. README.md says how to read the tables.
namespace keepline::bench {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kUsage =
    "bench_sends --keepline FILE [--folder DIR] [--repeat N] [--seconds N]\n"
    "            [--only sends|delivery|start|parked]\n";

struct Settings {
  std::string keepline;
  std::string folder = std::filesystem::temp_directory_path().string();
  std::string only;
  int repeat = 5;
  int seconds = 3;

  bool wants(std::string_view part) const { return only.empty() || only == part; }
  milliseconds length() const { return std::chrono::seconds(seconds); }
};

bool apply(Settings& settings, std::string_view name, std::string_view value) {
  const auto number = [value](int& out) {
    return std::from_chars(value.data(), value.data() + value.size(), out).ec == std::errc() &&
           out > 0;
  };
  if (name == "--repeat") {
    return number(settings.repeat);
  }
  if (name == "--seconds") {
    return number(settings.seconds);
  }
  const std::map<std::string_view, std::string*> texts = {{"--keepline", &settings.keepline},
                                                          {"--folder", &settings.folder},
                                                          {"--only", &settings.only}};
  const auto text = texts.find(name);
  if (text == texts.end()) {
    return false;
  }
  *text->second = value;
  return true;
}

std::optional<Settings> read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!apply(settings, argv[i], argv[i + 1])) {
      return std::nullopt;
    }
  }
  return settings.keepline.empty() || argc % 2 == 0 ? std::nullopt : std::optional(settings);
}

const char* verdict(bool reached) { return reached ? "reached" : "MISSED"; }

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

void deliveries(const Settings& settings) {
  constexpr double kPerSecond = 200;
  const Site site(settings.keepline, settings.folder, 200);
  DiskProbe disk(site.scratch.path());
  std::mt19937_64 random(std::random_device{}());
  Percentiles tight;
  Percentiles paced;
  Percentiles delivered;
  Percentiles acknowledged;
  Percentiles late;
  std::vector<double> cpu_us;
  std::int64_t missing = 0;
  for (int i = 0; i < settings.repeat; ++i) {
    // Before and after, so that a run is judged by the disk as it was around it.
    Latencies back_to_back = disk.back_to_back(milliseconds(250));
    Latencies lonely = disk.paced(milliseconds(500), kPerSecond, random);
    const auto run = delivery(site, 100, kPerSecond, settings.length(), random);
    lonely.add_all(disk.paced(milliseconds(500), kPerSecond, random));
    back_to_back.add_all(disk.back_to_back(milliseconds(250)));
    tight.add(back_to_back);
    paced.add(lonely);
    delivered.add(run.delivered);
    acknowledged.add(run.acknowledged);
    late.add(run.late);
    cpu_us.push_back(run.cpu_us);
    missing += run.missing;
  }
  std::printf("\n200 sends a second at random moments, to a friend's parked poll; medians of %d\n",
              settings.repeat);
  std::printf("%-44s %10s %10s\n", "", "p50 ms", "p99 ms");
  tight.print("append + fdatasync, back to back (f)");
  paced.print("append + fdatasync, at moments so far apart (g)");
  acknowledged.print("send to its answer");
  delivered.print("send to the friend's poll answered");
  late.print("this client was late by");
  std::printf("server cpu us for each: %s; never seen: %lld\n", figure(median(cpu_us)).c_str(),
              static_cast<long long>(missing));
  print_bounds("f", tight, delivered);
  print_bounds("g", paced, delivered);
}

void starts(const Settings& settings) {
  const int times = 2 * settings.repeat;
  std::printf("\nStart to the first answer of /healthz, then idle; medians of %d\n", times);
  std::printf("%-36s %8s %12s %14s\n", "", "ms", "resident MB", "anonymous MB");
  const auto print = [](const char* name, const StartFigures& figures) {
    std::printf("%-36s %8s %12s %14s   < 50 ms: %s; < 20 MB: %s\n", name,
                figure(figures.ms).c_str(), figure(figures.resident_mb).c_str(),
                figure(figures.anonymous_mb).c_str(), verdict(figures.ms < 50),
                verdict(figures.resident_mb < 20));
  };
  print("a new folder", first_start(settings.keepline, settings.folder, times));
  print("2 users", later_start(settings.keepline, settings.folder, 2, 0, times));
  print("1000 users, 100000 messages",
        later_start(settings.keepline, settings.folder, 1'000, 100'000, times));
}

void parked_polls(const Settings& settings) {
  const std::vector<int> steps = {2'000, 10'000};
  std::map<int, std::vector<double>> each;
  std::map<int, std::vector<double>> more;
  Site site(settings.keepline, settings.folder, 2 * steps.back());
  const int times = (settings.repeat + 1) / 2;
  for (int i = 0; i < times; ++i) {
    if (i > 0) {
      site.server.stop();
      site.server.start();
    }
    for (const ParkedFigures& figures : parked(site, steps)) {
      each[figures.parked].push_back(figures.bytes_each);
      more[figures.parked].push_back(figures.bytes_each_more);
    }
  }
  std::printf("\nResident memory for each parked poll, each of another user; medians of %d\n",
              times);
  for (const int step : steps) {
    std::printf("%6d parked: %6.0f bytes each, %6.0f for each one more than the step before\n",
                step, median(each[step]), median(more[step]));
  }
}

int run_all(const Settings& settings) {
  // Timers on time, and as many sockets as the system allows.
  prctl(PR_SET_TIMERSLACK, 1);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (settings.wants("sends")) {
    sends(settings);
  }
  if (settings.wants("delivery")) {
    deliveries(settings);
  }
  if (settings.wants("start")) {
    starts(settings);
  }
  if (settings.wants("parked")) {
    parked_polls(settings);
  }
  return 0;
}

}  // namespace
}  // namespace keepline::bench

int main(int argc, char** argv) {
  const auto settings = keepline::bench::read_settings(argc, argv);
  if (!settings) {
    std::cerr << keepline::bench::kUsage;
    return 2;
  }
  try {
    return keepline::bench::run_all(*settings);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
