#include "data/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "base/log.h"
#include "data/sqlite/part_vfs.h"
#include "data/sqlite/tokenizer.h"

namespace keepline::data::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kOpsBetweenDeadlineChecks = 1000;
constexpr int kCopyPages = 256;  // a MiB

/// A code of our own: the transaction ended by itself.
constexpr int kTransactionLost = -1;

/// Whether `code` says that the disk has no room.
bool is_full(int code, int system_code) {
  if ((code & 0xff) == SQLITE_FULL) {
    return true;
  }
  // A quota is told as an I/O error. Not for a sync: what that left on disk is unknown.
  const bool growing =
      code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_TRUNCATE;
  return growing && (system_code == ENOSPC || system_code == EDQUOT);
}

/// Whether `code` leaves it open what the disk holds. A page that cannot be read does not: the rest
/// of the database still serves.
bool is_fatal(int code) {
  if ((code & 0xff) != SQLITE_IOERR) {
    return false;
  }
  return code != SQLITE_IOERR_READ && code != SQLITE_IOERR_SHORT_READ &&
         code != SQLITE_IOERR_NOMEM && code != SQLITE_IOERR_CORRUPTFS;
}

}  // namespace

Query::Query(Db& db, Sql sql) : db_(db) {
  if (db.guarded_ && !db.in_transaction()) {
    code_ = kTransactionLost;
    return;
  }
  Db::Prepared& prepared = db.prepare(sql, code_);
  if (prepared.statement == nullptr) {
    return;
  }
  base::check(!prepared.in_use, "a statement is used twice at once");
  prepared.in_use = true;
  statement_ = prepared.statement;
  in_use_ = &prepared.in_use;
}

Query::~Query() {
  if (statement_ != nullptr) {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    *in_use_ = false;
  }
}

Result<bool> Query::step() {
  if (code_ == SQLITE_OK) {
    errno = 0;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
      return true;
    }
    if (code == SQLITE_DONE) {
      return false;
    }
    code_ = code;
    system_code_ = errno;
  }
  return db_.error(code_, system_code_);
}

Status Query::run() {
  const auto row = step();
  if (!row) {
    return row.error();
  }
  base::check(!*row, "a statement returned a row that nobody reads");
  return base::ok();
}

Status Query::run_one() {
  auto done = run();
  if (done && db_.changes() == 0) {
    return Errc::kNotFound;
  }
  return done;
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  const int count = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

base::Sha256 Query::hash(int column) const {
  base::Sha256 hash{};
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int count = sqlite3_column_bytes(statement_, column);
  if (bytes != nullptr) {
    std::memcpy(hash.data(), bytes, std::min(hash.size(), static_cast<std::size_t>(count)));
  }
  return hash;
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<std::string> Query::maybe_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

void Query::bind(int index, std::int64_t number) {
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_int64(statement_, index, number);
  }
}

void Query::bind(int index, std::string_view text) {
  if (code_ == SQLITE_OK) {
    // A null pointer would bind NULL, also for a length of 0.
    const char* bytes = text.data() == nullptr ? "" : text.data();
    code_ =
        sqlite3_bind_text64(statement_, index, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
}

void Query::bind(int index, Blob blob) {
  if (code_ == SQLITE_OK) {
    const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    code_ = sqlite3_bind_blob64(statement_, index, bytes, blob.bytes.size(), SQLITE_TRANSIENT);
  }
}

void Query::bind(int index, std::nullopt_t) {
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_null(statement_, index);
  }
}

Result<std::unique_ptr<Db>> Db::open(const std::filesystem::path& path, const std::string& vfs,
                                     Role role) {
  // Counting memory costs a lock that all connections share. Refused once SQLite is in use: fine.
  [[maybe_unused]] static const int kConfigured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

  std::unique_ptr<Db> db(new Db(role));
  errno = 0;
  const int code = sqlite3_open_v2(
      path.c_str(), &db->db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    return db->error(code, errno);
  }
  if (auto ready = db->set_up(); !ready) {
    return ready.error();
  }
  return db;
}

Result<std::unique_ptr<Db>> Db::open_part(int file, std::int64_t offset) {
  std::unique_ptr<Db> db(new Db(Role::kReader));
  const std::string uri = part_uri(file, offset, /*read_only=*/true);
  errno = 0;
  const int code = sqlite3_open_v2(
      uri.c_str(), &db->db_,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  if (code != SQLITE_OK) {
    return db->error(code, errno);
  }
  if (auto ready = db->set_up(); !ready) {
    return ready.error();
  }
  return db;
}

Status Db::set_up() {
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // The schema's triggers write the index of words, which SQLite calls unsafe in a schema that is
  // not trusted; a reader runs none.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, role_ == Role::kWriter ? 1 : 0, nullptr);
  errno = 0;
  if (const int code = add_tokenizer(db_); code != SQLITE_OK) {
    return error(code, errno);
  }
  if (role_ == Role::kReader) {
    // Only the writer ever checkpoints: two connections that do may lose commits in SQLite before
    // 3.51.3 (sqlite.org/wal.html, "the WAL-reset bug").
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_progress_handler(
        db_, kOpsBetweenDeadlineChecks,
        [](void* self) {
          const auto& deadline = static_cast<Db*>(self)->deadline_;
          return deadline && std::chrono::steady_clock::now() >= *deadline ? 1 : 0;
        },
        this);
    return execute(
        "PRAGMA query_only=1; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=0;"
        "PRAGMA temp_store=MEMORY");
  }
  auto set = execute(
      "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON; PRAGMA cache_size=-32768;"
      "PRAGMA temp_store=MEMORY");
  // Set after the pragma, which would take the hook's place.
  sqlite3_wal_hook(
      db_,
      [](void* self, sqlite3*, const char*, int frames) {
        static_cast<Db*>(self)->frames_ = frames;
        return SQLITE_OK;
      },
      this);
  if (!set) {
    return set;
  }
  // The pragma says nothing where it had no effect.
  auto mode = query("PRAGMA journal_mode").one([](const Query& row) { return row.text(0); });
  if (!mode) {
    return mode.error();
  }
  if (*mode != "wal") {
    return Error(Errc::kInternal, "the file system cannot hold a write-ahead log");
  }
  return base::ok();
}

Db::~Db() {
  if (db_ == nullptr) {
    return;
  }
  for (auto& [text, prepared] : prepared_) {
    sqlite3_finalize(prepared.statement);
  }
  if (failed_) {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  sqlite3_close(db_);
}

Status Db::execute(const std::string& statements) {
  errno = 0;
  const int code = sqlite3_exec(db_, statements.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return error(code, errno);
  }
  return base::ok();
}

bool Db::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
std::int64_t Db::changes() const { return sqlite3_changes64(db_); }
std::int64_t Db::total_changes() const { return sqlite3_total_changes64(db_); }
std::int64_t Db::last_row() const { return sqlite3_last_insert_rowid(db_); }

void Db::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) {
  deadline_ = deadline;
}

void Db::release_memory() { sqlite3_db_release_memory(db_); }

Result<Db::Checkpoint> Db::checkpoint(bool restart) {
  int frames = 0;
  int done = 0;
  sqlite3_busy_timeout(db_, 0);
  errno = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      db_, nullptr, restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &frames,
      &done);
  const int system_code = errno;
  sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
    return error(code, system_code);
  }
  return Checkpoint{frames, done, code != SQLITE_OK};
}

Status Db::copy_to(int file, std::int64_t offset, const Going& going) {
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  sqlite3* opened = nullptr;
  const std::string uri = part_uri(file, offset, /*read_only=*/false);
  int code = sqlite3_open_v2(uri.c_str(), &opened,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                             nullptr);
  const std::unique_ptr<sqlite3, Close> copy(opened);
  if (code == SQLITE_OK) {
    // What is half there is not used: no journal. The small cache lets pages go out as they come.
    code = sqlite3_exec(copy.get(), "PRAGMA journal_mode=OFF; PRAGMA cache_size=-1024", nullptr,
                        nullptr, nullptr);
  }
  if (code != SQLITE_OK) {
    return Error(Errc::kInternal, "the copy of the database could not be begun");
  }
  sqlite3_backup* const backup = sqlite3_backup_init(copy.get(), "main", db_, "main");
  if (backup == nullptr) {
    return Error(Errc::kInternal, "the copy of the database could not be begun");
  }
  constexpr std::int64_t kPage = 4096;
  bool stopped = false;
  do {
    code = sqlite3_backup_step(backup, kCopyPages);
    const std::int64_t pages = sqlite3_backup_pagecount(backup);
    const std::int64_t left = sqlite3_backup_remaining(backup);
    stopped = code == SQLITE_OK && !going((pages - left) * kPage, pages * kPage);
  } while (code == SQLITE_OK && !stopped);
  const int finished = sqlite3_backup_finish(backup);
  if (stopped) {
    return Error(Errc::kShuttingDown, "the copy of the database was stopped");
  }
  if (code != SQLITE_DONE || finished != SQLITE_OK) {
    const int failed = code != SQLITE_DONE ? code : finished;
    return (failed & 0xff) == SQLITE_FULL
               ? Error(Errc::kStorageFull, "there is no room for the copy of the database")
               : Error(Errc::kInternal,
                       fmt::format("the database could not be copied: {} (code {})",
                                   sqlite3_errstr(failed), failed));
  }
  return base::ok();
}

Error Db::error(int code, int system_code) {
  if (code == kTransactionLost) {
    return last_error_;
  }
  const char* message = db_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db_);
  if (is_full(code, system_code)) {
    last_error_ = base::retry_later(Errc::kStorageFull, "the disk is full", 10);
    return last_error_;
  }
  const int primary = code & 0xff;
  if (primary == SQLITE_INTERRUPT) {
    return base::retry_later(Errc::kOverloaded, "the read took too long", 1);
  }
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    return base::retry_later(Errc::kOverloaded, "the database is locked", 1);
  }
  if (role_ == Role::kWriter && is_fatal(code) && !failed_) {
    failed_ = true;
    base::log_error(fmt::format(
        "the disk failed under the database ({}, code {}, errno {}): nothing is stored any more "
        "until the disk is mended and the server started again",
        message, code, system_code));
  }
  last_error_ = Error(Errc::kInternal, "database: ");
  last_error_.detail += message;
  last_error_.detail += " (code " + std::to_string(code) + ")";
  return last_error_;
}

Db::Prepared& Db::prepare(Sql sql, int& code) {
  Prepared& prepared = prepared_[sql.text];
  if (prepared.statement == nullptr) {
    code = sqlite3_prepare_v3(db_, sql.text, -1, SQLITE_PREPARE_PERSISTENT, &prepared.statement,
                              nullptr);
  }
  return prepared;
}

}  // namespace keepline::data::sqlite
