#include "api/decode.h"
#include "api/handlers.h"
#include "api/respond.h"
#include "base/clock.h"
#include "base/id.h"
#include "entity/json.h"

namespace keepline::api {

Answer mark_mine(Context& context) {
  FieldReader in(context.request.body);
  const auto level = in.optional_text("level");
  const auto muted_until = in.nullable_text("muted_until");
  logic::MinePatch patch;
  patch.top = in.optional_flag("top");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (level) {
    patch.level = entity::level_named(*level);
    if (!patch.level) {
      co_return problem({base::Errc::kBadValue, "level is all, mentions or nothing.", "level"});
    }
  }
  if (muted_until && *muted_until) {
    const auto until = base::from_rfc3339(**muted_until);
    if (!until) {
      co_return problem({base::Errc::kBadValue, "muted_until is null or a time as RFC 3339 has it.",
                         "muted_until"});
    }
    patch.muted_until.emplace(until);
  } else if (muted_until) {
    patch.muted_until.emplace();
  }
  const auto mine = co_await context.services.marks.set_mine(
      context.actor, entity::ConversationId(context.id), patch);
  if (!mine) {
    co_return problem(mine.error());
  }
  base::JsonWriter json;
  write_json(json, *mine);
  co_return json_answer(200, std::move(json));
}

Answer list_reads(Context& context) {
  constexpr std::int64_t kLimitMax = 200;
  QueryReader in(context.request.query);
  const std::int64_t seq = in.optional_number("seq", 0, base::kIdMax).value_or(0);
  const entity::UserId after(in.optional_number("after", 0, base::kIdMax).value_or(0));
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto page = co_await context.services.marks.reads(
      context.actor, entity::ConversationId(context.id), seq, after, limit);
  if (!page) {
    co_return problem(page.error());
  }
  base::JsonWriter json;
  json.begin_object().key("reads").begin_array();
  for (const entity::ReadUpTo& read : page->reads) {
    json.begin_object().field("user", read.user).field("seq", read.seq).end_object();
  }
  json.end_array().field("more", page->more).end_object();
  co_return json_answer(200, std::move(json));
}

}  // namespace keepline::api
