#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "data/store.h"

namespace keepline::data {

/// The newest schema this binary knows: what a database it has opened has.
int schema_version();

struct OpenOptions {
  std::filesystem::path folder;
  /// Make the folder and the database where there are none.
  bool create = true;
  /// The folder is a demo's: an absent or empty one is marked, any other is refused. Without it a
  /// demo's folder is refused.
  bool demo = false;
  /// The name of the SQLite VFS to use; empty for the system's. For tests that make disks fail.
  std::string vfs;
  /// Pages of 4 KiB past which the write-ahead log is begun anew; it stays below 4/3 of this unless
  /// a reader stands in the way. 48 MB. Smaller in tests.
  std::int64_t log_frames_max = 12'000;
};

/// Opens `<folder>/keepline.db` and takes the folder's lock for the Store's life. A new database is
/// made in one transaction: after a crash in the middle the next start makes it anew. An older
/// schema is brought up to date, also in one transaction, after a copy was laid beside it
/// (`before-schema-<n>.db`).
///
/// Errors, each with one sentence for the person who starts the server:
///   kConflict   - the folder is in use by another server, is (or is not) a demo's, holds things
///                 that are not Keepline's, or was written by a newer Keepline.
///   kNotFound   - there is no data folder, and `create` is false.
///   kNotAllowed - it cannot be written.
///   kStorageFull, kInternal - the disk is full; the database cannot be read.
base::Result<std::unique_ptr<Store>> open_sqlite(const OpenOptions& options);

}  // namespace keepline::data
