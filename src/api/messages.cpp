#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {

Answer list_messages(Context& context) {
  constexpr std::int64_t kLimitMax = 200;
  QueryReader in(context.request.query);
  logic::Messages::PageWish wish;
  wish.before = in.optional_number("before", 1, base::kIdMax);
  wish.after = in.optional_number("after", 0, base::kIdMax);
  wish.limit = static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (wish.before && wish.after) {
    co_return problem({base::Errc::kBadValue, "before and after exclude each other.", "after"});
  }
  const auto page = co_await context.services.messages.page(
      context.actor, entity::ConversationId(context.id), wish);
  if (!page) {
    co_return problem(page.error());
  }
  base::JsonWriter json;
  json.begin_object().key("messages").begin_array();
  for (const entity::Message& message : page->messages) {
    write_json(json, message);
  }
  json.end_array().field("more", page->more).end_object();
  co_return json_answer(200, std::move(json));
}

Answer send_message(Context& context) {
  FieldReader in(context.request.body);
  std::string nonce = in.text("nonce");
  std::string text = in.text("text");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto sent = co_await context.services.messages.send(
      context.actor, entity::ConversationId(context.id), std::move(nonce), std::move(text));
  if (!sent) {
    co_return problem(sent.error());
  }
  base::JsonWriter json;
  write_json(json, sent->message);
  co_return json_answer(sent->repeated ? 200 : 201, std::move(json));
}

}  // namespace keepline::api
