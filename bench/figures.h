#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace keepline::bench {

using Nanoseconds = std::chrono::nanoseconds;

/// The middle of `values`; 0 of none.
double median(std::vector<double> values);

/// "0.41", "12.3", "1234": three digits that mean something.
std::string figure(double value);

/// "reached" or "MISSED".
const char* verdict(bool reached);

/// "1.08 x (<= 1.15 reached)": `value` in units of `reference`, which must be at most or at least
/// `bound`. "-" when there is no reference.
std::string at_most(double value, double reference, double bound);
std::string at_least(double value, double reference, double bound);

/// Every single latency of a run, so that a percentile is one that was measured.
class Latencies {
 public:
  void add(Nanoseconds latency) { all_.push_back(latency); }
  void add_all(const Latencies& others);
  std::size_t count() const { return all_.size(); }

  /// Milliseconds below which `share` (0 to 1) of them lie; 0 of none.
  double ms(double share) const;

 private:
  std::vector<Nanoseconds> all_;
};

}  // namespace keepline::bench
