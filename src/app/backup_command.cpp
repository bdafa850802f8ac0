#include "app/backup_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "app/control.h"
#include "base/clock.h"
#include "base/log.h"
#include "data/backup.h"
#include "data/folder.h"

namespace keepline::app {
namespace {

namespace fs = std::filesystem;

std::string shown(const fs::path& path) { return base::printable(path.string(), 4096); }

[[noreturn]] void fail(const std::string& sentence) { throw std::runtime_error(sentence); }

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    const base::Error& error = result.error();
    fail(error.detail.empty() ? std::string(base::code_name(error.code)) : error.detail);
  }
  return std::move(result).value();
}

/// A file that is closed at the end.
class File {
 public:
  File(const fs::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) {
      fail(fmt::format("{} cannot be opened: {}", shown(path),
                       std::system_category().message(errno)));
    }
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

/// Shows a person at a terminal how far it is, in steps that can be seen.
class Progress {
 public:
  bool operator()(std::int64_t done, std::int64_t of) {
    const std::int64_t part = of > 0 ? done * 100 / of : 0;
    if (shown_here_ && part != last_) {
      last_ = part;
      std::fputs(fmt::format("\r{:3} %", part).c_str(), stderr);
    }
    return true;
  }
  void end() const {
    if (shown_here_ && last_ >= 0) {
      std::fputs("\r     \r", stderr);
    }
  }

 private:
  const bool shown_here_ = ::isatty(STDERR_FILENO) == 1;
  std::int64_t last_ = -1;
};

/// Takes the file for this process, and for the server that it may be handed to. One whose command
/// was killed lets go of it when it notices, which takes a moment: that is waited for.
bool lock(int file) {
  constexpr int kTries = 100;
  for (int tries = 0; tries < kTries; ++tries) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

std::string summary(const data::BackupAbout& about) {
  return fmt::format("made {} by Keepline {}, schema {}, {} bytes", base::to_rfc3339(about.at),
                     base::printable(about.version), about.schema, about.size);
}

/// Asks the server that runs on `folder`, or does it where there is none.
base::Result<data::BackupAbout> write_into(const fs::path& folder, int file,
                                           const data::BackupGoing& going) {
  const auto lock = data::FolderLock::take(folder, /*create=*/false);
  if (lock) {
    return data::write_backup(folder, file, KEEPLINE_VERSION, base::SystemClock().now(), going);
  }
  return lock.error().code == base::Errc::kConflict ? ask_for_backup(folder, file, going)
                                                    : lock.error();
}

void back_up(const BackupCommand& command) {
  const fs::path folder = command.data;
  const auto kind = must(data::folder_kind(folder));
  if (kind != data::FolderKind::kNormal && kind != data::FolderKind::kDemo) {
    fail(fmt::format("there is no data folder at {}", shown(folder)));
  }
  const fs::path path = fs::absolute(command.file);
  if (fs::exists(path)) {
    fail(fmt::format("{} is there already; it is left alone", shown(path)));
  }
  const std::string name = path.filename().string();
  const std::string unfinished = name + ".unfinished";
  const fs::path parent = path.parent_path();
  data::BackupAbout about;
  {
    const File file(parent / unfinished, O_RDWR | O_CREAT);
    if (!lock(file.get())) {
      fail(fmt::format("{} is being written already", shown(path)));
    }
    Progress progress;
    auto written = write_into(folder, file.get(), std::ref(progress));
    progress.end();
    if (!written) {
      std::error_code ec;
      fs::remove(parent / unfinished, ec);
    }
    about = must(std::move(written));
    must(data::put_in_place(parent, unfinished, name));
  }
  std::fputs(fmt::format("{}: {}\n", shown(path), summary(about)).c_str(), stdout);
}

void restore(const BackupCommand& command) {
  const File file(command.file, O_RDONLY);
  Progress progress;
  auto restored =
      data::restore_backup(file.get(), command.data, base::SystemClock().now(), std::ref(progress));
  progress.end();
  const data::BackupAbout about = must(std::move(restored));
  std::fputs(fmt::format("{} holds what was {}\n", shown(command.data), summary(about)).c_str(),
             stdout);
}

void verify(const BackupCommand& command) {
  const File file(command.file, O_RDONLY);
  Progress progress;
  auto checked = data::check_backup(file.get(), std::ref(progress));
  progress.end();
  const data::BackupAbout about = must(std::move(checked));
  std::fputs(fmt::format("{} is whole: {}\n", shown(command.file), summary(about)).c_str(), stdout);
}

}  // namespace

void run(const BackupCommand& command) {
  switch (command.what) {
    case BackupCommand::What::kBackup:
      back_up(command);
      break;
    case BackupCommand::What::kRestore:
      restore(command);
      break;
    case BackupCommand::What::kVerify:
      verify(command);
      break;
  }
}

}  // namespace keepline::app
