#include "logic/search_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/utf8.h"
#include "entity/unicode.h"
#include "entity/words.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::int64_t kMillisMax = 253'402'300'799'999;  ///< the end of the year 9999

/// A quotation mark as keyboards have it.
bool is_quote(char32_t c) { return c == U'"' || c == U'“' || c == U'”' || c == U'„' || c == U'＂'; }
bool is_colon(char32_t c) { return c == U':' || c == U'：'; }

/// Goes through a question.
class Scanner {
 public:
  explicit Scanner(std::string_view q) : points_(entity::to_code_points(q)) {}

  bool at_end() const { return at_ == points_.size(); }
  bool at_quote() const { return !at_end() && is_quote(points_[at_]); }

  void skip_spaces() {
    while (!at_end() && entity::is_space(points_[at_])) {
      ++at_;
    }
  }

  /// The name of a filter that begins here, which is then passed; else nothing.
  std::string filter() {
    static constexpr std::array<std::string_view, 5> kNames{"from", "in", "before", "after", "has"};
    for (const std::string_view name : kNames) {
      if (points_.size() - at_ <= name.size() || !is_colon(points_[at_ + name.size()])) {
        continue;
      }
      const bool same = std::equal(name.begin(), name.end(), points_.begin() + offset(at_),
                                   [](char a, char32_t b) {
                                     const char32_t low = b >= 'A' && b <= 'Z' ? b + 32 : b;
                                     return static_cast<char32_t>(a) == low;
                                   });
      if (same) {
        at_ += name.size() + 1;
        return std::string(name);
      }
    }
    return {};
  }

  /// What stands in quotation marks, the second of which may be missing. Requires: at_quote().
  std::string quoted() {
    ++at_;
    std::string out;
    while (!at_end() && !at_quote()) {
      entity::append_utf8(out, points_[at_++]);
    }
    at_ += at_end() ? 0U : 1U;
    return out;
  }

  /// What stands before the next space, or before the next quotation mark.
  std::string plain() {
    std::string out;
    while (!at_end() && !at_quote() && !entity::is_space(points_[at_])) {
      entity::append_utf8(out, points_[at_++]);
    }
    return out;
  }

 private:
  static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  const std::vector<char32_t> points_;
  std::size_t at_ = 0;
};

/// Whether the last word of `text` ends where it ends, and is long enough to be the beginning of
/// others.
bool is_open(std::string_view text) {
  entity::WordReader reader(text);
  bool open = false;
  while (reader.next()) {
    open = reader.word().end == text.size() && *base::code_points(reader.word().text) > 1;
  }
  return open;
}

std::vector<std::string>& values(SearchQuery& query, std::string_view filter) {
  return filter == "from"     ? query.from
         : filter == "in"     ? query.in
         : filter == "before" ? query.before
         : filter == "after"  ? query.after
                              : query.has;
}

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty()
             ? std::optional(value)
             : std::nullopt;
}

/// 2026-01-31
std::optional<std::chrono::sys_days> read_date(std::string_view text) {
  constexpr std::size_t kLength = 10;
  if (text.size() != kLength || text[4] != '-' || text[7] != '-' ||
      !std::all_of(text.begin(), text.end(),
                   [](char c) { return (c >= '0' && c <= '9') || c == '-'; })) {
    return std::nullopt;
  }
  const auto year = read_number(text.substr(0, 4));
  const auto month = read_number(text.substr(5, 2));
  const auto day = read_number(text.substr(8, 2));
  if (!year || !month || !day || *year < 1970 || *month < 1 || *day < 1) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

}  // namespace

Result<SearchQuery> read_search(std::string_view q) {
  const auto count = base::code_points(q);
  if (!count) {
    return Error(Errc::kBadValue, "not UTF-8", "q");
  }
  if (*count > entity::kSearchMax) {
    return Error(Errc::kTooLong, fmt::format("at most {} characters", entity::kSearchMax), "q");
  }
  SearchQuery query;
  std::size_t words = 0;
  Scanner scanner(q);
  for (scanner.skip_spaces(); !scanner.at_end(); scanner.skip_spaces()) {
    const std::string filter = scanner.filter();
    const bool quoted = scanner.at_quote();
    std::string text = quoted ? scanner.quoted() : scanner.plain();
    if (!filter.empty()) {
      if (!entity::trim(text).empty()) {
        values(query, filter).emplace_back(entity::trim(text));
      }
      continue;
    }
    entity::SearchPhrase phrase{entity::words_of(text), false};
    words += phrase.words.size();
    if (words > entity::kSearchWordsMax) {
      return Error(Errc::kTooLong, fmt::format("at most {} words", entity::kSearchWordsMax), "q");
    }
    if (!phrase.words.empty()) {
      phrase.open = !quoted && scanner.at_end() && is_open(text);
      query.phrases.push_back(std::move(phrase));
    }
  }
  return query;
}

Result<base::Time> read_day(std::string_view text, int zone, std::string_view field) {
  if (const auto date = read_date(text)) {
    return base::Time(*date) - std::chrono::minutes(zone);
  }
  if (const auto millis = read_number(text); millis && *millis >= 0 && *millis <= kMillisMax) {
    return base::from_millis(*millis);
  }
  if (const auto moment = base::from_rfc3339(text)) {
    return *moment;
  }
  return Error(Errc::kBadValue, "a day (2026-01-31) or a moment (RFC 3339, or milliseconds)",
               std::string(field));
}

}  // namespace keepline::logic
