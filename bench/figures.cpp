#include "figures.h"

#include <algorithm>
#include <cstdio>

namespace keepline::bench {

double median(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  return text;
}

const char* verdict(bool reached) { return reached ? "reached" : "MISSED"; }

std::string at_most(double value, double reference, double bound) {
  if (reference <= 0) {
    return "-";
  }
  const double factor = value / reference;
  return figure(factor) + " x (<= " + figure(bound) + " " + verdict(factor <= bound) + ")";
}

std::string at_least(double value, double reference, double bound) {
  if (reference <= 0) {
    return "-";
  }
  const double factor = value / reference;
  return figure(factor) + " x (>= " + figure(bound) + " " + verdict(factor >= bound) + ")";
}

void Latencies::add_all(const Latencies& others) {
  all_.insert(all_.end(), others.all_.begin(), others.all_.end());
}

double Latencies::ms(double share) const {
  if (all_.empty()) {
    return 0;
  }
  std::vector<Nanoseconds> sorted = all_;
  const auto last = static_cast<double>(sorted.size() - 1);
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(share * last);
  std::nth_element(sorted.begin(), at, sorted.end());
  return static_cast<double>(at->count()) / 1e6;
}

}  // namespace keepline::bench
