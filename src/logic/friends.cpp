#include "logic/friends.h"

#include <utility>

#include "logic/friends_rules.h"
#include "logic/run_now.h"

namespace keepline::logic {

using data::Transaction;
using entity::Relation;

Friends::Friends(data::StoreThreads& stores) : stores_(stores) {}

awaitable<Result<std::vector<Relation>>> Friends::list(Actor actor) {
  auto query = [actor](data::Reader& reader) { return list_relations(reader, actor); };
  auto relations = co_await stores_.read(std::move(query));
  co_return relations;
}

awaitable<Result<Relation>> Friends::request(Actor actor, UserId peer) {
  auto rule = [actor, peer](Transaction& tx) { return request_friend(tx, actor, peer); };
  auto relation = co_await stores_.write(std::move(rule));
  co_return relation;
}

awaitable<Status> Friends::remove(Actor actor, UserId peer) {
  auto rule = [actor, peer](Transaction& tx) { return remove_friend(tx, actor, peer); };
  auto removed = co_await stores_.write(std::move(rule));
  co_return removed;
}

awaitable<Result<Relation>> Friends::block(Actor actor, UserId peer) {
  auto rule = [actor, peer](Transaction& tx) { return block_user(tx, actor, peer); };
  auto relation = co_await stores_.write(std::move(rule));
  co_return relation;
}

awaitable<Status> Friends::unblock(Actor actor, UserId peer) {
  auto rule = [actor, peer](Transaction& tx) { return unblock_user(tx, actor, peer); };
  auto unblocked = co_await stores_.write(std::move(rule));
  co_return unblocked;
}

Status Friends::make_friends(UserId a, UserId b) {
  Status made = base::Errc::kInternal;
  auto task = [this, a, b, &made]() -> awaitable<void> {
    auto rule = [a, b](Transaction& tx) { return befriend(tx, a, b); };
    auto done = co_await stores_.write(std::move(rule));
    made = std::move(done);
  };
  run_now(task());
  return made;
}

}  // namespace keepline::logic
