#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {
namespace {

net::Response message_answer(const base::Result<entity::Message>& message) {
  if (!message) {
    return problem(message.error());
  }
  base::JsonWriter json;
  write_json(json, *message);
  return json_answer(200, std::move(json));
}

net::Response status_answer(const base::Status& status) {
  return status ? done_answer() : problem(status.error());
}

}  // namespace

Answer get_message(Context& context) {
  const auto message =
      co_await context.services.messages.get(context.actor, entity::MessageId(context.id));
  co_return message_answer(message);
}

Answer edit_message(Context& context) {
  FieldReader in(context.request.body);
  std::string text = in.text("text");
  const std::int64_t version = in.number("version");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (version < 0 || version > base::kIdMax) {
    co_return problem({base::Errc::kBadValue, "version is no position of the log.", "version"});
  }
  const auto message = co_await context.services.messages.edit(
      context.actor, entity::MessageId(context.id), std::move(text), entity::EventId(version));
  co_return message_answer(message);
}

Answer delete_message(Context& context) {
  const auto message =
      co_await context.services.messages.remove(context.actor, entity::MessageId(context.id));
  co_return message_answer(message);
}

Answer list_edits(Context& context) {
  const auto edits = co_await context.services.messages.earlier_texts(
      context.actor, entity::MessageId(context.id));
  if (!edits) {
    co_return problem(edits.error());
  }
  base::JsonWriter json;
  json.begin_object().key("edits").begin_array();
  for (const entity::EarlierText& earlier : *edits) {
    write_json(json, earlier);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer add_reaction(Context& context) {
  const auto message = co_await context.services.messages.react(
      context.actor, entity::MessageId(context.id), context.name, true);
  co_return message_answer(message);
}

Answer remove_reaction(Context& context) {
  const auto message = co_await context.services.messages.react(
      context.actor, entity::MessageId(context.id), context.name, false);
  co_return message_answer(message);
}

Answer pin_message(Context& context) {
  const auto done =
      co_await context.services.messages.pin(context.actor, entity::MessageId(context.id), true);
  co_return status_answer(done);
}

Answer unpin_message(Context& context) {
  const auto done =
      co_await context.services.messages.pin(context.actor, entity::MessageId(context.id), false);
  co_return status_answer(done);
}

Answer save_message(Context& context) {
  const auto done =
      co_await context.services.messages.save(context.actor, entity::MessageId(context.id), true);
  co_return status_answer(done);
}

Answer unsave_message(Context& context) {
  const auto done =
      co_await context.services.messages.save(context.actor, entity::MessageId(context.id), false);
  co_return status_answer(done);
}

}  // namespace keepline::api
