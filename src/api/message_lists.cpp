#include <optional>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {
namespace {

constexpr std::int64_t kLimitMax = 200;

/// {name: [...], "more", "next"?}
template <class Row>
net::Response page_answer(std::string_view name,
                          const base::Result<logic::Messages::ListPage<Row>>& page) {
  if (!page) {
    return problem(page.error());
  }
  base::JsonWriter json;
  json.begin_object().key(name).begin_array();
  for (const Row& row : page->rows) {
    write_json(json, row);
  }
  json.end_array().field("more", page->next.has_value());
  if (page->next) {
    json.field("next", *page->next);
  }
  json.end_object();
  return json_answer(200, std::move(json));
}

struct PageWish {
  std::optional<entity::EventId> before;
  std::size_t limit = 0;
};

PageWish read_page(QueryReader& in) {
  PageWish wish;
  if (const auto before = in.optional_number("before", 1, base::kIdMax)) {
    wish.before = entity::EventId(*before);
  }
  wish.limit = static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  return wish;
}

}  // namespace

Answer list_pins(Context& context) {
  const auto pins =
      co_await context.services.messages.pins(context.actor, entity::ConversationId(context.id));
  if (!pins) {
    co_return problem(pins.error());
  }
  base::JsonWriter json;
  json.begin_object().key("pins").begin_array();
  for (const entity::Pin& pin : *pins) {
    write_json(json, pin);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer list_mentions(Context& context) {
  QueryReader in(context.request.query);
  const PageWish wish = read_page(in);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto page =
      co_await context.services.messages.mentions(context.actor, wish.before, wish.limit);
  co_return page_answer("mentions", page);
}

Answer list_saved(Context& context) {
  QueryReader in(context.request.query);
  const PageWish wish = read_page(in);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto page =
      co_await context.services.messages.saved(context.actor, wish.before, wish.limit);
  co_return page_answer("saved", page);
}

}  // namespace keepline::api
