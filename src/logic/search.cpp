#include "logic/search.h"

#include <utility>

#include "logic/search_rules.h"

namespace keepline::logic {

awaitable<Result<Search::Page>> Search::messages(Actor actor, Wish wish) {
  auto query = [actor, wish = std::move(wish)](data::Reader& reader) {
    return search_messages(reader, actor, wish, {});
  };
  auto page = co_await stores_.read(std::move(query));
  co_return page;
}

}  // namespace keepline::logic
