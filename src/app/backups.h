#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "data/backup.h"

namespace keepline::app {

/// The backups of one data folder: those somebody asks for, and those that come by themselves. One
/// at a time.
///
/// A scheduled one is `keepline-<time>.tar` in its folder, written under another name until it is
/// whole. It is due `every` after the newest that lies there, whoever made it, so a restart neither
/// repeats nor skips one; one that failed is tried again after an hour, and the log says why. The
/// oldest go when there are more than `keep`, and only after a new one is whole.
///
/// back_up() is thread-safe; the clock outlives this.
class Backups {
 public:
  struct Schedule {
    std::filesystem::path folder;  ///< empty: none come by themselves
    std::chrono::hours every{24};
    std::int64_t keep = 7;
  };

  /// Starts the thread of the schedule, if there is one.
  Backups(std::filesystem::path data, Schedule schedule, const base::Clock& clock);
  ~Backups();
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  /// Stops what is being written, soon, and lets nothing more begin. Thread-safe.
  void stop();

  /// Waits for one that is under way, then writes one into `file` (data::write_backup).
  base::Result<data::BackupAbout> back_up(int file, const data::BackupGoing& going);

  /// The moment in a scheduled backup's name; nothing for any other name.
  static std::optional<base::Time> time_in(const std::string& name);
  static std::string name_at(base::Time time);

 private:
  void run();
  bool stopping();
  /// Returns when to look again.
  base::Time work();
  base::Status write_one(base::Time now);
  void remove_oldest();

  const std::filesystem::path data_;
  const Schedule schedule_;
  const base::Clock& clock_;
  std::mutex one_at_a_time_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  ///< under mutex_
  std::thread thread_;
};

}  // namespace keepline::app
