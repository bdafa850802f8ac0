#pragma once

#include "base/json_writer.h"
#include "base/result.h"
#include "entity/message.h"
#include "logic/conversations.h"
#include "net/response.h"

// What several nouns answer of conversations and of the people in them.
namespace keepline::api {

/// {"user","role","silenced_until"?}. How far others have read is told by events and by the
/// conversation, where both sides share it.
void write_member(base::JsonWriter& json, const logic::MemberView& view);

/// The conversation as its member sees it, or the problem.
net::Response view_answer(const base::Result<entity::ConversationView>& view, int status = 200);

}  // namespace keepline::api
