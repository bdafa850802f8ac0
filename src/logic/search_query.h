#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "entity/search.h"

namespace keepline::logic {

/// A question as a person writes it, taken apart; names are not looked up yet.
struct SearchQuery {
  std::vector<entity::SearchPhrase> phrases;
  std::vector<std::string> from;  ///< names
  std::vector<std::string> in;    ///< ids or titles
  std::vector<std::string> before;
  std::vector<std::string> after;
  std::vector<std::string> has;
};

/// Reads a question (docs/protocol.md, "Searching"). Every text is one: what is no filter is words,
/// and what is neither is nothing.
/// Errors: kBadValue - not UTF-8; kTooLong - over kSearchMax or kSearchWordsMax.
base::Result<SearchQuery> read_search(std::string_view q);

/// The beginning of a day, 2026-01-31, where the clocks are `zone` minutes ahead of UTC; or a
/// moment, as RFC 3339 or in milliseconds since 1970. Errors: kBadValue of `field`.
base::Result<base::Time> read_day(std::string_view text, int zone, std::string_view field);

}  // namespace keepline::logic
