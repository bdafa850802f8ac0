#include "entity/called.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "entity/unicode.h"
#include "entity/validate.h"

namespace keepline::entity {
namespace {

struct Run {
  std::size_t begin = 0;
  std::size_t size = 0;
};
using Range = std::pair<std::size_t, std::size_t>;

/// Where `text` is code: from a run of backticks to the next of the same length; from three or more
/// at the beginning of a line also to the end, where nothing closes it.
std::vector<Range> code_in(std::string_view text) {
  std::vector<Run> runs;
  for (std::size_t at = text.find('`'); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of('`', at), text.size());
    runs.push_back({at, end - at});
    at = text.find('`', end);
  }
  // Read from the back, the next run of each length is known without a search.
  std::vector<std::size_t> closing(runs.size(), runs.size());
  std::map<std::size_t, std::size_t> next;
  for (std::size_t i = runs.size(); i-- > 0;) {
    if (const auto found = next.find(runs[i].size); found != next.end()) {
      closing[i] = found->second;
    }
    next[runs[i].size] = i;
  }
  constexpr std::size_t kFence = 3;
  std::vector<Range> code;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Run& run = runs[i];
    if (closing[i] < runs.size()) {
      code.emplace_back(run.begin, runs[closing[i]].begin);
      i = closing[i];
    } else if (run.size >= kFence && (run.begin == 0 || text[run.begin - 1] == '\n')) {
      code.emplace_back(run.begin, text.size());
      break;
    }
  }
  return code;
}

bool is_sign(char32_t c) { return c == U'.' || c == U'-'; }

bool may_be_named(char32_t c) {
  return is_letter(c) || is_mark(c) || is_digit(c) || c == U'_' || is_sign(c);
}

/// The code point that ends at `at`; 0 at the beginning.
char32_t before(std::string_view text, std::size_t at) {
  if (at == 0) {
    return 0;
  }
  std::size_t begin = at - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) {
    --begin;
  }
  return to_code_points(text.substr(begin, at - begin)).front();
}

/// Whether a name may end before points[end].
bool may_end(const std::vector<char32_t>& points, std::size_t end) {
  if (end == points.size()) {
    return true;
  }
  const char32_t next = points[end];
  if (is_mark(next)) {
    return false;
  }
  if (is_sign(next)) {
    // "@amy." and "@amy--" end a sentence; "@amy.lee" is somebody else.
    const std::size_t after = end + 1;
    return after == points.size() || is_sign(points[after]) || is_unspaced(points[after]);
  }
  return is_unspaced(points[end - 1]) || is_unspaced(next);
}

}  // namespace

Called called_in(std::string_view text) {
  Called called;
  std::size_t at = text.find('@');
  if (at == std::string_view::npos) {
    return called;
  }
  const std::vector<Range> code = code_in(text);
  auto hidden = code.begin();
  std::set<std::string_view> seen;
  std::size_t candidates = 0;
  for (; at != std::string_view::npos; at = text.find('@', at + 1)) {
    while (hidden != code.end() && hidden->second <= at) {
      ++hidden;
    }
    if (hidden != code.end() && hidden->first <= at) {
      continue;
    }
    const char32_t previous = before(text, at);
    if ((is_letter(previous) || is_digit(previous) || previous == U'_') && !is_unspaced(previous)) {
      continue;
    }
    // One more than a name may have tells whether it goes on.
    const std::string_view rest = first_code_points(text.substr(at + 1), kNameMax + 1);
    std::vector<char32_t> points = to_code_points(rest);
    const auto stop = std::find_if_not(points.begin(), points.end(), may_be_named);
    points.erase(stop, points.end());
    const std::string_view run = first_code_points(rest, points.size());
    if (!seen.insert(run).second) {
      continue;
    }
    std::vector<std::string> names;
    for (std::size_t end = std::min(points.size(), kNameMax);
         end >= kNameMin && candidates < kCandidatesMax; --end) {
      if (!may_end(points, end)) {
        continue;
      }
      std::string key = name_key(first_code_points(run, end));
      if (key == "here") {
        called.here = true;
        break;
      }
      names.push_back(std::move(key));
      ++candidates;
    }
    if (!names.empty()) {
      called.names.push_back(std::move(names));
    }
    if (called.names.size() == kCallsMax || candidates == kCandidatesMax) {
      break;
    }
  }
  return called;
}

}  // namespace keepline::entity
