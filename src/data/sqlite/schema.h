#pragma once

#include <filesystem>
#include <span>

#include "data/sqlite/database.h"

namespace keepline::data::sqlite {

/// One numbered change of the schema; the first makes it. Applied once, never edited.
struct SchemaStep {
  int version;
  const char* statements;
};

/// All steps, in order from 1.
std::span<const SchemaStep> schema_steps();

/// Brings `db`, which is `folder`/keepline.db, to the last of `steps`, all in one transaction:
/// after a crash it has the old schema or the new, never one between. An older database is first
/// copied to `folder`/before-schema-<the new version>.db.
///
/// Errors: kConflict - it is not Keepline's, or a newer Keepline wrote it; kStorageFull; kInternal.
/// Nothing is changed then.
Status prepare_schema(Db& db, const std::filesystem::path& folder,
                      std::span<const SchemaStep> steps);

}  // namespace keepline::data::sqlite
