#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"

namespace keepline::entity {

/// "I have everything up to here": a position in the log, and in the signals of one run of the
/// server. The same for every user. Opaque to clients.
struct Cursor {
  std::int64_t epoch = 0;
  base::EventId event;
  std::uint64_t run = 0;     ///< which run of the server counted `signal`
  std::uint64_t signal = 0;  ///< the newest signal looked at

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// `cursor` as at most 80 characters that need no escaping in a URL, a header or JSON.
std::string encode(const Cursor& cursor);

/// Reads what encode() wrote; nothing for any other text.
std::optional<Cursor> decode_cursor(std::string_view text);

}  // namespace keepline::entity
