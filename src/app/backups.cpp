#include "app/backups.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/thread.h"
#include "data/folder.h"

namespace keepline::app {
namespace {

namespace fs = std::filesystem;
using base::Errc;

constexpr std::string_view kBefore = "keepline-";
constexpr std::string_view kAfter = ".tar";
constexpr std::string_view kUnfinished = "keepline.unfinished";
/// How often the clock is looked at: it may be set while this waits.
constexpr std::chrono::seconds kLookEvery{60};
constexpr std::chrono::hours kAgainAfter{1};

std::string shown(const fs::path& path) { return base::printable(path.string(), 4096); }

/// The names of scheduled backups in `folder`, the oldest first.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator entry(folder, ec); !ec && entry != fs::directory_iterator();
       entry.increment(ec)) {
    std::string name = entry->path().filename().string();
    if (Backups::time_in(name)) {
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());  // the time is written so that this is its order
  return names;
}

}  // namespace

Backups::Backups(fs::path data, Schedule schedule, const base::Clock& clock)
    : data_(std::move(data)), schedule_(std::move(schedule)), clock_(clock) {
  if (!schedule_.folder.empty()) {
    thread_ = std::thread([this] { run(); });
  }
}

void Backups::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

bool Backups::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

Backups::~Backups() {
  stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

base::Result<data::BackupAbout> Backups::back_up(int file, const data::BackupGoing& going) {
  const std::lock_guard lock(one_at_a_time_);
  return data::write_backup(
      data_, file, KEEPLINE_VERSION, clock_.now(),
      [&](std::int64_t done, std::int64_t of) { return !stopping() && going(done, of); });
}

std::string Backups::name_at(base::Time time) {
  // 2026-01-31T09:40:00.123Z
  std::string text = base::to_rfc3339(time);
  text.erase(19, 4);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{}{}{}", kBefore, text, kAfter);
}

std::optional<base::Time> Backups::time_in(const std::string& name) {
  const std::string_view pattern = "00000000T000000Z";
  if (!name.starts_with(kBefore) || !name.ends_with(kAfter) ||
      name.size() != kBefore.size() + pattern.size() + kAfter.size()) {
    return std::nullopt;
  }
  const std::string text = name.substr(kBefore.size(), pattern.size());
  const auto part = [&text](std::size_t at, std::size_t count) { return text.substr(at, count); };
  return base::from_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}", part(0, 4), part(4, 2), part(6, 2),
                                        part(9, 2), part(11, 2), part(13, 3)));
}

void Backups::run() {
  base::name_this_thread("backups");
  // The server's own work goes first.
  [[maybe_unused]] const int lowered = ::nice(10);
  base::Time due = work();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, kLookEvery, [this] { return stopping_; });
    if (!stopping_ && clock_.now() >= due) {
      lock.unlock();
      due = work();
      lock.lock();
    }
  }
}

base::Time Backups::work() {
  const base::Time now = clock_.now();
  std::error_code ec;
  fs::create_directories(schedule_.folder, ec);  // what is wrong with it shows below
  const std::vector<std::string> names = names_in(schedule_.folder);
  const auto newest = names.empty() ? std::nullopt : time_in(names.back());
  // One of the future tells of a clock that was wrong.
  if (newest && *newest <= now && *newest + schedule_.every > now) {
    return *newest + schedule_.every;
  }
  if (auto written = write_one(now); !written) {
    if (written.error().code != Errc::kShuttingDown) {
      base::log_error(fmt::format("backup: {}; tried again in an hour", written.error().detail));
    }
    return now + kAgainAfter;
  }
  remove_oldest();
  return now + schedule_.every;
}

base::Status Backups::write_one(base::Time now) {
  const std::string name = name_at(now);
  std::int64_t size = 0;
  auto done = data::lay_file(schedule_.folder, kUnfinished, [&](int file) -> base::Status {
    auto about = back_up(file, [](std::int64_t, std::int64_t) { return true; });
    if (!about) {
      return about.error();
    }
    size = about->size;
    return base::ok();
  });
  if (done) {
    done = data::put_in_place(schedule_.folder, kUnfinished, name);
  }
  if (!done) {
    std::error_code ec;
    fs::remove(schedule_.folder / kUnfinished, ec);
    return done;
  }
  base::log_info(fmt::format("backup: {} holds {} bytes", shown(schedule_.folder / name), size));
  return base::ok();
}

void Backups::remove_oldest() {
  const std::vector<std::string> names = names_in(schedule_.folder);
  const auto count = static_cast<std::int64_t>(names.size());
  for (std::int64_t at = 0; at < count - schedule_.keep; ++at) {
    const fs::path path = schedule_.folder / names[static_cast<std::size_t>(at)];
    std::error_code ec;
    fs::remove(path, ec);
    if (ec) {
      base::log_warn(fmt::format("backup: {} could not be removed: {}", shown(path), ec.message()));
    }
  }
}

}  // namespace keepline::app
