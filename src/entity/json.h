#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "entity/event.h"
#include "entity/room.h"

// How the domain's values look on the wire (docs/protocol.md). One place, so that an answer, an
// event and a snapshot never show the same thing in two ways. A name with `?` is left out where
// there is nothing to say; every other absent value is null.
namespace keepline::entity {

/// {"id","name","display_name","sex","age","last_seen"?,"version"}
void write_json(base::JsonWriter& json, const User& user);

/// As write_json(User) with "email" and "created_at": for the user themselves.
void write_own_json(base::JsonWriter& json, const User& user);

/// {"direct_from","requests_from","receipts","typing","last_seen","presence","language","theme"}
void write_json(base::JsonWriter& json, const Settings& settings);

/// {"user","state"}
void write_json(base::JsonWriter& json, const Relation& relation);

/// {"id","kind","agent","address","created_at","last_used","expires_at","current"}
void write_json(base::JsonWriter& json, const Session& session, bool current);

/// {"id","conversation","seq","sender","at","text","version"?,"edited_at"?,"deleted_at"?,
/// "deleted_by"?,"reply_to"?,"forwarded"?,"mentions"?,"here"?,"reactions"?,"reaction_version"?,
/// "pinned"?,"saved"?}
void write_json(base::JsonWriter& json, const Message& message);

/// What of a message its events show: "sender","text" and, where there is something to say, all of
/// the above up to "here".
void write_event_fields(base::JsonWriter& json, const Message& message);

/// [{"emoji","count","mine","users"}]; `mine` only where somebody in particular reads.
enum class WithMine : std::uint8_t { kNo, kYes };
void write_json(base::JsonWriter& json, const std::vector<Reaction>& reactions, WithMine mine);

/// {"level","muted_until","top","version"}
void write_json(base::JsonWriter& json, const Mine& mine);

/// {"text","at"}
void write_json(base::JsonWriter& json, const EarlierText& earlier);

/// {"id","at","user","message"}
void write_json(base::JsonWriter& json, const Pin& pin);

/// {"id","message"}
void write_json(base::JsonWriter& json, const Mention& mention);

/// {"id","at","message_id","message"?}
void write_json(base::JsonWriter& json, const SavedMessage& saved);

/// {"id","kind","title","topic","color","access","history","archived_at"?,"created_by"?,"version",
/// "last_seq","last_event","member_count","role","silenced_until"?,"read_seq","unread","peer"?,
/// "peer_read_seq"?,"last_message"?}
void write_json(base::JsonWriter& json, const ConversationView& view);

/// {"id","title","topic","color","member_count","joined"}
void write_json(base::JsonWriter& json, const Room& room);

/// {"id","created_by","created_at","expires_at"?,"max_uses"?,"uses"}, and "code" where it is given.
void write_json(base::JsonWriter& json, const Invite& invite, std::string_view code = {});

/// {"id","type","at","conversation"?,"seq"?,"data"}; see the event table in docs/protocol.md.
/// Requires: the kind is one that clients are told of (not kSessionEnded).
std::string to_json(const Event& event);

}  // namespace keepline::entity
