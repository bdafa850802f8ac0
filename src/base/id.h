#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace keepline::base {

/// Ids fit a double exactly (RFC 8259 section 6): every JSON reader keeps them.
inline constexpr std::int64_t kIdMax = (std::int64_t{1} << 53) - 1;

/// The number of one thing in the database; a different type for each kind of thing. 0 means none.
template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr Id() = default;
  constexpr explicit Id(std::int64_t value_in) : value(value_in) {}

  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

using UserId = Id<struct UserTag>;
using SessionId = Id<struct SessionTag>;
using ConversationId = Id<struct ConversationTag>;
using InviteId = Id<struct InviteTag>;

/// A position in the log. A message's id is its position, so it has this type too.
using EventId = Id<struct EventTag>;
using MessageId = EventId;

}  // namespace keepline::base

template <class Tag>
struct std::hash<keepline::base::Id<Tag>> {
  std::size_t operator()(keepline::base::Id<Tag> id) const noexcept {
    // Fibonacci hashing: ids are dense, and tables index with the low bits.
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id.value) * 0x9E3779B97F4A7C15ULL >>
                                    16);
  }
};
