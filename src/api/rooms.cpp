#include <optional>
#include <string_view>
#include <utility>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/member_views.h"
#include "api/respond.h"
#include "entity/json.h"
#include "entity/validate.h"

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;

/// The value that `named` gives the text of a field. What it does not know goes into `wrong`.
template <class Named>
auto choice(const std::optional<std::string>& text, std::string_view field, Named named,
            std::optional<Error>& wrong) -> decltype(named(*text)) {
  if (!text) {
    return std::nullopt;
  }
  auto value = named(*text);
  if (!value && !wrong) {
    wrong = Error(Errc::kBadValue, "none of the values there are", std::string(field));
  }
  return value;
}

std::optional<entity::ConversationKind> kind_named(std::string_view name) {
  for (const auto kind : {entity::ConversationKind::kGroup, entity::ConversationKind::kRoom}) {
    if (conversation_kind_name(kind) == name) {
      return kind;
    }
  }
  return std::nullopt;
}

/// A place in the list of rooms, as text for clients to hand back: "12:title".
std::string encode_key(const entity::RoomKey& key) {
  return std::to_string(key.id.value) + ":" + key.title_key;
}

std::optional<entity::RoomKey> decode_key(std::string_view text) {
  const auto colon = text.find(':');
  const auto id = parse_id(text.substr(0, colon));
  if (colon == std::string_view::npos || !id) {
    return std::nullopt;
  }
  return entity::RoomKey{std::string(text.substr(colon + 1)), entity::ConversationId(*id)};
}

}  // namespace

logic::People read_people(FieldReader& in) {
  logic::People people;
  for (const std::int64_t id : in.optional_numbers("users").value_or(std::vector<std::int64_t>())) {
    people.users.emplace_back(id);
  }
  people.names = in.optional_texts("names").value_or(std::vector<std::string>());
  return people;
}

Answer create_conversation(Context& context) {
  FieldReader in(context.request.body);
  std::optional<Error> wrong;
  logic::NewRoom wish;
  const auto kind = choice(std::optional(in.text("kind")), "kind", kind_named, wrong);
  wish.title = in.text("title");
  wish.topic = in.optional_text("topic").value_or(std::string());
  wish.color = in.optional_number("color").value_or(0);
  const auto access = choice(in.optional_text("access"), "access", entity::access_named, wrong);
  const auto history = choice(in.optional_text("history"), "history", entity::history_named, wrong);
  wish.people = read_people(in);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (wrong) {
    co_return problem(*wrong);
  }
  wish.kind = kind.value_or(wish.kind);
  wish.access = access.value_or(wish.access);
  wish.history = history.value_or(wish.history);
  const auto view = co_await context.services.rooms.create(context.actor, std::move(wish));
  co_return view_answer(view, 201);
}

Answer update_conversation(Context& context) {
  FieldReader in(context.request.body);
  std::optional<Error> wrong;
  logic::RoomPatch patch;
  patch.title = in.optional_text("title");
  patch.topic = in.optional_text("topic");
  patch.color = in.optional_number("color");
  patch.access = choice(in.optional_text("access"), "access", entity::access_named, wrong);
  patch.history = choice(in.optional_text("history"), "history", entity::history_named, wrong);
  patch.archived = in.optional_flag("archived");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (wrong) {
    co_return problem(*wrong);
  }
  const auto view = co_await context.services.rooms.update(
      context.actor, entity::ConversationId(context.id), std::move(patch));
  co_return view_answer(view);
}

Answer delete_conversation(Context& context) {
  FieldReader in(context.request.body);
  std::string title = in.text("title");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto done = co_await context.services.rooms.remove(
      context.actor, entity::ConversationId(context.id), std::move(title));
  co_return done ? done_answer() : problem(done.error());
}

Answer find_rooms(Context& context) {
  constexpr std::int64_t kLimitMax = 200;
  constexpr std::size_t kQueryBytesMax = entity::kTitleMax * 4;
  // A title's key may be longer than the title; its longest is bounded by the target's.
  constexpr std::size_t kKeyBytesMax = 8192;
  QueryReader in(context.request.query);
  std::string query = in.optional_text("q", kQueryBytesMax).value_or(std::string());
  const auto after = in.optional_text("after", kKeyBytesMax);
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  auto key = after ? decode_key(*after) : entity::RoomKey();
  if (!key) {
    co_return problem({Errc::kBadValue, "must be a page's next", "after"});
  }
  const auto page =
      co_await context.services.rooms.find(context.actor, std::move(query), *std::move(key), limit);
  if (!page) {
    co_return problem(page.error());
  }
  base::JsonWriter json;
  json.begin_object().key("rooms").begin_array();
  for (const entity::Room& room : page->rooms) {
    write_json(json, room);
  }
  json.end_array();
  if (page->next) {
    const std::string next = encode_key(*page->next);
    json.field("next", std::string_view(next));
  }
  json.end_object();
  co_return json_answer(200, std::move(json));
}

Answer get_room(Context& context) {
  const auto room =
      co_await context.services.rooms.get(context.actor, entity::ConversationId(context.id));
  if (!room) {
    co_return problem(room.error());
  }
  base::JsonWriter json;
  write_json(json, *room);
  co_return json_answer(200, std::move(json));
}

}  // namespace keepline::api
