#pragma once

#include <string_view>

#include "entity/message.h"

namespace keepline::entity {

/// Whom `text`, which is UTF-8, calls with `@name` and `@here`.
///
/// Nothing within `code` counts, and nothing right behind a letter: an address is no name. Where a
/// name may end is not always to be seen ("@amy." and, without spaces, a name in the middle of a
/// sentence), so each comes with all the names it may stand for. Bounded: kCallsMax names, of which
/// all together may stand for kCandidatesMax; the time is linear in the text.
Called called_in(std::string_view text);

inline constexpr std::size_t kCandidatesMax = 200;

}  // namespace keepline::entity
