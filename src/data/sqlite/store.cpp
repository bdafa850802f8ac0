#include "data/sqlite/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "data/folder.h"
#include "data/sqlite/reader.h"
#include "data/sqlite/schema.h"
#include "data/sqlite/writer.h"

namespace keepline::data {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

class SqliteReadConnection final : public ReadConnection {
 public:
  explicit SqliteReadConnection(std::unique_ptr<sqlite::Db> db)
      : db_(std::move(db)), reader_(*db_) {}

  Result<Reader*> begin(std::chrono::milliseconds limit) override {
    if (auto begun = db_->query("BEGIN").run(); !begun) {
      return begun.error();
    }
    db_->set_deadline(std::chrono::steady_clock::now() + limit);
    return &reader_;
  }

  void end() override {
    db_->set_deadline(std::nullopt);
    // Nothing was written: it cannot fail in a way that matters.
    (void)db_->query("ROLLBACK").run();
  }

  void rest() override { db_->release_memory(); }

 private:
  std::unique_ptr<sqlite::Db> db_;
  sqlite::ReaderOn<Reader> reader_;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(FolderLock lock, fs::path path, const OpenOptions& options)
      : lock_(std::move(lock)),
        path_(std::move(path)),
        vfs_(options.vfs),
        log_frames_max_(options.log_frames_max) {}

  Result<std::unique_ptr<WriteConnection>> open_writer() override {
    auto writer = sqlite::SqliteWriter::open(path_, vfs_, log_frames_max_);
    if (!writer) {
      return writer.error();
    }
    return std::unique_ptr<WriteConnection>(std::move(*writer));
  }

  Result<std::unique_ptr<ReadConnection>> open_reader() override {
    auto db = sqlite::Db::open(path_, vfs_, sqlite::Db::Role::kReader);
    if (!db) {
      return db.error();
    }
    return std::unique_ptr<ReadConnection>(new SqliteReadConnection(std::move(*db)));
  }

 private:
  const FolderLock lock_;
  const fs::path path_;
  const std::string vfs_;
  const std::int64_t log_frames_max_;
};

/// `folder` as a person is told of it.
std::string shown(const fs::path& folder) { return base::printable(folder.string(), 4096); }

/// Whether `options` may use what is there, before anything is touched.
Status check_kind(const OpenOptions& options) {
  const auto kind = folder_kind(options.folder);
  if (!kind) {
    return kind.error();
  }
  switch (*kind) {
    case FolderKind::kAbsent:
    case FolderKind::kEmpty:
      if (!options.create) {
        return Error(Errc::kNotFound, "there is no data folder at " + shown(options.folder));
      }
      return base::ok();
    case FolderKind::kNormal:
      if (options.demo) {
        return Error(
            Errc::kConflict,
            shown(options.folder) + " holds a server's data; a demo needs a folder of its own");
      }
      return base::ok();
    case FolderKind::kDemo:
      if (!options.demo) {
        return Error(Errc::kConflict,
                     shown(options.folder) + " is a demo's, whose passwords everyone knows");
      }
      return base::ok();
    case FolderKind::kRestoring:
      return Error(Errc::kConflict, "a backup was being restored into " + shown(options.folder) +
                                        " when that was cut short; restore it again");
    case FolderKind::kForeign:
      break;
  }
  return Error(
      Errc::kConflict,
      shown(options.folder) + " holds things that are not Keepline's; it needs an empty folder");
}

/// Makes the database's file, for this user only; the files SQLite lays beside it follow its mode.
Status make_file(const fs::path& path, bool create) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
  if (file < 0) {
    const int code = errno;
    const Errc errc = code == ENOENT                     ? Errc::kNotFound
                      : code == ENOSPC || code == EDQUOT ? Errc::kStorageFull
                                                         : Errc::kNotAllowed;
    return Error(errc, shown(path) + " cannot be opened: " + std::system_category().message(code));
  }
  ::close(file);
  return base::ok();
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const OpenOptions& options) {
  if (auto fits = check_kind(options); !fits) {
    return fits.error();
  }
  auto lock = FolderLock::take(options.folder, options.create);
  if (!lock) {
    return lock.error();
  }
  if (options.demo) {
    if (auto marked = mark_demo(options.folder); !marked) {
      return marked.error();
    }
  }
  const fs::path path = options.folder / "keepline.db";
  if (auto made = make_file(path, options.create); !made) {
    return made.error();
  }
  {
    // Closed again before the store's own connections open: being the last one, it leaves no
    // write-ahead log behind.
    auto db = sqlite::Db::open(path, options.vfs, sqlite::Db::Role::kWriter);
    if (!db) {
      return db.error();
    }
    if (auto ready = sqlite::prepare_schema(**db, options.folder, sqlite::schema_steps()); !ready) {
      return ready.error();
    }
  }
  return std::unique_ptr<Store>(new SqliteStore(std::move(*lock), path, options));
}

}  // namespace keepline::data
