#include "disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "base/check.h"

namespace keepline::bench {
namespace {

using Clock = std::chrono::steady_clock;

void sleep_until(Clock::time_point when) {
  const auto since = when.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  const timespec until{.tv_sec = seconds.count(), .tv_nsec = (since - seconds).count()};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace

DiskProbe::DiskProbe(const std::string& folder) : path_(folder + "/disk-probe") {
  file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  base::check(file_ >= 0, "the file of the disk probe");
}

DiskProbe::~DiskProbe() {
  close(file_);
  unlink(path_.c_str());
}

Nanoseconds DiskProbe::append() {
  static const std::array<char, 4096> page{};
  const auto begin = Clock::now();
  base::check(write(file_, page.data(), page.size()) == ssize_t{4096}, "write");
  base::check(fdatasync(file_) == 0, "fdatasync");
  return Clock::now() - begin;
}

Latencies DiskProbe::back_to_back(std::chrono::milliseconds length) {
  Latencies latencies;
  const auto end = Clock::now() + length;
  while (Clock::now() < end) {
    latencies.add(append());
  }
  return latencies;
}

Latencies DiskProbe::paced(std::chrono::milliseconds length, double per_second,
                           std::mt19937_64& random) {
  std::exponential_distribution<double> gap(per_second);
  Latencies latencies;
  const auto end = Clock::now() + length;
  auto next = Clock::now();
  while (next < end) {
    sleep_until(next);
    latencies.add(append());
    next += std::chrono::nanoseconds(static_cast<std::int64_t>(gap(random) * 1e9));
  }
  return latencies;
}

}  // namespace keepline::bench
