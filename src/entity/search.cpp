#include "entity/search.h"

#include <utf8proc.h>

#include <algorithm>

#include "entity/unicode.h"
#include "entity/words.h"

namespace keepline::entity {
namespace {

constexpr std::size_t kBeforeHit = 40;  ///< code points of a snippet before what was found
constexpr std::size_t kSnap = 20;       ///< how far a cut may move to fall between words
constexpr char32_t kEllipsis = U'…';

struct PlacedWord {
  std::string text;
  TextRange range;
};

bool fits(const SearchPhrase& phrase, const std::vector<PlacedWord>& words, std::size_t at) {
  if (words.size() - at < phrase.words.size()) {
    return false;
  }
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    const std::string& wanted = phrase.words[i];
    const std::string& there = words[at + i].text;
    const bool open = phrase.open && i + 1 == phrase.words.size();
    if (open ? !there.starts_with(wanted) : there != wanted) {
      return false;
    }
  }
  return true;
}

/// Whether a text may be cut before `points[at]` without taking a character apart.
bool may_cut(const std::vector<char32_t>& points, std::size_t at) {
  if (at == 0 || at >= points.size()) {
    return true;
  }
  // What belongs to the character before it can be seen from a few code points.
  constexpr std::size_t kLookBack = 16;
  utf8proc_int32_t state = 0;
  bool may = true;
  for (std::size_t i = at > kLookBack ? at - kLookBack : 0; i < at; ++i) {
    may = utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(points[i]),
                                           static_cast<utf8proc_int32_t>(points[i + 1]), &state);
  }
  return may;
}

/// The first good place to begin at or after `from`, and not after `latest`.
std::size_t snap_forward(const std::vector<char32_t>& points, std::size_t from,
                         std::size_t latest) {
  const std::size_t end = std::min(latest, from + kSnap);
  for (std::size_t at = from; at < end; ++at) {
    if (is_space(points[at])) {
      return at + 1;
    }
  }
  std::size_t at = from;
  while (at < latest && !may_cut(points, at)) {
    ++at;
  }
  return at;
}

/// The last good place to end at or before `from`, and not before `earliest`.
std::size_t snap_back(const std::vector<char32_t>& points, std::size_t from, std::size_t earliest) {
  for (std::size_t at = from; at > earliest && from - at < kSnap; --at) {
    if (is_space(points[at])) {
      return at;
    }
  }
  std::size_t at = from;
  while (at > earliest && !may_cut(points, at)) {
    --at;
  }
  return at;
}

/// The ranges, which are in order, in code points.
std::vector<Snippet::Mark> in_points(std::string_view text, const std::vector<TextRange>& found) {
  std::vector<Snippet::Mark> marks;
  std::size_t byte = 0;
  std::size_t point = 0;
  const auto advance = [&](std::size_t to) {
    for (; byte < to; ++byte) {
      point += (static_cast<unsigned char>(text[byte]) & 0xC0U) != 0x80U ? 1U : 0U;
    }
    return point;
  };
  for (const TextRange& range : found) {
    const std::size_t begin = advance(range.begin);
    marks.push_back({begin, advance(range.end)});
  }
  return marks;
}

}  // namespace

std::vector<TextRange> find_phrases(const std::vector<SearchPhrase>& phrases,
                                    std::string_view text) {
  std::vector<PlacedWord> words;
  WordReader reader(text);
  while (reader.next()) {
    const Word& word = reader.word();
    words.push_back({std::string(word.text), {word.begin, word.end}});
  }
  std::vector<TextRange> found;
  for (const SearchPhrase& phrase : phrases) {
    const std::size_t before = found.size();
    for (std::size_t at = 0; at < words.size(); ++at) {
      if (fits(phrase, words, at)) {
        found.push_back({words[at].range.begin, words[at + phrase.words.size() - 1].range.end});
      }
    }
    if (found.size() == before) {
      return {};
    }
  }
  std::sort(found.begin(), found.end(),
            [](const TextRange& a, const TextRange& b) { return a.begin < b.begin; });
  std::vector<TextRange> joined;
  for (const TextRange& range : found) {
    if (!joined.empty() && range.begin <= joined.back().end) {
      joined.back().end = std::max(joined.back().end, range.end);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

Snippet make_snippet(std::string_view text, const std::vector<TextRange>& found) {
  const std::vector<char32_t> points = to_code_points(text);
  const std::vector<Snippet::Mark> marks = in_points(text, found);
  std::size_t begin = 0;
  std::size_t end = points.size();
  if (points.size() > kSnippetMax) {
    // Room for an ellipsis at either end.
    constexpr std::size_t kInside = kSnippetMax - 2;
    const std::size_t hit = marks.empty() ? 0 : marks.front().begin;
    if (hit > kBeforeHit) {
      begin = std::min(hit - kBeforeHit, points.size() - kInside);
      begin = snap_forward(points, begin, hit);
    }
    if (points.size() - begin > kInside) {
      const std::size_t hit_end = marks.empty() ? begin : marks.front().end;
      end = begin + kInside;
      end = snap_back(points, end, std::min(end, std::max(begin + 1, hit_end)));
    }
  }
  Snippet snippet;
  if (begin > 0) {
    append_utf8(snippet.text, kEllipsis);
  }
  for (std::size_t at = begin; at < end; ++at) {
    append_utf8(snippet.text, is_control(points[at]) ? U' ' : points[at]);
  }
  if (end < points.size()) {
    append_utf8(snippet.text, kEllipsis);
  }
  const std::size_t shift = begin > 0 ? 1 : 0;
  for (const Snippet::Mark& mark : marks) {
    const std::size_t first = std::max(mark.begin, begin);
    const std::size_t last = std::min(mark.end, end);
    if (first < last) {
      snippet.marks.push_back({first - begin + shift, last - begin + shift});
    }
  }
  return snippet;
}

}  // namespace keepline::entity
