#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace keepline::base {

/// Where randomness comes from. An interface so that a test can repeat a run from its seed.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  std::uint64_t next();
  /// A number in [low, high], without bias. Requires: low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);
};

/// The kernel's generator (getrandom). Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

/// Repeatable numbers for tests; not for secrets. Lives on one thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace keepline::base
