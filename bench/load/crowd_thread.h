#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "load/crowd.h"
#include "load/peer.h"

namespace keepline::bench {

/// A crowd that waits on a thread of its own, at the lowest priority: it stands for machines
/// elsewhere, and must not delay what is measured here. It can be told something every so often.
class CrowdThread {
 public:
  /// Returns when all wait; ends in an exception if they are not let in. The peer outlives it.
  CrowdThread(Peer& peer, const Crowd::Plan& plan, std::chrono::milliseconds every);
  /// All leave.
  ~CrowdThread();
  CrowdThread(const CrowdThread&) = delete;
  CrowdThread& operator=(const CrowdThread&) = delete;

  /// Whether it is told something, every so often. Thread-safe.
  void chatter(bool on) { chatter_ = on; }
  /// How much all together have been told. Thread-safe.
  std::uint64_t told() const { return told_; }

  /// Its texts have numbers from here on, so that they are told apart.
  static constexpr std::uint32_t kFirstMark = 50'000'000;

 private:
  void run(Peer& peer, const Crowd::Plan& plan, std::chrono::milliseconds every,
           const std::function<void()>& gathered);

  std::atomic<bool> chatter_ = false;
  std::atomic<bool> ending_ = false;
  std::atomic<std::uint64_t> told_ = 0;
  std::thread thread_;
};

}  // namespace keepline::bench
