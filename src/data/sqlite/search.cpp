#include "data/sqlite/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "entity/words.h"

namespace keepline::data::sqlite {
namespace {

using entity::SearchBounds;
using entity::SearchEnd;
using entity::SearchHit;
using entity::SearchPhrase;
using entity::SearchWish;
using Steady = std::chrono::steady_clock;

/// How many words one that is still being written stands for.
constexpr std::size_t kLongerWordsMax = 128;
/// Messages between two looks at the clock.
constexpr std::size_t kClockEvery = 64;

/// What begins the words of `place` (schema/0005.sql).
constexpr std::string_view kPlace = "\xEF\xA3\xB0";

/// `words` in a row, for FTS5. They are letters and digits alone; whatever they were, a text within
/// quotes stays one.
std::string quoted(const std::vector<std::string>& words) {
  std::string out = "\"";
  for (const std::string& word : words) {
    out += out.size() > 1 ? " " : "";
    for (const char c : word) {
      out.append(c == '"' ? 2 : 1, c);
    }
  }
  return out + "\"";
}

/// "column : (a OR b)", where one of them is enough.
std::string any_of(std::string_view column, const std::vector<std::string>& choices) {
  return fmt::format("{{{}}} : ({})", column, fmt::join(choices, " OR "));
}

template <class Id>
std::string places(char kind, const std::vector<Id>& ids) {
  std::vector<std::string> choices;
  for (const Id id : ids) {
    choices.push_back(fmt::format("\"{}{}{}\"", kPlace, kind, id.value));
  }
  return any_of("place", choices);
}

template <class Id>
bool wanted(const std::vector<Id>& ids, Id id) {
  return ids.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

struct Search::Run {
  const SearchWish& wish;
  const SearchBounds& bounds;
  const Visit& visit;
  Steady::time_point deadline;
  std::size_t looked = 0;
  std::int64_t looked_to;  ///< the last message looked at
  bool stopped = false;    ///< nothing more is to be looked at
  bool timed_out = false;

  /// Counts a message, and says whether it was one too many.
  bool over(std::int64_t id) {
    if (looked >= bounds.messages || (looked % kClockEvery == 0 && Steady::now() >= deadline)) {
      stopped = true;
      timed_out = looked < bounds.messages;
      return true;
    }
    ++looked;
    looked_to = id;
    return false;
  }

  /// Shows a message.
  Status show(const SearchHit& hit) {
    const auto more = visit(hit);
    if (!more) {
      return more.error();
    }
    stopped = !*more;
    return base::ok();
  }
};

Result<SearchEnd> Search::search(const SearchWish& wish, MessageId before,
                                 const SearchBounds& bounds, const Visit& visit) {
  std::int64_t low = 0;
  std::int64_t high = before.value;
  if (wish.after) {
    const auto first = first_id(*wish.after);
    if (!first) {
      return first.error();
    }
    low = *first;
  }
  if (wish.before) {
    const auto first = first_id(*wish.before);
    if (!first) {
      return first.error();
    }
    high = std::min(high, *first);
  }
  std::int64_t indexed = 0;
  {
    auto query = db_.query("SELECT indexed_id FROM search_head");
    const auto read = query.one([](const Query& row) { return row.integer(0); });
    if (!read) {
      return read.error();
    }
    indexed = *read;
  }
  Run run{wish, bounds, visit, Steady::now() + bounds.time, 0, high};
  auto looked = look_at_tail(run, std::max(low, indexed + 1), high);
  if (looked && !run.stopped) {
    looked = look_in_index(run, low, std::min(high, indexed + 1));
  }
  if (!looked) {
    return looked.error();
  }
  return SearchEnd{!run.stopped, run.timed_out && run.looked == 0, MessageId(run.looked_to)};
}

Result<std::int64_t> Search::first_id(Time at) {
  // Times grow with the ids, so a search over these finds one.
  const std::int64_t wanted = base::to_millis(at);
  std::int64_t low = 0;
  std::int64_t high = 0;
  {
    auto query = db_.query("SELECT coalesce(max(id), 0) FROM message_info");
    const auto last = query.one([](const Query& row) { return row.integer(0); });
    if (!last) {
      return last.error();
    }
    high = *last + 1;
  }
  // No message with an id < low is at or after the moment; the first one >= high is, or there is
  // none.
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    auto query = db_.query(
        "SELECT id, created_at FROM message_info WHERE id >= ?1 ORDER BY id LIMIT 1", middle);
    const auto probe =
        query.all([](const Query& row) { return std::pair(row.integer(0), row.integer(1)); });
    if (!probe) {
      return probe.error();
    }
    if (probe->empty() || probe->front().second >= wanted) {
      high = middle;
    } else {
      low = probe->front().first + 1;
    }
  }
  return low;
}

Result<std::vector<std::string>> Search::longer_words(const std::string& word) {
  // Each step goes right behind the word before, past all the messages that it stands in.
  std::vector<std::string> words;
  std::string from = word;
  while (words.size() < kLongerWordsMax) {
    auto query =
        db_.query("SELECT term FROM message_term WHERE term >= ?1 LIMIT 1", std::string_view(from));
    const auto next = query.all([](const Query& row) { return row.text(0); });
    if (!next) {
      return next.error();
    }
    if (next->empty() || !next->front().starts_with(word)) {
      break;
    }
    words.push_back(next->front());
    from = next->front() + '\x01';
  }
  return words;
}

Result<std::string> Search::match(const SearchWish& wish) {
  std::vector<std::string> all;
  for (const SearchPhrase& phrase : wish.phrases) {
    std::vector<std::string> choices{quoted(phrase.words)};
    if (phrase.open) {
      auto words = phrase.words;
      const auto longer = longer_words(words.back());
      if (!longer) {
        return longer.error();
      }
      for (const std::string& word : *longer) {
        if (word != phrase.words.back()) {
          words.back() = word;
          choices.push_back(quoted(words));
        }
      }
    }
    all.push_back(any_of("body", choices));
  }
  if (!wish.in.empty()) {
    all.push_back(places('c', wish.in));
  }
  if (!wish.from.empty()) {
    all.push_back(places('u', wish.from));
  }
  for (const auto& [has, name] : {std::pair(wish.link, "link"), std::pair(wish.code, "code")}) {
    if (has) {
      all.push_back(any_of("place", {fmt::format("\"{}{}\"", kPlace, name)}));
    }
  }
  return fmt::format("{}", fmt::join(all, " AND "));
}

Status Search::look_at_tail(Run& run, std::int64_t low, std::int64_t high) {
  if (low >= high) {
    return base::ok();
  }
  const SearchWish& wish = run.wish;
  auto query = db_.query(
      "SELECT m.id, m.conversation_id, m.seq, m.sender_id, m.created_at, m.body, w.place"
      " FROM message_info m CROSS JOIN message_words w ON w.id = m.id"
      " WHERE m.id >= ?1 AND m.id < ?2 AND m.flags & 1 = 0 ORDER BY m.id DESC",
      low, high);
  while (!run.stopped) {
    const auto row = query.step();
    if (!row) {
      return row.error();
    }
    if (!*row || run.over(query.integer(0))) {
      return base::ok();
    }
    const SearchHit hit{query.id<MessageId>(0), query.id<ConversationId>(1), query.integer(2),
                        query.id<UserId>(3), base::from_millis(query.integer(4))};
    if (!wanted(wish.in, hit.conversation) || !wanted(wish.from, hit.sender)) {
      continue;
    }
    if (wish.link || wish.code) {
      const std::string place = query.text(6);
      if ((wish.link && place.find("link") == std::string::npos) ||
          (wish.code && place.find("code") == std::string::npos)) {
        continue;
      }
    }
    if (!wish.phrases.empty() && entity::find_phrases(wish.phrases, query.text(5)).empty()) {
      continue;
    }
    if ((wish.after && hit.at < *wish.after) || (wish.before && hit.at >= *wish.before)) {
      continue;
    }
    if (auto shown = run.show(hit); !shown) {
      return shown;
    }
  }
  return base::ok();
}

Status Search::look_in_index(Run& run, std::int64_t low, std::int64_t high) {
  const SearchWish& wish = run.wish;
  if (low >= high || wish.empty()) {
    return base::ok();
  }
  const auto question = match(wish);
  if (!question) {
    return question.error();
  }
  auto query = db_.query(
      "SELECT m.id, m.conversation_id, m.seq, m.sender_id, m.created_at"
      " FROM message_index i CROSS JOIN message_info m ON m.id = i.rowid"
      " WHERE message_index MATCH ?1 AND i.rowid >= ?2 AND i.rowid < ?3 AND m.flags & 1 = 0"
      " ORDER BY i.rowid DESC",
      std::string_view(*question), low, high);
  while (!run.stopped) {
    // One step may go a long way, where words are common and never meet.
    const auto outer = db_.deadline();
    db_.set_deadline(outer ? std::min(*outer, run.deadline) : run.deadline);
    const auto row = query.step();
    db_.set_deadline(outer);
    if (!row) {
      if (row.error().code == Errc::kOverloaded && Steady::now() >= run.deadline) {
        run.stopped = true;
        run.timed_out = true;
        return base::ok();
      }
      return row.error();
    }
    if (!*row || run.over(query.integer(0))) {
      return base::ok();
    }
    const SearchHit hit{query.id<MessageId>(0), query.id<ConversationId>(1), query.integer(2),
                        query.id<UserId>(3), base::from_millis(query.integer(4))};
    if ((wish.after && hit.at < *wish.after) || (wish.before && hit.at >= *wish.before)) {
      continue;
    }
    if (auto shown = run.show(hit); !shown) {
      return shown;
    }
  }
  return base::ok();
}

Result<std::vector<ConversationId>> Search::conversations_called(UserId user, std::string_view key,
                                                                 std::size_t limit) {
  auto query = db_.query(
      "SELECT c.id FROM member m INDEXED BY member_user"
      " CROSS JOIN conversation c ON c.id = m.conversation_id"
      " LEFT JOIN user_info u ON u.id = iif(c.user_low = ?1, c.user_high, c.user_low)"
      " WHERE m.user_id = ?1 AND c.closed_id IS NULL AND"
      "  ?2 IN (substr(c.title_key, 1, length(?2)), substr(u.name_key, 1, length(?2)),"
      "         substr(u.display_key, 1, length(?2)))"
      " ORDER BY c.id LIMIT ?3",
      user, key, static_cast<std::int64_t>(limit));
  return query.all([](const Query& row) { return row.id<ConversationId>(0); });
}

}  // namespace keepline::data::sqlite
