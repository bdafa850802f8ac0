#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace keepline::data {

/// A disk under SQLite that fails when a test says so: a VFS over the system's own, which counts
/// every operation that changes a file (write, truncate, sync, delete). One at a time in a process.
/// Thread-safe.
class FaultVfs {
 public:
  enum class Fault : std::uint8_t {
    kFull,   ///< writes find no room; the rest works
    kQuota,  ///< the same, told as SQLite tells an exhausted quota: as an I/O error
    kSync,   ///< syncs fail, as after a write-back error
    kWrite,  ///< writes fail for another reason than room
    kDead,   ///< nothing reaches the disk any more: what is left is what a killed process leaves
  };

  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  static std::string name() { return "keepline_faults"; }

  /// Lets `count` operations fail, from the `first`th from now on (1 is the next).
  void fail(Fault fault, std::int64_t first, std::int64_t count = INT64_MAX / 2);
  void heal() { first_ = INT64_MAX; }

  /// Operations so far, those that failed included.
  std::int64_t operations() const { return operations_; }
  /// The number of the first operation that failed since fail(), counted from it; 0: none did.
  std::int64_t first_failure() const { return first_failure_; }
  /// Operations that failed.
  std::int64_t failures() const { return failures_; }

  enum class Operation : std::uint8_t { kWriting, kSyncing, kOther };
  /// For the VFS's functions: what to answer to `operation` instead of doing it; 0: do it.
  int verdict(Operation operation);

 private:
  std::atomic<std::int64_t> operations_ = 0;
  std::atomic<std::int64_t> failures_ = 0;
  std::atomic<std::int64_t> start_ = 0;  ///< operations at the last fail()
  std::atomic<std::int64_t> first_failure_ = 0;
  std::atomic<std::int64_t> first_ = INT64_MAX;
  std::atomic<std::int64_t> end_ = INT64_MAX;
  std::atomic<Fault> fault_ = Fault::kDead;
};

}  // namespace keepline::data
