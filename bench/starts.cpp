#include <cstdio>

#include "figures.h"
#include "footprint.h"
#include "parts.h"

namespace keepline::bench {

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

}  // namespace keepline::bench
