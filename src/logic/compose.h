#pragma once

#include "base/result.h"
#include "data/store.h"
#include "entity/message.h"
#include "logic/actor.h"

namespace keepline::logic {

/// What the rules make of a message that is more than a text: what it answers, what it repeats and
/// whom it names. Requires: the sender may write there.
///
/// Errors: kBadValue - what it answers or repeats is nothing that the sender may read, the same
/// whether it exists; or the text calls everybody where there are too many.
base::Result<entity::MessageParts> compose(data::Transaction& tx,
                                           const entity::NewMessage& message);

/// Members of `conversation` whom a text calls, by id, without `sender`.
/// Errors: kBadValue - it calls everybody where there are too many.
base::Result<std::vector<UserId>> named_members(data::Reader& reader, ConversationId conversation,
                                                UserId sender, const entity::Called& called);

}  // namespace keepline::logic
