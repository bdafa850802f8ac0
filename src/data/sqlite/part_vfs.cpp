#include "data/sqlite/part_vfs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace keepline::data::sqlite {
namespace {

constexpr const char* kName = "keepline_part";

/// What SQLite allocates for an open file: its own head, then ours.
struct Part {
  sqlite3_file head;
  int file;
  sqlite3_int64 offset;
};

Part& part_of(sqlite3_file* file) { return *reinterpret_cast<Part*>(file); }

int close_file(sqlite3_file* file) {
  return ::close(part_of(file).file) == 0 ? SQLITE_OK : SQLITE_IOERR_CLOSE;
}

int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  const Part& part = part_of(file);
  char* const out = static_cast<char*>(bytes);
  int done = 0;
  while (done < count) {
    const ssize_t got = ::pread(part.file, out + done, static_cast<std::size_t>(count - done),
                                part.offset + offset + done);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return SQLITE_IOERR_READ;
    }
    if (got == 0) {
      std::memset(out + done, 0, static_cast<std::size_t>(count - done));
      return SQLITE_IOERR_SHORT_READ;
    }
    done += static_cast<int>(got);
  }
  return SQLITE_OK;
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const Part& part = part_of(file);
  const char* const in = static_cast<const char*>(bytes);
  int done = 0;
  while (done < count) {
    const ssize_t put = ::pwrite(part.file, in + done, static_cast<std::size_t>(count - done),
                                 part.offset + offset + done);
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put <= 0) {
      return put == 0 || errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    done += static_cast<int>(put);
  }
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const Part& part = part_of(file);
  return ::ftruncate(part.file, part.offset + size) == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

/// Whoever writes the whole syncs the whole.
int sync(sqlite3_file* /*file*/, int /*flags*/) { return SQLITE_OK; }

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const Part& part = part_of(file);
  struct stat found{};
  if (::fstat(part.file, &found) != 0) {
    return SQLITE_IOERR_FSTAT;
  }
  *size = std::max<sqlite3_int64>(0, found.st_size - part.offset);
  return SQLITE_OK;
}

int lock(sqlite3_file* /*file*/, int /*level*/) { return SQLITE_OK; }
int reserved(sqlite3_file* /*file*/, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int control(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file* /*file*/) { return 4096; }
int characteristics(sqlite3_file* /*file*/) { return 0; }

const sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = close_file;
  methods.xRead = read;
  methods.xWrite = write;
  methods.xTruncate = truncate;
  methods.xSync = sync;
  methods.xFileSize = file_size;
  methods.xLock = lock;
  methods.xUnlock = lock;
  methods.xCheckReservedLock = reserved;
  methods.xFileControl = control;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = characteristics;
  return methods;
}();

int open_file(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return SQLITE_CANTOPEN;  // it has nothing beside it
  }
  Part& part = part_of(file);
  part.file = ::fcntl(static_cast<int>(sqlite3_uri_int64(name, "file", -1)), F_DUPFD_CLOEXEC, 0);
  part.offset = sqlite3_uri_int64(name, "offset", 0);
  if (part.file < 0) {
    return SQLITE_CANTOPEN;
  }
  file->pMethods = &kMethods;
  if (out != nullptr) {
    *out = flags;
  }
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync_folder*/) {
  return SQLITE_OK;
}
int access(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int full_path(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

/// The VFS, made at the first call: the system's, but for what concerns files.
sqlite3_vfs* registered() {
  static sqlite3_vfs vfs = [] {
    sqlite3_initialize();
    sqlite3_vfs made = *sqlite3_vfs_find(nullptr);
    made.pNext = nullptr;
    made.zName = kName;
    made.szOsFile = sizeof(Part);
    made.xOpen = open_file;
    made.xDelete = delete_file;
    made.xAccess = access;
    made.xFullPathname = full_path;
    return made;
  }();
  static const int kDone = sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
  return kDone == SQLITE_OK ? &vfs : nullptr;
}

}  // namespace

std::string part_uri(int file, std::int64_t offset, bool read_only) {
  (void)registered();
  return fmt::format("file:part?vfs={}&file={}&offset={}{}", kName, file, offset,
                     read_only ? "&immutable=1" : "");
}

}  // namespace keepline::data::sqlite
