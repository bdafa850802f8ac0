#include <optional>
#include <utility>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/id.h"

namespace keepline::api {
namespace {

constexpr std::int64_t kLimitMax = 50;
constexpr std::int64_t kZoneMax = 24 * 60;
constexpr std::size_t kBytesMax = entity::kSearchMax * 4;

void write_found(base::JsonWriter& json, const entity::FoundMessage& found) {
  json.begin_object()
      .field("id", found.place.id)
      .field("conversation", found.place.conversation)
      .field("seq", found.place.seq)
      .field("sender", found.place.sender)
      .field("at", std::string_view(base::to_rfc3339(found.place.at)));
  json.key("snippet").begin_object().field("text", std::string_view(found.snippet.text));
  json.key("marks").begin_array();
  for (const entity::Snippet::Mark& mark : found.snippet.marks) {
    json.begin_array();
    json.value(static_cast<std::int64_t>(mark.begin));
    json.value(static_cast<std::int64_t>(mark.end));
    json.end_array();
  }
  json.end_array().end_object().end_object();
}

}  // namespace

Answer search_messages(Context& context) {
  QueryReader in(context.request.query);
  logic::Search::Wish wish;
  wish.q = in.optional_text("q", kBytesMax).value_or(std::string());
  wish.from = in.optional_text("from", kBytesMax);
  wish.in = in.optional_text("in", kBytesMax);
  wish.before = in.optional_text("before", kBytesMax);
  wish.after = in.optional_text("after", kBytesMax);
  wish.has = in.optional_text("has", kBytesMax);
  wish.zone = static_cast<int>(in.optional_number("zone", -kZoneMax, kZoneMax).value_or(0));
  if (const auto cursor = in.optional_number("cursor", 1, base::kIdMax)) {
    wish.cursor = entity::MessageId(*cursor);
  }
  wish.limit = static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(20));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto page = co_await context.services.search.messages(context.actor, std::move(wish));
  if (!page) {
    co_return problem(page.error());
  }
  base::JsonWriter json;
  json.begin_object().key("results").begin_array();
  for (const entity::FoundMessage& found : page->results) {
    write_found(json, found);
  }
  json.end_array().field("more", page->next.has_value());
  if (page->next) {
    json.field("next", *page->next);
  }
  if (page->cut) {
    json.field("cut", true);
  }
  json.end_object();
  co_return json_answer(200, std::move(json));
}

}  // namespace keepline::api
