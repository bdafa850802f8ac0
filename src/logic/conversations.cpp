#include "logic/conversations.h"

#include <utility>

#include "logic/conversations_rules.h"

namespace keepline::logic {

using data::Reader;
using data::Transaction;
using entity::ConversationView;

Conversations::Conversations(data::StoreThreads& stores) : stores_(stores) {}

awaitable<Result<std::vector<ConversationView>>> Conversations::list(Actor actor,
                                                                     std::optional<EventId> before,
                                                                     std::size_t limit) {
  auto query = [actor, before, limit](Reader& reader) {
    return list_conversations(reader, actor, before, limit);
  };
  auto views = co_await stores_.read(std::move(query));
  co_return views;
}

awaitable<Result<ConversationView>> Conversations::get(Actor actor, ConversationId id) {
  auto query = [actor, id](Reader& reader) { return get_conversation(reader, actor, id); };
  auto view = co_await stores_.read(std::move(query));
  co_return view;
}

awaitable<Result<std::vector<MemberView>>> Conversations::members(Actor actor, ConversationId id,
                                                                  std::string query, UserId after,
                                                                  std::size_t limit) {
  auto question = [actor, id, query = std::move(query), after, limit](Reader& reader) {
    return list_members(reader, actor, id, query, after, limit);
  };
  auto members = co_await stores_.read(std::move(question));
  co_return members;
}

awaitable<Result<ConversationView>> Conversations::open_direct(Actor actor, UserId peer) {
  auto rule = [actor, peer](Transaction& tx) { return logic::open_direct(tx, actor, peer); };
  auto view = co_await stores_.write(std::move(rule));
  co_return view;
}

awaitable<Result<std::int64_t>> Conversations::mark_read(Actor actor, ConversationId id,
                                                         std::int64_t seq, bool lower) {
  auto rule = [actor, id, seq, lower](Transaction& tx) {
    return logic::mark_read(tx, actor, id, seq, lower);
  };
  auto mark = co_await stores_.write(std::move(rule));
  co_return mark;
}

awaitable<Status> Conversations::may_type(Actor actor, ConversationId id, entity::Time now) {
  auto query = [actor, id, now](Reader& reader) { return logic::may_type(reader, actor, id, now); };
  auto allowed = co_await stores_.read(std::move(query));
  co_return allowed;
}

}  // namespace keepline::logic
