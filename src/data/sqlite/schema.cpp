#include "data/sqlite/schema.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <system_error>

#include "base/check.h"
#include "data/schema_0001.h"
#include "data/schema_0002.h"
#include "data/schema_0003.h"
#include "data/schema_0004.h"
#include "data/schema_0005.h"
#include "data/sqlite/store.h"

namespace keepline::data {

int schema_version() { return sqlite::schema_steps().back().version; }

namespace sqlite {
namespace {

/// "KPLN": what makes the file known as ours, to us and to file(1).
constexpr std::int64_t kApplicationId = 0x4b504c4e;

constexpr std::array kSteps{SchemaStep{1, kSchema0001}, SchemaStep{2, kSchema0002},
                            SchemaStep{3, kSchema0003}, SchemaStep{4, kSchema0004},
                            SchemaStep{5, kSchema0005}};

Result<std::int64_t> number(Query query) {
  return query.one([](const Query& row) { return row.integer(0); });
}

bool sync(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) {
    ::close(file);
  }
  return done;
}

/// Lays a whole copy of `db` at `copy`, under another name until it is complete and on disk.
Status copy_aside(Db& db, const std::filesystem::path& copy) {
  std::filesystem::path unfinished = copy;
  unfinished += ".unfinished";
  std::error_code ec;
  std::filesystem::remove(unfinished, ec);
  {
    auto query = db.query("VACUUM INTO ?1", std::string_view(unfinished.native()));
    if (auto copied = query.run(); !copied) {
      return copied;
    }
  }
  if (!sync(unfinished)) {
    return Error(Errc::kInternal, "the copy before the schema's change could not be synced");
  }
  std::filesystem::rename(unfinished, copy, ec);
  if (ec || !sync(copy.parent_path())) {
    return Error(Errc::kInternal, "the copy before the schema's change could not be kept");
  }
  return base::ok();
}

Status apply(Db& db, std::span<const SchemaStep> steps) {
  for (const SchemaStep& step : steps) {
    if (auto done = db.execute(step.statements); !done) {
      return done;
    }
  }
  return db.execute("PRAGMA user_version=" + std::to_string(steps.back().version) +
                    "; PRAGMA application_id=" + std::to_string(kApplicationId) + "; COMMIT");
}

}  // namespace

std::span<const SchemaStep> schema_steps() { return kSteps; }

Status prepare_schema(Db& db, const std::filesystem::path& folder,
                      std::span<const SchemaStep> steps) {
  base::check(!steps.empty(), "a schema has steps");
  const int newest = steps.back().version;
  const auto version = number(db.query("PRAGMA user_version"));
  if (!version) {
    return version.error();
  }
  const auto application = number(db.query("PRAGMA application_id"));
  if (!application) {
    return application.error();
  }
  const auto tables = number(db.query("SELECT count(*) FROM sqlite_schema"));
  if (!tables) {
    return tables.error();
  }
  const bool fresh = *version == 0 && *application == 0 && *tables == 0;
  if (!fresh && *application != kApplicationId) {
    return Error(Errc::kConflict, "keepline.db is not a database of Keepline's");
  }
  if (*version > newest) {
    return Error(Errc::kConflict, "this data was written by a newer Keepline (schema " +
                                      std::to_string(*version) + "; this one knows " +
                                      std::to_string(newest) + ")");
  }
  if (*version == newest) {
    return base::ok();
  }
  if (!fresh) {
    const auto name = "before-schema-" + std::to_string(newest) + ".db";
    if (auto copied = copy_aside(db, folder / name); !copied) {
      return copied;
    }
  }
  std::size_t first = 0;
  while (first < steps.size() && steps[first].version <= *version) {
    ++first;
  }
  if (auto begun = db.execute("BEGIN IMMEDIATE"); !begun) {
    return begun;
  }
  auto done = apply(db, steps.subspan(first));
  if (!done && db.in_transaction()) {
    (void)db.execute("ROLLBACK");
  }
  return done;
}

}  // namespace sqlite
}  // namespace keepline::data
