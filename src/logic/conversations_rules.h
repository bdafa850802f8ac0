#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/conversations.h"

// The rules behind class Conversations; its comments are their promises.
namespace keepline::logic {

base::Result<std::vector<entity::ConversationView>> list_conversations(
    data::Reader& reader, Actor actor, std::optional<EventId> before, std::size_t limit);

base::Result<entity::ConversationView> get_conversation(data::Reader& reader, Actor actor,
                                                        ConversationId id);

base::Result<std::vector<MemberView>> list_members(data::Reader& reader, Actor actor,
                                                   ConversationId id, std::string_view query,
                                                   UserId after, std::size_t limit);

base::Result<entity::ConversationView> open_direct(data::Transaction& tx, Actor actor, UserId peer);

base::Result<std::int64_t> mark_read(data::Transaction& tx, Actor actor, ConversationId id,
                                     std::int64_t seq, bool lower);

base::Status may_type(data::Reader& reader, Actor actor, ConversationId id, entity::Time now);

}  // namespace keepline::logic
