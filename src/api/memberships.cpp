#include <chrono>
#include <optional>
#include <utility>

#include "api/decode.h"
#include "api/handlers.h"
#include "api/member_views.h"
#include "api/respond.h"
#include "base/id.h"
#include "entity/json.h"
#include "entity/validate.h"

namespace keepline::api {
namespace {

using base::Errc;

constexpr std::int64_t kLimitMax = 200;
constexpr std::size_t kQueryBytesMax = entity::kDisplayNameMax * 4;
constexpr std::int64_t kSilenceSecondsMax = 31'536'000;  ///< a year; longer is for ever

entity::ConversationId conversation_of(const Context& context) {
  return entity::ConversationId(context.id);
}
entity::UserId member_of(const Context& context) { return entity::UserId(context.second); }

}  // namespace

Answer list_members(Context& context) {
  QueryReader in(context.request.query);
  std::string query = in.optional_text("q", kQueryBytesMax).value_or(std::string());
  const entity::UserId after(in.optional_number("after", 0, base::kIdMax).value_or(0));
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto members = co_await context.services.conversations.members(
      context.actor, conversation_of(context), std::move(query), after, limit);
  if (!members) {
    co_return problem(members.error());
  }
  base::JsonWriter json;
  json.begin_object().key("members").begin_array();
  for (const logic::MemberView& view : *members) {
    write_member(json, view);
  }
  json.end_array().field("more", members->size() == limit).end_object();
  co_return json_answer(200, std::move(json));
}

Answer add_members(Context& context) {
  FieldReader in(context.request.body);
  logic::People people = read_people(in);
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto members = co_await context.services.memberships.add(
      context.actor, conversation_of(context), std::move(people));
  if (!members) {
    co_return problem(members.error());
  }
  base::JsonWriter json;
  json.begin_object().key("members").begin_array();
  for (const logic::MemberView& view : *members) {
    write_member(json, view);
  }
  json.end_array().end_object();
  co_return json_answer(200, std::move(json));
}

Answer update_member(Context& context) {
  FieldReader in(context.request.body);
  logic::MemberPatch patch;
  const auto role = in.optional_text("role");
  patch.silenced = in.optional_flag("silenced");
  const auto seconds = in.optional_number("silenced_for");
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  if (role) {
    patch.role = entity::role_named(*role);
    if (!patch.role) {
      co_return problem({Errc::kBadValue, "member, admin or owner", "role"});
    }
  }
  if (seconds && (*seconds < 1 || *seconds > kSilenceSecondsMax)) {
    co_return problem({Errc::kBadValue, "1 to 31536000 seconds", "silenced_for"});
  }
  if (seconds && patch.silenced != true) {
    co_return problem({Errc::kBadValue, "only with silenced", "silenced_for"});
  }
  if (seconds) {
    patch.silenced_for = std::chrono::seconds(*seconds);
  }
  const auto member = co_await context.services.memberships.update(
      context.actor, conversation_of(context), member_of(context), patch);
  if (!member) {
    co_return problem(member.error());
  }
  base::JsonWriter json;
  write_member(json, *member);
  co_return json_answer(200, std::move(json));
}

Answer remove_member(Context& context) {
  const auto done = co_await context.services.memberships.remove(
      context.actor, conversation_of(context), member_of(context));
  co_return done ? done_answer() : problem(done.error());
}

Answer join_conversation(Context& context) {
  const auto view =
      co_await context.services.memberships.join(context.actor, conversation_of(context));
  co_return view_answer(view);
}

Answer leave_conversation(Context& context) {
  const auto done =
      co_await context.services.memberships.leave(context.actor, conversation_of(context));
  co_return done ? done_answer() : problem(done.error());
}

Answer list_bans(Context& context) {
  QueryReader in(context.request.query);
  const entity::UserId after(in.optional_number("after", 0, base::kIdMax).value_or(0));
  const auto limit =
      static_cast<std::size_t>(in.optional_number("limit", 1, kLimitMax).value_or(50));
  if (const auto error = in.finish()) {
    co_return problem(*error);
  }
  const auto bans = co_await context.services.memberships.bans(
      context.actor, conversation_of(context), after, limit);
  if (!bans) {
    co_return problem(bans.error());
  }
  base::JsonWriter json;
  json.begin_object().key("bans").begin_array();
  for (const logic::BanView& view : *bans) {
    json.begin_object().key("user");
    write_json(json, view.user);
    json.field("by", view.ban.by).field("at", view.ban.at).end_object();
  }
  json.end_array().field("more", bans->size() == limit).end_object();
  co_return json_answer(200, std::move(json));
}

Answer ban_user(Context& context) {
  const auto done = co_await context.services.memberships.ban(
      context.actor, conversation_of(context), member_of(context));
  co_return done ? done_answer() : problem(done.error());
}

Answer unban_user(Context& context) {
  const auto done = co_await context.services.memberships.unban(
      context.actor, conversation_of(context), member_of(context));
  co_return done ? done_answer() : problem(done.error());
}

}  // namespace keepline::api
