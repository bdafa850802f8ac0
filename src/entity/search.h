#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "entity/message.h"

namespace keepline::entity {

inline constexpr std::size_t kSearchMax = 256;      ///< code points of a question
inline constexpr std::size_t kSearchWordsMax = 32;  ///< words in it
inline constexpr std::size_t kSnippetMax = 160;     ///< code points

/// Words in a row, as words.h makes them.
struct SearchPhrase {
  std::vector<std::string> words;  ///< at least one
  bool open = false;               ///< the last one stands also for those that begin with it
};

/// What is looked for: all of it must be so.
struct SearchWish {
  std::vector<SearchPhrase> phrases;
  std::vector<ConversationId> in;  ///< one of these; none: anywhere
  std::vector<UserId> from;        ///< likewise
  bool link = false;
  bool code = false;
  std::optional<Time> after;  ///< at or after
  std::optional<Time> before;

  /// Whether an index can find it: days alone are no question.
  bool empty() const { return phrases.empty() && in.empty() && from.empty() && !link && !code; }
};

/// Where a phrase stands in a text, in bytes.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// Where the phrases stand in `text`, which must be UTF-8: in order, joined where they meet. Empty
/// where one of them does not, or where there are none.
std::vector<TextRange> find_phrases(const std::vector<SearchPhrase>& phrases,
                                    std::string_view text);

/// A part of a text around what was found. Positions count code points, the end not included.
struct Snippet {
  std::string text;  ///< at most kSnippetMax code points, without line breaks
  struct Mark {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  std::vector<Mark> marks;
};
Snippet make_snippet(std::string_view text, const std::vector<TextRange>& found);

/// Where something was found.
struct SearchHit {
  MessageId id;
  ConversationId conversation;
  std::int64_t seq = 0;
  UserId sender;
  Time at{};
};

/// How far one search looks.
struct SearchBounds {
  std::size_t messages = 20'000;  ///< hits, and messages that are not in the index yet
  std::chrono::milliseconds time{250};
};

/// Where a search ended.
struct SearchEnd {
  bool all = false;     ///< there is nothing older
  bool stuck = false;   ///< time was up before anything was found: going on would end here again
  MessageId looked_to;  ///< nothing from here up is left; meaningless where `all` is set
};

/// A message that was found.
struct FoundMessage {
  SearchHit place;
  Snippet snippet;
};

}  // namespace keepline::entity
