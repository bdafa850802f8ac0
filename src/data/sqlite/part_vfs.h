#pragma once

#include <cstdint>
#include <string>

namespace keepline::data::sqlite {

/// A database that is a part of a larger file, such as a backup's: the bytes from `offset` on of
/// the file open as descriptor `file`, which must stay open as long as the database.
///
/// Returns the URI to open it by (SQLITE_OPEN_URI): without locks, without a journal and without a
/// write-ahead log, so for one connection that writes all of it, or for any that only read.
/// Thread-safe.
std::string part_uri(int file, std::int64_t offset, bool read_only);

}  // namespace keepline::data::sqlite
