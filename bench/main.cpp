#include <sys/prctl.h>
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>

#include "parts.h"
#include "settings.h"

// What Keepline costs, beside what the kernel, the disk and other servers cost. README.md says how
// to read the tables.
namespace keepline::bench {
namespace {

struct Part {
  std::string_view name;
  void (*run)(const Settings&);
};

constexpr std::array<Part, 14> kParts = {{{"sends", sends},
                                          {"delivery", deliveries},
                                          {"start", starts},
                                          {"memory", memory},
                                          {"tls", tls},
                                          {"fanout", fanout},
                                          {"flood", flood},
                                          {"requests", requests},
                                          {"pairs", pairs},
                                          {"fairness", fairness},
                                          {"idle", idle},
                                          {"reconnect", reconnect},
                                          {"growth", growth},
                                          {"history", history}}};

int print_usage() {
  std::fputs(
      "bench_keepline --keepline FILE [--bare FILE] [--folder DIR] [--only PART] [--repeat N]\n"
      "               [--seconds N] [--clients N] [--carrier poll|sse|websocket] [--shards N]\n"
      "               [--long]\nparts:",
      stderr);
  for (const Part& part : kParts) {
    std::fprintf(stderr, " %s", part.name.data());
  }
  std::fputs("\n", stderr);
  return 2;
}

/// Timers on time, as many sockets as the system allows, and each table printed when it is there.
void prepare() {
  prctl(PR_SET_TIMERSLACK, 1);
  // A peer that is gone is an error of its own write.
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
}

int run(const Settings& settings) {
  prepare();
  bool found = false;
  int failed = 0;
  for (const Part& part : kParts) {
    if (!settings.only.empty() && settings.only != part.name) {
      continue;
    }
    found = true;
    try {
      part.run(settings);
    } catch (const std::exception& error) {
      // The other parts still have something to say.
      std::printf("%s ends early: %s\n", part.name.data(), error.what());
      failed = 1;
    }
  }
  return found ? failed : print_usage();
}

}  // namespace
}  // namespace keepline::bench

int main(int argc, char** argv) {
  const auto settings = keepline::bench::read_settings(argc, argv);
  if (!settings) {
    return keepline::bench::print_usage();
  }
  return keepline::bench::run(*settings);
}
