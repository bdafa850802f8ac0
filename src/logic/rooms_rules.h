#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/rooms.h"

// The rules behind class Rooms; its comments are their promises. Fields are valid when they get
// here.
namespace keepline::logic {

base::Result<entity::ConversationView> create_room(data::Transaction& tx, Actor actor,
                                                   const NewRoom& wish);
base::Result<entity::ConversationView> update_room(data::Transaction& tx, Actor actor,
                                                   ConversationId id, const RoomPatch& patch);
base::Status delete_room(data::Transaction& tx, Actor actor, ConversationId id,
                         std::string_view title);
base::Result<entity::RoomPage> find_rooms(data::Reader& reader, Actor actor, std::string_view query,
                                          const entity::RoomKey& after, std::size_t limit);
base::Result<entity::Room> get_room(data::Reader& reader, Actor actor, ConversationId id);

/// The people meant, each once and without the actor. Errors: kNotFound; kBadValue - too many.
base::Result<std::vector<UserId>> find_people(data::Reader& reader, Actor actor,
                                              const People& people);

/// Whether the actor may bring that person in anywhere: neither blocks the other, and the person
/// takes direct chats from the actor. Errors: kNotFound, kNotAllowed.
base::Status may_bring(data::Reader& reader, Actor actor, UserId person);

}  // namespace keepline::logic
