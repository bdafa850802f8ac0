#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"
#include "base/secret.h"

struct sqlite3;
struct sqlite3_stmt;

// The SQLite C API with owners and Results; nothing of chat.
namespace keepline::data::sqlite {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;

/// A statement's text. Only a literal becomes one: its address is the key of the statement cache,
/// and nothing that a user wrote can be part of it.
struct Sql {
  consteval Sql(const char* literal) : text(literal) {}  // NOLINT(google-explicit-constructor)
  const char* text;
};

/// Bytes to bind as a BLOB.
struct Blob {
  std::string_view bytes;
};
inline Blob blob_of(const base::Sha256& hash) {
  return {{reinterpret_cast<const char*>(hash.data()), hash.size()}};
}

class Db;

/// A statement under way. Its arguments are bound in order from ?1; at the end of its scope it is
/// reset, so that no snapshot stays open behind it. Lives inside one function.
class Query {
 public:
  template <class... Arguments>
  Query(Db& db, Sql sql, const Arguments&... arguments) : Query(db, sql) {
    int index = 0;
    (bind(++index, arguments), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  /// Moves to the next row; false when there is none.
  Result<bool> step();
  /// Runs a statement that returns no rows.
  Status run();
  /// As run(), for a change of one row. Errors: kNotFound - there was none.
  Status run_one();

  /// `read(query)` of every row.
  template <class Read>
  auto all(Read read) -> Result<std::vector<decltype(read(std::declval<const Query&>()))>> {
    std::vector<decltype(read(std::declval<const Query&>()))> rows;
    while (true) {
      const auto row = step();
      if (!row) {
        return row.error();
      }
      if (!*row) {
        return rows;
      }
      rows.push_back(read(std::as_const(*this)));
    }
  }

  /// `read(query)` of the only row. Errors: kNotFound - there is none.
  template <class Read>
  auto one(Read read) -> Result<decltype(read(std::declval<const Query&>()))> {
    const auto row = step();
    if (!row) {
      return row.error();
    }
    if (!*row) {
      return Errc::kNotFound;
    }
    return read(std::as_const(*this));
  }

  // The current row. Text is copied.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  base::Sha256 hash(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  std::optional<std::string> maybe_text(int column) const;
  std::optional<base::Time> maybe_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(base::from_millis(integer(column)));
  }
  template <class Id>
  Id id(int column) const {
    return Id(integer(column));
  }

 private:
  friend class Db;
  Query(Db& db, Sql sql);
  void bind(int index, std::int64_t number);
  void bind(int index, bool flag) { bind(index, std::int64_t{flag}); }
  void bind(int index, std::string_view text);
  void bind(int index, Blob blob);
  void bind(int index, std::nullopt_t);
  template <class Tag>
  void bind(int index, base::Id<Tag> id) {
    bind(index, id.value);
  }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind(index, std::nullopt);
    }
  }

  Db& db_;
  sqlite3_stmt* statement_ = nullptr;  ///< none: it could not be prepared
  int code_ = 0;                       ///< the first thing that went wrong
  int system_code_ = 0;                ///< errno behind it
  bool* in_use_ = nullptr;             ///< its mark in the cache
};

/// One connection. Lives on one thread.
///
/// Errors of all calls: kStorageFull; kOverloaded - interrupted, or the database is locked;
/// kInternal. A writer's failure to write or to sync, other than for lack of space, sets failed()
/// for good.
class Db {
 public:
  enum class Role : std::uint8_t { kWriter, kReader };

  struct Checkpoint {
    std::int64_t frames = 0;  ///< in the write-ahead log
    std::int64_t done = 0;    ///< of them copied into the database
    bool busy = false;        ///< a reader stood in the way
  };

  /// Opens `path`, which must exist, and sets the connection up for its role. A writer turns the
  /// database's write-ahead log on.
  static Result<std::unique_ptr<Db>> open(const std::filesystem::path& path, const std::string& vfs,
                                          Role role);
  /// Opens the database that lies in the open file `file` from `offset` on, to be read and never
  /// changed.
  static Result<std::unique_ptr<Db>> open_part(int file, std::int64_t offset);
  ~Db();
  Db(const Db&) = delete;
  Db& operator=(const Db&) = delete;

  template <class... Arguments>
  Query query(Sql sql, const Arguments&... arguments) {
    return Query(*this, sql, arguments...);
  }
  /// Runs several statements, which may be made at run time.
  Status execute(const std::string& statements);

  /// Whether a transaction is open.
  bool in_transaction() const;
  /// From now on statements run only inside a transaction. SQLite ends one by itself when the disk
  /// is full: without this, what a rule writes next would commit alone. They then fail with the
  /// error that ended it.
  void guard(bool on) { guarded_ = on; }
  std::int64_t changes() const;        ///< rows the last statement changed
  std::int64_t total_changes() const;  ///< rows changed since the connection was opened
  std::int64_t last_row() const;       ///< the rowid of the last INSERT

  /// Interrupts what runs after `deadline`; nothing: no deadline.
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);
  std::optional<std::chrono::steady_clock::time_point> deadline() const { return deadline_; }

  /// Frees the pages it keeps, as far as nothing uses them.
  void release_memory();

  /// Copies the write-ahead log into the database as far as readers allow; `restart`: and lets the
  /// next write begin it anew. Never waits for readers.
  Result<Checkpoint> checkpoint(bool restart);
  /// Frames in the write-ahead log after this connection's last commit.
  std::int64_t frames() const { return frames_; }

  /// Copies the database, as one moment has it, into `file` from `offset` on: that of the open
  /// transaction, or of the call. Asks `going(copied, of)`, in bytes, after each MiB, and ends
  /// where it says no. Nothing is synced. For readers. Errors, besides those of all calls:
  /// kShuttingDown - `going` said no; kStorageFull - no room in `file`.
  using Going = std::function<bool(std::int64_t copied, std::int64_t of)>;
  Status copy_to(int file, std::int64_t offset, const Going& going);

  /// The disk failed to write or to sync: nothing may be acknowledged any more, and nothing is
  /// copied into the database, not even when closing.
  bool failed() const { return failed_; }

 private:
  friend class Query;
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };

  explicit Db(Role role) : role_(role) {}
  Status set_up();
  /// `system_code`: errno as the failed call left it. sqlite3_system_errno() is no help: a COMMIT
  /// that fails does not set it, so it may speak of an older failure.
  Error error(int code, int system_code);
  Prepared& prepare(Sql sql, int& code);

  const Role role_;
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, Prepared> prepared_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::int64_t frames_ = 0;
  Error last_error_;  ///< the newest that says a write failed
  bool guarded_ = false;
  bool failed_ = false;
};

}  // namespace keepline::data::sqlite
