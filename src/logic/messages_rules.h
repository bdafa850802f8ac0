#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/messages.h"

// The rules behind class Messages; its comments are their promises. The rule of sending is
// Messages::send_rule.
namespace keepline::logic {

base::Result<entity::MessagePage> page_messages(data::Reader& reader, Actor actor,
                                                ConversationId conversation,
                                                const Messages::PageWish& wish);

base::Result<Messages::ClassicNext> next_classic(data::Reader& reader, Actor actor, EventId after);

base::Status start_classic(data::Transaction& tx, Actor actor);

/// Moves the position forward, never back.
base::Status advance_classic(data::Transaction& tx, Actor actor, EventId position);

}  // namespace keepline::logic
