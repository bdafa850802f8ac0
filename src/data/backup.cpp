#include "data/backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "base/log.h"
#include "base/secret.h"
#include "data/archive_file.h"
#include "data/folder.h"
#include "data/sqlite/database.h"
#include "data/sqlite/store.h"
#include "data/tar.h"

namespace keepline::data {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
namespace fs = std::filesystem;

constexpr std::string_view kDatabase = "keepline.db";
constexpr std::string_view kAbout = "about.txt";
constexpr std::string_view kSums = "SHA256SUMS";
/// The database begins right after its header.
constexpr std::int64_t kDatabaseAt = kTarBlock;
/// More is on its way to the disk than this only for a moment, so that the server's own syncs do
/// not wait long.
constexpr std::int64_t kSyncEvery = std::int64_t{8} << 20;
/// An archive ends with two empty blocks.
constexpr std::int64_t kEnd = 2 * kTarBlock;
/// What a small member may take: about.txt and the sums of one or many files.
constexpr std::int64_t kTextMax = std::int64_t{1} << 26;

Error damaged(std::string_view what) {
  return {Errc::kConflict, fmt::format("this is no whole backup: {}", what)};
}

Result<std::int64_t> number(sqlite::Query query) {
  return query.one([](const sqlite::Query& row) { return row.integer(0); });
}

/// Copies the database of `folder` into `file` and notes what it is. Returns its size.
Result<std::int64_t> copy_database(const fs::path& folder, int file, BackupAbout& about,
                                   const BackupGoing& going) {
  auto db = sqlite::Db::open(folder / kDatabase, {}, sqlite::Db::Role::kReader);
  if (!db) {
    return db.error();
  }
  // One snapshot for the numbers and the pages.
  if (auto begun = (*db)->query("BEGIN").run(); !begun) {
    return begun.error();
  }
  const auto schema = number((*db)->query("PRAGMA user_version"));
  const auto head = number((*db)->query("SELECT id FROM log_head"));
  if (!schema || !head) {
    return !schema ? schema.error() : head.error();
  }
  about.schema = static_cast<int>(*schema);
  about.head = *head;
  std::int64_t size = 0;
  std::int64_t synced = 0;
  Status broken = base::ok();
  auto copied = (*db)->copy_to(file, kDatabaseAt, [&](std::int64_t done, std::int64_t of) {
    size = of;
    if (done - synced >= kSyncEvery) {
      synced = done;
      broken = sync_file(file);
    }
    return broken.has_value() && going(done, of);
  });
  if (!broken) {
    return broken.error();
  }
  if (!copied) {
    return copied.error();
  }
  // The last step of a small database is its first, of which nobody was told.
  auto whole = file_size(file);
  return whole ? Result<std::int64_t>(*whole - kDatabaseAt) : whole;
}

/// The sum of the database in `file`, as a line of sha256sum(1).
Result<std::string> sum_line(int file, std::int64_t offset, std::int64_t size,
                             std::string_view name, const BackupGoing& going, std::int64_t of) {
  base::Sha256Sum sum;
  std::int64_t done = 0;
  auto read = read_pieces(file, offset, size, [&](std::string_view piece) -> Status {
    sum.add(piece);
    done += static_cast<std::int64_t>(piece.size());
    return going(done, of) ? base::ok() : Status(Error(Errc::kShuttingDown, "it was stopped"));
  });
  if (!read) {
    return read.error();
  }
  return fmt::format("{}  {}\n", base::to_hex(sum.finish()), name);
}

/// Writes the member `name` at `at`, with what fills its last block, and returns where the next
/// begins.
Result<std::int64_t> write_member(int file, std::int64_t at, std::string_view name,
                                  std::string_view bytes, base::Time now) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  const auto header = tar_header({std::string(name), size}, now);
  std::string whole(header.data(), header.size());
  whole += bytes;
  whole.append(static_cast<std::size_t>(tar_padding(size)), '\0');
  if (auto written = write_at(file, at, whole); !written) {
    return written.error();
  }
  return at + static_cast<std::int64_t>(whole.size());
}

/// The member `name`, whose header must be at `at`; `at` moves to the next.
struct Found {
  std::int64_t offset = 0;
  std::int64_t size = 0;
};
Result<Found> find_member(int file, std::int64_t& at, std::string_view name) {
  auto header = read_at(file, at, kTarBlock);
  if (!header) {
    return header.error().code == Errc::kConflict ? damaged("it ends too early") : header.error();
  }
  const auto member = read_tar_header(*header);
  if (!member || member->name != name) {
    return damaged(fmt::format("there is no {} at byte {}", name, at));
  }
  const Found found{at + kTarBlock, member->size};
  const auto whole = file_size(file);
  if (!whole) {
    return whole.error();
  }
  if (found.size > *whole - found.offset) {
    return damaged("it ends too early");
  }
  at = found.offset + found.size + tar_padding(found.size);
  return found;
}

/// A backup taken apart: its database lies in `database`.
struct Parts {
  BackupAbout about;
  Found database;
};

/// Takes `file` apart and compares the sums.
Result<Parts> read_parts(int file, const BackupGoing& going) {
  const auto size = file_size(file);
  if (!size) {
    return size.error();
  }
  std::int64_t at = 0;
  Parts parts;
  auto database = find_member(file, at, kDatabase);
  if (!database) {
    return database.error();
  }
  parts.database = *database;
  const auto text_of = [&](std::string_view name) -> Result<std::string> {
    auto member = find_member(file, at, name);
    if (!member) {
      return member.error();
    }
    if (member->size > kTextMax) {
      return damaged(fmt::format("its {} is too long", name));
    }
    return read_at(file, member->offset, member->size);
  };
  const auto about = text_of(kAbout);
  if (!about) {
    return about.error();
  }
  const auto sums = text_of(kSums);
  if (!sums) {
    return sums.error();
  }
  if (at + kEnd != *size) {
    return damaged(at + kEnd > *size ? "it ends too early" : "something follows its end");
  }
  auto expected =
      sum_line(file, database->offset, database->size, kDatabase, going, database->size);
  if (!expected) {
    return expected.error();
  }
  *expected += fmt::format("{}  {}\n", base::to_hex(base::sha256(*about)), kAbout);
  if (*sums != *expected) {
    return damaged("a sum of SHA256SUMS does not fit");
  }
  const auto read = read_about(*about);
  if (!read) {
    return damaged("about.txt cannot be read");
  }
  parts.about = *read;
  parts.about.size = *size;
  return parts;
}

/// What SQLite finds when it looks through the whole database that lies in `file`.
Status check_database(int file, const Parts& parts) {
  auto db = sqlite::Db::open_part(file, parts.database.offset);
  if (!db) {
    return db.error();
  }
  auto found = (*db)->query("PRAGMA integrity_check(1)").one([](const sqlite::Query& row) {
    return row.text(0);
  });
  if (!found || *found != "ok") {
    return damaged(fmt::format("the database: {}", found ? *found : found.error().detail));
  }
  const auto head = number((*db)->query("SELECT id FROM log_head"));
  if (!head || *head != parts.about.head) {
    return damaged("the database is not that of which about.txt speaks");
  }
  return base::ok();
}

Status check_target(const fs::path& folder) {
  const auto kind = folder_kind(folder);
  if (!kind) {
    return kind.error();
  }
  if (*kind == FolderKind::kNormal || *kind == FolderKind::kDemo || *kind == FolderKind::kForeign) {
    return Error(Errc::kConflict,
                 fmt::format("{} is not empty; a backup is restored into a folder of its own",
                             base::printable(folder.string(), 4096)));
  }
  return base::ok();
}

/// An epoch of its own for the database at `path`, further than anything that was given out after
/// the backup.
Status begin_epoch(const fs::path& path, base::Time now) {
  constexpr std::int64_t kJump = std::int64_t{1} << 20;
  auto db = sqlite::Db::open(path, {}, sqlite::Db::Role::kWriter);
  if (!db) {
    return db.error();
  }
  if (auto begun = (*db)->query("BEGIN IMMEDIATE").run(); !begun) {
    return begun;
  }
  if (auto jumped = (*db)->query("UPDATE log_head SET id = id + ?1", kJump).run(); !jumped) {
    return jumped;
  }
  auto done = (*db)
                  ->query(
                      "INSERT INTO epoch(number, start_id, started_at)"
                      " SELECT max(number) + 1, (SELECT id FROM log_head), ?1 FROM epoch",
                      base::to_millis(now))
                  .run();
  if (done) {
    done = (*db)->query("COMMIT").run();
  }
  // All of it must be in the one file before that is renamed.
  if (done) {
    const auto checkpoint = (*db)->checkpoint(/*restart=*/true);
    if (!checkpoint || checkpoint->busy) {
      return Error(Errc::kInternal, "the restored database could not be finished");
    }
  }
  return done;
}

}  // namespace

Result<BackupAbout> write_backup(const fs::path& folder, int file, std::string_view version,
                                 base::Time now, const BackupGoing& going) {
  const auto kind = folder_kind(folder);
  if (!kind) {
    return kind.error();
  }
  if (auto regular = file_size(file); !regular) {
    return regular.error();
  }
  if (::ftruncate(file, 0) != 0) {
    return Error(Errc::kInternal, "the file could not be emptied");
  }
  BackupAbout about;
  about.version = version;
  about.at = now;
  about.demo = *kind == FolderKind::kDemo;
  const auto size = copy_database(folder, file, about, going);
  if (!size) {
    return size.error();
  }
  auto sums = sum_line(file, kDatabaseAt, *size, kDatabase, going, *size);
  if (!sums) {
    return sums.error();
  }
  const std::string text = about_text(about);
  *sums += fmt::format("{}  {}\n", base::to_hex(base::sha256(text)), kAbout);
  // A database is whole pages, so whole blocks.
  auto at = write_member(file, kDatabaseAt + *size, kAbout, text, now);
  if (at) {
    at = write_member(file, *at, kSums, *sums, now);
  }
  if (!at) {
    return at.error();
  }
  auto written = write_at(file, *at, std::string(static_cast<std::size_t>(kEnd), '\0'));
  if (written) {
    written = sync_file(file);
  }
  // The header makes it an archive: last, when all else is on the disk.
  if (written) {
    const auto header = tar_header({std::string(kDatabase), *size}, now);
    written = write_at(file, 0, {header.data(), header.size()});
  }
  if (written) {
    written = sync_file(file);
  }
  if (!written) {
    return written.error();
  }
  about.size = *at + kEnd;
  return about;
}

Result<BackupAbout> check_backup(int file, const BackupGoing& going) {
  auto parts = read_parts(file, going);
  if (!parts) {
    return parts.error();
  }
  if (auto sound = check_database(file, *parts); !sound) {
    return sound.error();
  }
  return parts->about;
}

Result<BackupAbout> restore_backup(int file, const fs::path& folder, base::Time now,
                                   const BackupGoing& going) {
  if (auto fits = check_target(folder); !fits) {
    return fits.error();
  }
  auto parts = read_parts(file, going);
  if (!parts) {
    return parts.error();
  }
  if (auto sound = check_database(file, *parts); !sound) {
    return sound.error();
  }
  if (parts->about.schema > schema_version()) {
    return Error(Errc::kConflict,
                 fmt::format("this backup was made by a newer Keepline ({}); restore it with that",
                             base::printable(parts->about.version)));
  }
  const auto lock = FolderLock::take(folder, /*create=*/true);
  if (!lock) {
    return lock.error();
  }
  if (auto fits = check_target(folder); !fits) {  // by now another may have been here
    return fits.error();
  }
  for (const std::string_view left :
       {"-wal", "-shm"}) {  // by one that was cut short: not of this database
    std::error_code ec;
    fs::remove(folder / (std::string(kRestoring) += left), ec);
  }
  auto laid = lay_file(folder, kRestoring, [&](int target) {
    std::int64_t at = 0;
    return read_pieces(file, parts->database.offset, parts->database.size,
                       [&](std::string_view piece) -> Status {
                         auto written = write_at(target, at, piece);
                         at += static_cast<std::int64_t>(piece.size());
                         return written;
                       });
  });
  if (laid) {
    laid = begin_epoch(folder / kRestoring, now);
  }
  if (laid && parts->about.demo) {
    laid = mark_demo(folder);
  }
  if (laid) {
    laid = put_in_place(folder, kRestoring, kDatabase);
  }
  if (!laid) {
    return laid.error();
  }
  return parts->about;
}

}  // namespace keepline::data
