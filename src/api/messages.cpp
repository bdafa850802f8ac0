#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/clock.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {
namespace {

/// A moment in a query: RFC 3339, or milliseconds since 1970.
std::optional<entity::Time> read_moment(std::string_view text) {
  if (const auto millis = parse_id(text)) {
    return base::from_millis(*millis);
  }
  return base::from_rfc3339(text);
}

/// Which of the messages are asked for.
struct Wish {
  logic::Messages::PageWish page;
  logic::Messages::AroundWish around;

  bool is_around() const { return around.seq || around.at; }
};

base::Result<Wish> read_wish(QueryReader& in) {
  constexpr std::int64_t kLimitMax = 200;
  constexpr std::size_t kMomentBytesMax = 64;
  Wish wish;
  wish.page.before = in.optional_number("before", 1, base::kIdMax);
  wish.page.after = in.optional_number("after", 0, base::kIdMax);
  wish.around.seq = in.optional_number("around", 1, base::kIdMax);
  const auto at = in.optional_text("at", kMomentBytesMax);
  wish.page.limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  wish.around.limit = wish.page.limit;
  if (auto error = in.finish()) {
    return *std::move(error);
  }
  if (at) {
    wish.around.at = read_moment(*at);
    if (!wish.around.at) {
      return base::Error(base::Errc::kBadValue,
                         "at is a time as RFC 3339 has it, or milliseconds since 1970.", "at");
    }
  }
  // The last one is to blame.
  std::string_view last;
  int given = 0;
  const auto count = [&](bool there, std::string_view name) {
    given += there ? 1 : 0;
    last = there ? name : last;
  };
  count(wish.page.before.has_value(), "before");
  count(wish.page.after.has_value(), "after");
  count(wish.around.seq.has_value(), "around");
  count(wish.around.at.has_value(), "at");
  if (given > 1) {
    return base::Error(base::Errc::kBadValue, "before, after, around and at exclude each other.",
                       std::string(last));
  }
  return wish;
}

void write_messages(base::JsonWriter& json, const std::vector<entity::Message>& messages) {
  json.begin_object().key("messages").begin_array();
  for (const entity::Message& message : messages) {
    write_json(json, message);
  }
  json.end_array();
}

net::Response page_answer(const base::Result<entity::MessagePage>& page) {
  if (!page) {
    return problem(page.error());
  }
  base::JsonWriter json;
  write_messages(json, page->messages);
  json.field("more", page->more).end_object();
  return json_answer(200, std::move(json));
}

net::Response around_answer(const base::Result<entity::MessagesAround>& page) {
  if (!page) {
    return problem(page.error());
  }
  base::JsonWriter json;
  write_messages(json, page->messages);
  json.field("more", page->more_before || page->more_after);
  json.field("more_before", page->more_before).field("more_after", page->more_after).end_object();
  return json_answer(200, std::move(json));
}

net::Response sent_answer(const base::Result<entity::Sent>& sent) {
  if (!sent) {
    return problem(sent.error());
  }
  base::JsonWriter json;
  write_json(json, sent->message);
  return json_answer(sent->repeated ? 200 : 201, std::move(json));
}

}  // namespace

Answer list_messages(Context& context) {
  QueryReader in(context.request.query);
  const auto wish = read_wish(in);
  if (!wish) {
    co_return problem(wish.error());
  }
  const entity::ConversationId conversation(context.id);
  if (wish->is_around()) {
    const auto around =
        co_await context.services.messages.around(context.actor, conversation, wish->around);
    co_return around_answer(around);
  }
  const auto page =
      co_await context.services.messages.page(context.actor, conversation, wish->page);
  co_return page_answer(page);
}

Answer send_message(Context& context) {
  FieldReader in(context.request.body);
  logic::Messages::Draft draft;
  draft.nonce = in.text("nonce");
  draft.text = in.text("text");
  draft.reply_to = in.optional_number("reply_to");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto sent = co_await context.services.messages.send(
      context.actor, entity::ConversationId(context.id), std::move(draft));
  co_return sent_answer(sent);
}

Answer forward_message(Context& context) {
  FieldReader in(context.request.body);
  logic::Messages::Draft draft;
  draft.nonce = in.text("nonce");
  const std::int64_t message = in.number("message");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (message < 1 || message > base::kIdMax) {
    co_return problem({base::Errc::kBadValue, "message is no message's id.", "message"});
  }
  draft.forward = entity::MessageId(message);
  const auto sent = co_await context.services.messages.send(
      context.actor, entity::ConversationId(context.id), std::move(draft));
  co_return sent_answer(sent);
}

}  // namespace keepline::api
