#include "contract/fault_vfs.h"

#include <sqlite3.h>

#include <cerrno>
#include <map>
#include <memory>
#include <mutex>

#include "base/check.h"

namespace keepline::data {
namespace {

FaultVfs* active = nullptr;
sqlite3_vfs* base_vfs = nullptr;
sqlite3_vfs fault_vfs;

/// A file's methods with ours in the place of some. The table comes first, so that a file's pointer
/// to it leads back here.
struct Methods {
  sqlite3_io_methods table;
  const sqlite3_io_methods* original;
};

const sqlite3_io_methods& original_of(sqlite3_file* file) {
  return *reinterpret_cast<const Methods*>(file->pMethods)->original;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const int code = active->verdict(FaultVfs::Operation::kWriting);
  return code != 0 ? code : original_of(file).xWrite(file, bytes, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = active->verdict(FaultVfs::Operation::kOther);
  return code != 0 ? code : original_of(file).xTruncate(file, size);
}

int sync(sqlite3_file* file, int flags) {
  const int code = active->verdict(FaultVfs::Operation::kSyncing);
  return code != 0 ? code : original_of(file).xSync(file, flags);
}

/// The table for files whose own is `original`.
const sqlite3_io_methods* methods_over(const sqlite3_io_methods* original) {
  static std::mutex mutex;
  static std::map<const sqlite3_io_methods*, std::unique_ptr<Methods>> known;
  const std::lock_guard lock(mutex);
  auto& methods = known[original];
  if (!methods) {
    methods = std::make_unique<Methods>(Methods{*original, original});
    methods->table.xWrite = write;
    methods->table.xTruncate = truncate;
    methods->table.xSync = sync;
  }
  return &methods->table;
}

int open_file(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
  const int code = base_vfs->xOpen(base_vfs, name, file, flags, out);
  if (code == SQLITE_OK && file->pMethods != nullptr) {
    file->pMethods = methods_over(file->pMethods);
  }
  return code;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* name, int sync_folder) {
  const int code = active->verdict(FaultVfs::Operation::kOther);
  return code != 0 ? code : base_vfs->xDelete(base_vfs, name, sync_folder);
}

}  // namespace

FaultVfs::FaultVfs() {
  base::check(active == nullptr, "one fault VFS at a time");
  sqlite3_initialize();
  base_vfs = sqlite3_vfs_find(nullptr);
  fault_vfs = *base_vfs;
  fault_vfs.pNext = nullptr;
  fault_vfs.zName = "keepline_faults";
  fault_vfs.xOpen = open_file;
  fault_vfs.xDelete = delete_file;
  active = this;
  sqlite3_vfs_register(&fault_vfs, /*makeDflt=*/0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&fault_vfs);
  active = nullptr;
}

void FaultVfs::fail(Fault fault, std::int64_t first, std::int64_t count) {
  fault_ = fault;
  start_ = operations_.load();
  first_failure_ = 0;
  end_ = operations_ + first + count;
  first_ = operations_ + first;
}

int FaultVfs::verdict(Operation operation) {
  const std::int64_t number = ++operations_;
  if (number < first_ || number >= end_) {
    return SQLITE_OK;
  }
  int code = SQLITE_OK;
  switch (fault_) {
    case Fault::kFull:
      code = operation == Operation::kWriting ? SQLITE_FULL : SQLITE_OK;
      break;
    case Fault::kQuota:
      code = operation == Operation::kWriting ? SQLITE_IOERR_WRITE : SQLITE_OK;
      break;
    case Fault::kSync:
      code = operation == Operation::kSyncing ? SQLITE_IOERR_FSYNC : SQLITE_OK;
      break;
    case Fault::kWrite:
      code = operation == Operation::kWriting ? SQLITE_IOERR_WRITE : SQLITE_OK;
      break;
    case Fault::kDead:
      code = SQLITE_IOERR;
      break;
  }
  if (code != SQLITE_OK) {
    // What the system's VFS would have left behind; SQLite hands it on.
    errno = fault_ == Fault::kQuota ? EDQUOT : fault_ == Fault::kFull ? ENOSPC : EIO;
    ++failures_;
    std::int64_t none = 0;
    first_failure_.compare_exchange_strong(none, number - start_);
  }
  return code;
}

}  // namespace keepline::data
