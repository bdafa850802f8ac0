#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

// Members of a tar archive in the ustar interchange format (POSIX.1-1988, pax(1)), as every tar
// reads it.
namespace keepline::data {

inline constexpr std::int64_t kTarBlock = 512;

/// A regular file in an archive: a header of one block, then its bytes up to a whole block.
struct TarMember {
  std::string name;       ///< 1 to 100 bytes
  std::int64_t size = 0;  ///< bytes; 8 GiB and more as GNU tar writes them, in base 256
};

/// The header of `member`, which only its owner may read, last changed at `at`.
std::array<char, kTarBlock> tar_header(const TarMember& member, base::Time at);

/// What follows `size` bytes up to a whole block.
std::int64_t tar_padding(std::int64_t size);

/// The member that a header of kTarBlock bytes names; nothing for any other bytes: a wrong
/// checksum, another kind of member than a regular file, a name or a size out of bounds.
std::optional<TarMember> read_tar_header(std::string_view header);

}  // namespace keepline::data
