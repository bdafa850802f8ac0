#include "logic/marks.h"

#include <utility>

#include "logic/marks_rules.h"

namespace keepline::logic {

awaitable<Result<entity::Mine>> Marks::set_mine(Actor actor, ConversationId id, MinePatch patch) {
  auto rule = [actor, id, patch](data::Transaction& tx) {
    return logic::set_mine(tx, actor, id, patch);
  };
  auto mine = co_await stores_.write(std::move(rule));
  co_return mine;
}

awaitable<Result<Marks::Reads>> Marks::reads(Actor actor, ConversationId id, std::int64_t seq,
                                             UserId after, std::size_t limit) {
  auto query = [actor, id, seq, after, limit](data::Reader& reader) {
    return list_reads(reader, actor, id, seq, after, limit);
  };
  auto reads = co_await stores_.read(std::move(query));
  co_return reads;
}

}  // namespace keepline::logic
