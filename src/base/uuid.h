#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace keepline::base {

/// A universally unique identifier (RFC 9562).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  int version() const { return bytes[6] >> 4U; }
  bool operator==(const Uuid&) const = default;
};

/// Version 7 (RFC 9562 section 5.7): the millisecond, then random bits, so that those made later
/// sort later.
Uuid new_uuid_v7(Time now, Random& random);

/// 36 characters, in lower case (RFC 9562 section 4).
std::string to_text(const Uuid& uuid);

/// What to_text() wrote, or nothing for any other text: one UUID has one text here.
std::optional<Uuid> parse_uuid(std::string_view text);

}  // namespace keepline::base
