#include "logic/memberships.h"

#include <utility>

#include "logic/memberships_rules.h"

namespace keepline::logic {

using data::Reader;
using data::Transaction;

awaitable<Result<entity::ConversationView>> Memberships::join(Actor actor, ConversationId id) {
  auto rule = [actor, id](Transaction& tx) { return join_room(tx, actor, id); };
  auto view = co_await stores_.write(std::move(rule));
  co_return view;
}

awaitable<Status> Memberships::leave(Actor actor, ConversationId id) {
  auto rule = [actor, id](Transaction& tx) { return leave_conversation(tx, actor, id); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Result<std::vector<MemberView>>> Memberships::add(Actor actor, ConversationId id,
                                                            People people) {
  auto rule = [actor, id, people = std::move(people)](Transaction& tx) {
    return add_members(tx, actor, id, people);
  };
  auto added = co_await stores_.write(std::move(rule));
  co_return added;
}

awaitable<Result<MemberView>> Memberships::update(Actor actor, ConversationId id, UserId user,
                                                  MemberPatch patch) {
  auto rule = [actor, id, user, patch](Transaction& tx) {
    return update_member(tx, actor, id, user, patch);
  };
  auto member = co_await stores_.write(std::move(rule));
  co_return member;
}

awaitable<Status> Memberships::remove(Actor actor, ConversationId id, UserId user) {
  auto rule = [actor, id, user](Transaction& tx) { return remove_member(tx, actor, id, user); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Result<std::vector<BanView>>> Memberships::bans(Actor actor, ConversationId id,
                                                          UserId after, std::size_t limit) {
  auto query = [actor, id, after, limit](Reader& reader) {
    return list_bans(reader, actor, id, after, limit);
  };
  auto bans = co_await stores_.read(std::move(query));
  co_return bans;
}

awaitable<Status> Memberships::ban(Actor actor, ConversationId id, UserId user) {
  auto rule = [actor, id, user](Transaction& tx) { return ban_user(tx, actor, id, user); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Status> Memberships::unban(Actor actor, ConversationId id, UserId user) {
  auto rule = [actor, id, user](Transaction& tx) { return unban_user(tx, actor, id, user); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

}  // namespace keepline::logic
