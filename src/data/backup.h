#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "data/backup_about.h"

// A backup: one file that holds a data folder as it was in one moment.
//
// It is a tar archive, so that it can be opened without Keepline: `keepline.db`, the database;
// `about.txt`, what it is; and at last `SHA256SUMS`, the sums of all before it, as sha256sum(1)
// reads them. A backup that was cut short has no sums, and so is none.
namespace keepline::data {

/// Told how far it is, in bytes of the whole; returns whether to go on.
using BackupGoing = std::function<bool(std::int64_t done, std::int64_t of)>;

/// Writes a backup of `folder` into `file`, a regular file open for reading and writing, from its
/// beginning, and syncs it. The folder must be this process's: it has its lock, or runs its server.
/// Sends go on meanwhile; the write-ahead log grows by what they write. Blocks, for as long as the
/// disk takes.
///
/// Errors, each with one sentence: kShuttingDown - `going` said no; kStorageFull; kConflict -
/// `file` is no regular file; kInternal. `file` then holds no backup.
base::Result<BackupAbout> write_backup(const std::filesystem::path& folder, int file,
                                       std::string_view version, base::Time now,
                                       const BackupGoing& going);

/// Reads the whole of `file` and says what it holds: every byte is that which was written, and the
/// database is sound. Errors: kConflict - it is no backup, was cut short, or is damaged, with the
/// place; kShuttingDown; kInternal.
base::Result<BackupAbout> check_backup(int file, const BackupGoing& going);

/// Lays what `file` holds into `folder`, which must be absent or empty, or have been left by a
/// restore that was cut short; `file` is checked first. Ids that were given out after the backup
/// are not given out again: a new epoch begins, and clients that are further than the backup start
/// anew. After a crash the folder is still none to serve from.
///
/// Errors: those of check_backup(); kConflict - the folder holds something, is in use, or a newer
/// Keepline made the backup; kNotAllowed; kStorageFull.
base::Result<BackupAbout> restore_backup(int file, const std::filesystem::path& folder,
                                         base::Time now, const BackupGoing& going);

}  // namespace keepline::data
