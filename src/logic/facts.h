#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/permission.h"

// Loads what can() decides by. Everything here reads, and returns the store's errors.
namespace keepline::logic {

/// The facts about a person: how the two stand, and what that person takes.
/// Errors: kNotFound - there is no such user.
base::Result<Object> person_facts(data::Reader& reader, const Actor& actor, UserId person);

/// The facts about a conversation; in a direct one, about its other member too. A conversation that
/// does not exist gives the facts of one that the actor is no member of.
base::Result<Object> conversation_facts(data::Reader& reader, const Actor& actor,
                                        ConversationId conversation);

/// As conversation_facts(), with what matters to whoever may come in.
base::Result<Object> entrance_facts(data::Reader& reader, const Actor& actor,
                                    ConversationId conversation);

/// person_facts() or conversation_facts(), then can().
base::Status can_with_person(data::Reader& reader, const Actor& actor, Action action,
                             UserId person);
base::Status can_in_conversation(data::Reader& reader, const Actor& actor, Action action,
                                 ConversationId conversation);
/// The same within a transaction, which knows the time: a silence that is over is over.
base::Status can_in_conversation(data::Transaction& tx, const Actor& actor, Action action,
                                 ConversationId conversation);

}  // namespace keepline::logic
