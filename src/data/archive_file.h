#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

// Reading and writing all of what is asked for, at a place in an open file.
namespace keepline::data {

/// Errors: kStorageFull; kInternal.
base::Status write_at(int file, std::int64_t offset, std::string_view bytes);

/// `size` bytes from `offset` on. Errors: kConflict - the file ends before; kInternal.
base::Result<std::string> read_at(int file, std::int64_t offset, std::int64_t size);

/// `take` gets `size` bytes from `offset` on, in pieces of at most 1 MiB; an error of its own ends
/// it. Errors: as read_at(), and those of `take`.
base::Status read_pieces(int file, std::int64_t offset, std::int64_t size,
                         const std::function<base::Status(std::string_view)>& take);

/// Errors: kInternal - what is on the disk is unknown.
base::Status sync_file(int file);

/// Bytes in an open file. Errors: kConflict - it is no regular file; kInternal.
base::Result<std::int64_t> file_size(int file);

}  // namespace keepline::data
