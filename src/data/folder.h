#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

// A data folder: what it is, and who may use it.
namespace keepline::data {

/// What stands at a path.
enum class FolderKind : std::uint8_t {
  kAbsent,     ///< nothing
  kEmpty,      ///< a folder with nothing in it, or with what a start that was cut short left behind
  kNormal,     ///< a data folder
  kDemo,       ///< a data folder that --demo made
  kForeign,    ///< a folder with other things in it, or no folder at all
  kRestoring,  ///< a folder into which a backup was being restored when that was cut short
};

/// What is being restored lies under this name until all of it is there.
inline constexpr std::string_view kRestoring = "restoring.db";

/// Looks at `folder` and changes nothing; needs no lock.
/// Errors: kNotAllowed - it cannot be read.
base::Result<FolderKind> folder_kind(const std::filesystem::path& folder);

/// Marks `folder` as a demo's for ever; creates it where it is absent.
/// Errors: kConflict - it is neither absent, empty nor a demo's; kNotAllowed - it cannot be
/// written; kStorageFull.
base::Status mark_demo(const std::filesystem::path& folder);

/// Makes the file `name` in `folder`, for this user only, empty or emptied, lets `write` fill it,
/// and syncs it. Errors: kNotAllowed, kStorageFull; those of `write`.
base::Status lay_file(const std::filesystem::path& folder, std::string_view name,
                      const std::function<base::Status(int file)>& write);

/// Renames `from` in `folder` to `to`, both of it, and syncs both: after a crash there is one or
/// the other. Errors: kNotAllowed; kInternal - it could not be synced.
base::Status put_in_place(const std::filesystem::path& folder, std::string_view from,
                          std::string_view to);

/// The right to use a data folder: an flock() on the file `lock` in it, which the kernel gives back
/// when the process ends, however it ends. Two of one process exclude each other too.
class FolderLock {
 public:
  /// Takes the lock; creates the folder (mode 0700) where `create` says so and it is absent.
  /// Errors: kConflict - another server has it; kNotFound - no such folder; kNotAllowed - it cannot
  /// be written; kStorageFull. Each says so in one sentence for the person who starts the server.
  static base::Result<FolderLock> take(const std::filesystem::path& folder, bool create);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace keepline::data
