#include "data/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace keepline::data {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

constexpr std::string_view kDemoMark = "demo\n";

std::string shown(const fs::path& path) { return base::printable(path.string(), 4096); }

/// `errno` as an error about `path`.
Error system_error(const fs::path& path, std::string_view what, int code) {
  std::string detail = shown(path);
  detail += ' ';
  detail += what;
  detail += ": ";
  detail += std::system_category().message(code);
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return {Errc::kStorageFull, std::move(detail)};
    case ENOENT:
      return {Errc::kNotFound, std::move(detail)};
    default:
      return {Errc::kNotAllowed, std::move(detail)};
  }
}

/// Closes a descriptor at the end of its scope.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) {
      ::close(value);
    }
  }
};

base::Status make_folder(const fs::path& folder) {
  std::error_code ec;
  if (folder.has_parent_path()) {
    fs::create_directories(folder.parent_path(), ec);  // mkdir below says what is wrong
  }
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error(folder, "cannot be created", errno);
  }
  return base::ok();
}

/// What an empty folder may hold: what a first start lays down before the database, and what a file
/// system puts into its root.
bool counts_as_nothing(const fs::path& name) {
  return name == "lock" || name == "lost+found" || name == "kind.new";
}

}  // namespace

base::Result<FolderKind> folder_kind(const fs::path& folder) {
  std::error_code ec;
  const fs::file_status status = fs::status(folder, ec);
  if (status.type() == fs::file_type::not_found) {
    return FolderKind::kAbsent;
  }
  if (ec) {
    return system_error(folder, "cannot be read", ec.value());
  }
  if (status.type() != fs::file_type::directory) {
    return FolderKind::kForeign;
  }
  bool foreign = false;
  bool database = false;
  bool mark = false;
  bool restoring = false;
  fs::directory_iterator entry(folder, ec);
  for (; !ec && entry != fs::directory_iterator(); entry.increment(ec)) {
    const fs::path name = entry->path().filename();
    database = database || name == "keepline.db";
    mark = mark || name == "kind";
    const bool begun = name.native().starts_with(kRestoring);  // with its write-ahead log
    restoring = restoring || begun;
    foreign = foreign || !(begun || counts_as_nothing(name));
  }
  if (ec) {
    return system_error(folder, "cannot be read", ec.value());
  }
  if (restoring && !database) {
    return FolderKind::kRestoring;
  }
  if (mark) {
    const Descriptor file{::open((folder / "kind").c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 16> text{};
    const ssize_t count = file.value < 0 ? -1 : ::read(file.value, text.data(), text.size());
    if (count < 0) {
      return system_error(folder / "kind", "cannot be read", errno);
    }
    const std::string_view read(text.data(), static_cast<std::size_t>(count));
    return read == kDemoMark ? FolderKind::kDemo : FolderKind::kForeign;
  }
  if (database) {
    return FolderKind::kNormal;
  }
  return foreign ? FolderKind::kForeign : FolderKind::kEmpty;
}

base::Status mark_demo(const fs::path& folder) {
  const auto kind = folder_kind(folder);
  if (!kind) {
    return kind.error();
  }
  switch (*kind) {
    case FolderKind::kDemo:
      return base::ok();
    case FolderKind::kNormal:
      return Error(Errc::kConflict,
                   shown(folder) + " holds a server's data; a demo needs a folder of its own");
    case FolderKind::kForeign:
      return Error(Errc::kConflict,
                   shown(folder) + " holds other things; a demo needs an empty one");
    case FolderKind::kAbsent:
    case FolderKind::kEmpty:
    case FolderKind::kRestoring:
      break;
  }
  if (auto made = make_folder(folder); !made) {
    return made.error();
  }
  // Written under another name first, so that the mark is never half a mark.
  auto laid = lay_file(folder, "kind.new", [&folder](int file) -> base::Status {
    const ssize_t written = ::write(file, kDemoMark.data(), kDemoMark.size());
    if (written != static_cast<ssize_t>(kDemoMark.size())) {
      return system_error(folder, "cannot be written", written < 0 ? errno : ENOSPC);
    }
    return base::ok();
  });
  return laid ? put_in_place(folder, "kind.new", "kind") : laid;
}

base::Status lay_file(const fs::path& folder, std::string_view name,
                      const std::function<base::Status(int file)>& write) {
  const fs::path path = folder / name;
  const Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (file.value < 0) {
    return system_error(folder, "cannot be written", errno);
  }
  if (auto written = write(file.value); !written) {
    return written;
  }
  if (::fsync(file.value) != 0) {
    return system_error(path, "cannot be synced", errno);
  }
  return base::ok();
}

base::Status put_in_place(const fs::path& folder, std::string_view from, std::string_view to) {
  const Descriptor file{::open((folder / from).c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0 || ::fsync(file.value) != 0) {
    return system_error(folder / from, "cannot be synced", errno);
  }
  if (::rename((folder / from).c_str(), (folder / to).c_str()) != 0) {
    return system_error(folder, "cannot be written", errno);
  }
  const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (directory.value < 0 || ::fsync(directory.value) != 0) {
    return system_error(folder, "cannot be synced", errno);
  }
  return base::ok();
}

base::Result<FolderLock> FolderLock::take(const fs::path& folder, bool create) {
  if (create) {
    if (auto made = make_folder(folder); !made) {
      return made.error();
    }
  }
  const fs::path path = folder / "lock";
  FolderLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) {
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR) {
      return Error(Errc::kNotFound, shown(folder) + " is not a folder");
    }
    return system_error(folder, "cannot be written", code);
  }
  std::array<char, 24> number{};
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return system_error(path, "cannot be locked", errno);
    }
    std::string detail = shown(folder) + " is in use by another server";
    const ssize_t count = ::pread(lock.descriptor_, number.data(), number.size(), 0);
    if (count > 0) {
      detail +=
          " (process " + base::printable({number.data(), static_cast<std::size_t>(count)}) + ')';
    }
    return Error(Errc::kConflict, std::move(detail));
  }
  // Who holds it, for the sentence above; the lock itself is the kernel's, so a failure is no harm.
  const auto end = std::to_chars(number.data(), number.data() + number.size(), ::getpid()).ptr;
  if (::ftruncate(lock.descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t written =
        ::pwrite(lock.descriptor_, number.data(), static_cast<std::size_t>(end - number.data()), 0);
  }
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

}  // namespace keepline::data
