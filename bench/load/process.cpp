#include "load/process.h"

#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include "base/check.h"

namespace keepline::bench {

std::chrono::nanoseconds cpu_of(pid_t pid) {
  // The clock of the process counts every run of each of its threads; /proc/PID/stat counts ticks
  // of 10 ms, too coarse for one fan-out.
  clockid_t clock = 0;
  timespec time{};
  base::check(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &time) == 0,
              "the CPU clock of a process");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

PrivateDirty private_dirty(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/smaps");
  PrivateDirty memory;
  bool heap = false;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first.find('-') != std::string::npos && first.back() != ':') {
      // "from-to rights offset device inode path": the heap is [heap], or has no path at all.
      std::string skipped;
      std::string path;
      words >> skipped >> skipped >> skipped >> skipped >> path;
      heap = path.empty() || path == "[heap]" || path.starts_with("[anon");
    } else if (first == "Private_Dirty:") {
      std::int64_t kb = 0;
      words >> kb;
      (heap ? memory.heap : memory.rest) += kb * 1024;
    }
  }
  return memory;
}

}  // namespace keepline::bench
