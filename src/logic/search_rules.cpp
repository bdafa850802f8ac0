#include "logic/search_rules.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/id.h"
#include "entity/unicode.h"
#include "entity/validate.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/search_query.h"
#include "logic/sight.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Status;
using data::Reader;
using entity::SearchHit;

/// Filters of one kind that count: more make no sense.
constexpr std::size_t kFiltersMax = 20;
/// Conversations that one title stands for.
constexpr std::size_t kTitledMax = 100;

/// A question in the store's words.
struct Resolved {
  entity::SearchWish wish;
  bool nothing = false;  ///< nothing can be found: a name that nobody has, a kind there is not yet
};

void add(std::vector<std::string>& values, const std::optional<std::string>& value) {
  if (value && !entity::trim(*value).empty()) {
    values.emplace_back(entity::trim(*value));
  }
}

Result<SearchQuery> read_wish(const Search::Wish& wish) {
  auto query = read_search(wish.q);
  if (!query) {
    return query;
  }
  add(query->from, wish.from);
  add(query->in, wish.in);
  add(query->before, wish.before);
  add(query->after, wish.after);
  add(query->has, wish.has);
  for (const auto& [values, field] :
       {std::pair(&query->from, "from"), std::pair(&query->in, "in"),
        std::pair(&query->before, "before"), std::pair(&query->after, "after"),
        std::pair(&query->has, "has")}) {
    if (values->size() > kFiltersMax) {
      return Error(Errc::kTooLong, "too many of one filter", field);
    }
  }
  return query;
}

Status read_has(const SearchQuery& query, Resolved& resolved) {
  for (const std::string& value : query.has) {
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      const std::string key = entity::to_nfkc_casefold(value.substr(at, end - at));
      at = end + 1;
      if (key == "link") {
        resolved.wish.link = true;
      } else if (key == "code") {
        resolved.wish.code = true;
      } else if (key == "image" || key == "file") {
        resolved.nothing = true;
      } else {
        return Error(Errc::kBadValue, "link, code, image or file", "has");
      }
    }
  }
  return base::ok();
}

Status read_days(const SearchQuery& query, int zone, entity::SearchWish& wish) {
  for (const std::string& text : query.after) {
    const auto day = read_day(text, zone, "after");
    if (!day) {
      return day.error();
    }
    wish.after = wish.after ? std::max(*wish.after, *day) : *day;
  }
  for (const std::string& text : query.before) {
    const auto day = read_day(text, zone, "before");
    if (!day) {
      return day.error();
    }
    wish.before = wish.before ? std::min(*wish.before, *day) : *day;
  }
  return base::ok();
}

Status find_senders(Reader& reader, const SearchQuery& query, Resolved& resolved) {
  for (const std::string& name : query.from) {
    const auto user = reader.user_by_name(entity::name_key(name));
    if (user) {
      resolved.wish.from.push_back(user->id);
    } else if (user.error().code != Errc::kNotFound) {
      return user.error();
    }
  }
  resolved.nothing |= !query.from.empty() && resolved.wish.from.empty();
  return base::ok();
}

/// "12" or "#12"
std::optional<ConversationId> read_id(std::string_view text) {
  if (text.starts_with('#')) {
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 ||
      value > base::kIdMax) {
    return std::nullopt;
  }
  return ConversationId(value);
}

Status find_places(Reader& reader, UserId user, const SearchQuery& query, Resolved& resolved) {
  for (const std::string& text : query.in) {
    if (const auto id = read_id(text)) {
      const auto member = reader.member(*id, user);
      if (member) {
        resolved.wish.in.push_back(*id);
        continue;
      }
      if (member.error().code != Errc::kNotFound) {
        return member.error();
      }
    }
    const auto titled =
        reader.conversations_called(user, entity::to_nfkc_casefold(text), kTitledMax);
    if (!titled) {
      return titled.error();
    }
    resolved.wish.in.insert(resolved.wish.in.end(), titled->begin(), titled->end());
  }
  resolved.nothing |= !query.in.empty() && resolved.wish.in.empty();
  return base::ok();
}

Result<Resolved> resolve(Reader& reader, UserId user, const Search::Wish& wish) {
  auto query = read_wish(wish);
  if (!query) {
    return query.error();
  }
  Resolved resolved;
  if (auto has = read_has(*query, resolved); !has) {
    return has.error();
  }
  if (auto days = read_days(*query, wish.zone, resolved.wish); !days) {
    return days.error();
  }
  if (auto found = find_senders(reader, *query, resolved); !found) {
    return found.error();
  }
  if (auto found = find_places(reader, user, *query, resolved); !found) {
    return found.error();
  }
  resolved.wish.phrases = std::move(query->phrases);
  if (!resolved.nothing && resolved.wish.empty()) {
    return Error(Errc::kTooShort, "at least one word, or one of from, in and has", "q");
  }
  return resolved;
}

/// What of what is found is the actor's to see.
class Filter {
 public:
  Filter(Reader& reader, UserId user) : reader_(reader), user_(user), sights_(reader, user) {}

  Result<bool> lets_through(const SearchHit& hit) {
    const auto sight = sights_.of(hit.conversation);
    if (!sight) {
      return sight.error();
    }
    if (!(*sight)->covers(hit.seq)) {
      return false;
    }
    const auto known = blocked_.find(hit.sender);
    if (known != blocked_.end()) {
      return !known->second;
    }
    const auto relation = reader_.relation(user_, hit.sender);
    if (!relation) {
      return relation.error();
    }
    return !blocked_.emplace(hit.sender, *relation == entity::RelationState::kBlocked)
                .first->second;
  }

 private:
  Reader& reader_;
  const UserId user_;
  Sights sights_;
  std::map<UserId, bool> blocked_;
};

}  // namespace

Result<Search::Page> search_messages(Reader& reader, Actor actor, const Search::Wish& wish,
                                     const entity::SearchBounds& bounds) {
  if (auto allowed = can(actor, Action::kSearch); !allowed) {
    return allowed.error();
  }
  const auto resolved = resolve(reader, actor.user, wish);
  if (!resolved) {
    return resolved.error();
  }
  Search::Page page;
  if (resolved->nothing) {
    return page;
  }
  const std::size_t limit = page_limit(wish.limit);
  Filter filter(reader, actor.user);
  std::vector<SearchHit> hits;
  const auto end = reader.search(resolved->wish, wish.cursor.value_or(MessageId(base::kIdMax)),
                                 bounds, [&](const SearchHit& hit) -> Result<bool> {
                                   const auto shown = filter.lets_through(hit);
                                   if (!shown) {
                                     return shown;
                                   }
                                   if (*shown) {
                                     hits.push_back(hit);
                                   }
                                   return hits.size() < limit;
                                 });
  if (!end) {
    return end.error();
  }
  for (const SearchHit& hit : hits) {
    const auto message = reader.message(hit.id);
    if (!message) {
      return message.error();
    }
    page.results.push_back(
        {hit, entity::make_snippet(message->text,
                                   entity::find_phrases(resolved->wish.phrases, message->text))});
  }
  if (end->stuck) {
    page.cut = true;
  } else if (!end->all) {
    page.next = end->looked_to;
  }
  return page;
}

}  // namespace keepline::logic
