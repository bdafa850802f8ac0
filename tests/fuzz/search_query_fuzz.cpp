// Any bytes as what somebody looks for, and as a text: nothing crashes, every bound holds, a word
// is its own only word, and what is found stands where the marks say.
//
// The first byte of the input says how much of the rest is the question.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "entity/search.h"
#include "entity/words.h"
#include "logic/search_query.h"

namespace {

using keepline::base::check;
using namespace keepline;

void check_words(std::string_view text) {
  std::size_t begin = 0;
  std::size_t end = 0;
  entity::WordReader reader(text);
  while (reader.next()) {
    const entity::Word& word = reader.word();
    // One character may stand for several words.
    check(
        word.begin >= begin && word.begin < word.end && word.end >= end && word.end <= text.size(),
        "words follow each other");
    begin = word.begin;
    end = word.end;
    const auto points = base::code_points(word.text);
    check(points && *points >= 1 && *points <= entity::kWordMax, "a word is bounded");
    const std::string own(word.text);
    check(entity::words_of(own) == std::vector<std::string>{own}, "a word is its own");
  }
}

void check_snippet(const std::vector<entity::SearchPhrase>& phrases, std::string_view text) {
  const auto found = entity::find_phrases(phrases, text);
  std::size_t end = 0;
  for (const entity::TextRange& range : found) {
    check(range.begin >= end && range.begin < range.end && range.end <= text.size(),
          "hits follow each other");
    end = range.end;
  }
  const entity::Snippet snippet = entity::make_snippet(text, found);
  const auto points = base::code_points(snippet.text);
  check(points && *points <= entity::kSnippetMax, "a snippet is bounded");
  std::size_t last = 0;
  for (const entity::Snippet::Mark& mark : snippet.marks) {
    check(mark.begin >= last && mark.begin < mark.end && mark.end <= *points,
          "marks follow each other");
    last = mark.end;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) {
    return 0;
  }
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view q = rest.substr(0, data[0]);
  const std::string_view text = rest.substr(q.size());
  check_words(rest);
  const auto query = logic::read_search(q);
  if (query) {
    std::size_t words = 0;
    for (const entity::SearchPhrase& phrase : query->phrases) {
      check(!phrase.words.empty(), "a phrase has words");
      words += phrase.words.size();
    }
    check(words <= entity::kSearchWordsMax, "a question is bounded");
    if (base::is_utf8(text)) {
      check_snippet(query->phrases, text);
    }
    if (base::is_utf8(q)) {
      check_snippet(query->phrases, q);
    }
    for (const std::string& day : query->after) {
      static_cast<void>(logic::read_day(day, 60, "after"));
    }
  } else {
    check(query.error().field == "q", "an error names the question");
  }
  return 0;
}
