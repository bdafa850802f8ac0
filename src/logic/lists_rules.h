#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/messages.h"

// The rules behind what class Messages lists; its comments are their promises.
namespace keepline::logic {

base::Result<entity::MessagesAround> messages_around(data::Reader& reader, Actor actor,
                                                     ConversationId conversation,
                                                     const Messages::AroundWish& wish);

base::Result<entity::Message> get_message(data::Reader& reader, Actor actor, MessageId id);

base::Result<std::vector<entity::EarlierText>> list_earlier_texts(data::Reader& reader, Actor actor,
                                                                  MessageId id);

base::Result<std::vector<entity::Pin>> list_pins(data::Reader& reader, Actor actor,
                                                 ConversationId conversation);

base::Result<Messages::ListPage<entity::Mention>> list_mentions(data::Reader& reader, Actor actor,
                                                                std::optional<EventId> before,
                                                                std::size_t limit);

base::Result<Messages::ListPage<entity::SavedMessage>> list_saved(data::Reader& reader, Actor actor,
                                                                  std::optional<EventId> before,
                                                                  std::size_t limit);

}  // namespace keepline::logic
