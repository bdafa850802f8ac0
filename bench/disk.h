#pragma once

#include <chrono>
#include <random>
#include <string>

#include "figures.h"

namespace keepline::bench {

/// What the disk under `folder` takes for a durable append by itself: write 4 KiB at the end of a
/// file, fdatasync. Everything the server does is seen beside it, since machines differ and one
/// machine differs from minute to minute. Blocks.
class DiskProbe {
 public:
  explicit DiskProbe(const std::string& folder);
  ~DiskProbe();
  DiskProbe(const DiskProbe&) = delete;
  DiskProbe& operator=(const DiskProbe&) = delete;

  /// One append after the other, for `length`.
  Latencies back_to_back(std::chrono::milliseconds length);

  /// Appends at random moments, `per_second` of them on average, as lonely sends come.
  Latencies paced(std::chrono::milliseconds length, double per_second, std::mt19937_64& random);

 private:
  Nanoseconds append();

  std::string path_;
  int file_ = -1;
};

}  // namespace keepline::bench
