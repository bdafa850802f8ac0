#include "api/member_views.h"

#include <utility>

#include "api/respond.h"
#include "entity/json.h"

namespace keepline::api {

void write_member(base::JsonWriter& json, const logic::MemberView& view) {
  json.begin_object().key("user");
  write_json(json, view.user);
  json.field("role", role_name(view.member.role));
  if (view.member.silenced_until) {
    json.field("silenced_until", *view.member.silenced_until);
  }
  json.end_object();
}

net::Response view_answer(const base::Result<entity::ConversationView>& view, int status) {
  if (!view) {
    return problem(view.error());
  }
  base::JsonWriter json;
  write_json(json, *view);
  return json_answer(status, std::move(json));
}

}  // namespace keepline::api
