#include "logic/rooms.h"

#include <utility>

#include "entity/validate.h"
#include "logic/permission.h"
#include "logic/rooms_rules.h"

namespace keepline::logic {

using base::Error;
using data::Reader;
using data::Transaction;
using entity::ConversationView;

namespace {

/// Makes `field` valid where it is there. Returns what is wrong with it.
template <class T, class Valid>
std::optional<Error> check(std::optional<T>& field, Valid valid) {
  if (!field) {
    return std::nullopt;
  }
  auto checked = valid(*field);
  if (!checked) {
    return checked.error();
  }
  field = *std::move(checked);
  return std::nullopt;
}

std::optional<Error> check(RoomPatch& patch) {
  if (auto wrong = check(patch.title, [](const auto& t) { return entity::valid_title(t); })) {
    return wrong;
  }
  if (auto wrong = check(patch.topic, [](const auto& t) { return entity::valid_topic(t); })) {
    return wrong;
  }
  return check(patch.color, [](std::int64_t c) { return entity::valid_color(c); });
}

}  // namespace

awaitable<Result<ConversationView>> Rooms::create(Actor actor, NewRoom wish) {
  RoomPatch fields;
  fields.title = std::move(wish.title);
  fields.topic = std::move(wish.topic);
  fields.color = wish.color;
  if (auto wrong = check(fields)) {
    co_return *std::move(wrong);
  }
  wish.title = *std::move(fields.title);
  wish.topic = *std::move(fields.topic);
  auto rule = [actor, wish = std::move(wish)](Transaction& tx) {
    return create_room(tx, actor, wish);
  };
  auto view = co_await stores_.write(std::move(rule));
  co_return view;
}

awaitable<Result<ConversationView>> Rooms::update(Actor actor, ConversationId id, RoomPatch patch) {
  if (auto wrong = check(patch)) {
    co_return *std::move(wrong);
  }
  auto rule = [actor, id, patch = std::move(patch)](Transaction& tx) {
    return update_room(tx, actor, id, patch);
  };
  auto view = co_await stores_.write(std::move(rule));
  co_return view;
}

awaitable<Status> Rooms::remove(Actor actor, ConversationId id, std::string title) {
  // A title that could not be one is compared all the same: what may not be deleted answers alike.
  auto typed = entity::valid_title(title);
  if (typed) {
    title = *std::move(typed);
  }
  auto rule = [actor, id, title = std::move(title)](Transaction& tx) {
    return delete_room(tx, actor, id, title);
  };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Result<entity::RoomPage>> Rooms::find(Actor actor, std::string query,
                                                entity::RoomKey after, std::size_t limit) {
  auto question = [actor, query = std::move(query), after = std::move(after), limit](
                      Reader& reader) { return find_rooms(reader, actor, query, after, limit); };
  auto page = co_await stores_.read(std::move(question));
  co_return page;
}

awaitable<Result<entity::Room>> Rooms::get(Actor actor, ConversationId id) {
  auto question = [actor, id](Reader& reader) { return get_room(reader, actor, id); };
  auto room = co_await stores_.read(std::move(question));
  co_return room;
}

}  // namespace keepline::logic
