#pragma once

#include <string>

#include "base/result.h"
#include "data/store.h"
#include "logic/messages.h"

// The rules behind what class Messages does to a message that is there; its comments are their
// promises.
namespace keepline::logic {

base::Result<entity::Message> edit_message(data::Transaction& tx, Actor actor, MessageId id,
                                           const std::string& text, const entity::Called& called,
                                           EventId version);

base::Result<entity::Message> delete_message(data::Transaction& tx, Actor actor, MessageId id);

/// `emoji` is a valid one.
base::Result<entity::Message> react(data::Transaction& tx, Actor actor, MessageId id,
                                    const std::string& emoji, bool give);

base::Status pin(data::Transaction& tx, Actor actor, MessageId id, bool pinned);

base::Status save(data::Transaction& tx, Actor actor, MessageId id, bool saved);

}  // namespace keepline::logic
