#include "entity/json.h"

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace keepline::entity {
namespace {

using base::JsonWriter;

void write_ids(JsonWriter& json, std::string_view name, const std::vector<UserId>& users) {
  json.key(name).begin_array();
  for (const UserId user : users) {
    json.value(user);
  }
  json.end_array();
}

template <class T>
void optional_field(JsonWriter& json, std::string_view name, const std::optional<T>& value) {
  json.key(name);
  if (value) {
    json.value(*value);
  } else {
    json.null();
  }
}

void write_public_fields(JsonWriter& json, const User& user) {
  json.field("id", user.id).field("name", user.name).field("display_name", user.display_name);
  optional_field(json, "sex", user.sex);
  optional_field(json, "age", user.age);
  if (user.last_seen) {
    json.field("last_seen", *user.last_seen);
  }
  json.field("version", user.version);
}

/// What there is to set of a conversation, besides its title.
void write_settings(JsonWriter& json, const Conversation& conversation) {
  json.field("topic", conversation.topic).field("color", conversation.color);
  json.field("access", access_name(conversation.access));
  json.field("history", history_name(conversation.history));
  if (conversation.archived_at) {
    json.field("archived_at", *conversation.archived_at);
  }
  json.field("version", conversation.version);
}

/// The fields of an event that are not the same for every kind: "conversation", "seq" and "data".
struct EventFields {
  JsonWriter& json;
  EventId id;
  EventKind kind;
  UserId actor;

  void operator()(const Message& message) const {
    json.field("conversation", message.conversation).field("seq", message.seq);
    json.key("data").begin_object();
    write_event_fields(json, message);
    json.end_object();
  }
  void operator()(const ReadMark& mark) const {
    json.field("conversation", mark.conversation);
    json.key("data").begin_object();
    json.field("user", mark.user).field("seq", mark.seq);
    json.end_object();
  }
  void operator()(const RelationChange& change) const {
    json.key("data").begin_object().key("user");
    write_json(json, change.peer);
    json.field("state", relation_name(change.state)).end_object();
  }
  void operator()(const MemberChange& change) const {
    json.field("conversation", change.conversation);
    json.key("data").begin_object().key("user");
    write_json(json, change.user);
    json.field("role", role_name(change.role)).field("by", actor);
    if (kind == EventKind::kLeft) {
      json.field("why", parting_name(change.why));
    }
    // As it then was, and no step up or down: what is applied twice comes out right.
    if (kind != EventKind::kMember && change.member_count > 0) {
      json.field("member_count", change.member_count);
    }
    if (kind == EventKind::kMember && change.silenced_until) {
      json.field("silenced_until", *change.silenced_until);
    }
    json.end_object();
  }
  void operator()(const ConversationChange& change) const {
    // As with a profile: the event's id is the version, and was known last.
    Conversation conversation = change.conversation;
    conversation.version = std::max(conversation.version, id);
    json.field("conversation", conversation.id);
    json.key("data").begin_object();
    json.field("title", conversation.title);
    write_settings(json, conversation);
    json.end_object();
  }
  void operator()(const ConversationClosed& closed) const {
    json.field("conversation", closed.conversation);
    json.key("data").begin_object().field("by", actor).end_object();
  }
  void operator()(const ProfileChange& change) const {
    // The change was written before its id was known, and its id is the profile's version.
    User user = change.user;
    user.version = std::max(user.version, id);
    json.key("data");
    write_own_json(json, user);
  }
  void operator()(const SettingsChange& change) const {
    json.key("data");
    write_json(json, change.settings);
  }
  void operator()(const MessageChange& change) const {
    // The event's id is the version, and was known last.
    Message message = change.message;
    message.version = std::max(message.version, id);
    begin({message.id, message.conversation, message.seq});
    write_event_fields(json, message);
    if (!change.new_mentions.empty()) {
      write_ids(json, "new_mentions", change.new_mentions);
    }
    json.end_object();
  }
  void operator()(const ReactionChange& change) const {
    begin(change.message);
    json.field("user", change.user).key("emojis").begin_array();
    for (const std::string& emoji : change.emojis) {
      json.value(emoji);
    }
    json.end_array().key("reactions");
    write_json(json, change.reactions, WithMine::kNo);
    json.field("version", std::max(change.version, id)).end_object();
  }
  void operator()(const PinChange& change) const {
    begin(change.message);
    json.field("user", change.user).end_object();
  }
  void operator()(const MineChange& change) const {
    Mine mine = change.mine;
    mine.version = std::max(mine.version, id);
    json.field("conversation", change.conversation).key("data");
    write_json(json, mine);
  }
  void operator()(const SavedChange& change) const {
    begin(change.message);
    json.field("saved", change.saved).end_object();
  }
  /// Everything up to the fields of "data" but its first, which names the message.
  void begin(const MessagePlace& place) const {
    json.field("conversation", place.conversation).field("seq", place.seq);
    json.key("data").begin_object().field("message", place.id);
  }
  void operator()(const SessionEnded&) const {
    base::check(false, "the end of a session is never sent to clients");
  }
};

}  // namespace

void write_json(JsonWriter& json, const User& user) {
  json.begin_object();
  write_public_fields(json, user);
  json.end_object();
}

void write_own_json(JsonWriter& json, const User& user) {
  json.begin_object();
  write_public_fields(json, user);
  optional_field(json, "email", user.email);
  json.field("created_at", user.created_at).end_object();
}

void write_json(JsonWriter& json, const Settings& settings) {
  json.begin_object();
  json.field("direct_from", direct_from_name(settings.direct_from));
  json.field("requests_from", requests_from_name(settings.requests_from));
  json.field("receipts", settings.receipts).field("typing", settings.typing);
  json.field("last_seen", settings.last_seen);
  json.field("presence", presence_choice_name(settings.presence));
  json.field("language", settings.language).field("theme", settings.theme);
  json.end_object();
}

void write_json(JsonWriter& json, const Session& session, bool current) {
  json.begin_object();
  json.field("id", session.id);
  json.field("kind", session.kind == SessionKind::kBearer ? "bearer" : "cookie");
  json.field("agent", session.agent).field("address", session.address);
  json.field("created_at", session.created_at).field("last_used", session.last_used);
  json.field("expires_at", session.expires_at).field("current", current);
  json.end_object();
}

void write_json(JsonWriter& json, const Relation& relation) {
  json.begin_object().key("user");
  write_json(json, relation.peer);
  json.field("state", relation_name(relation.state)).end_object();
}

void write_json(JsonWriter& json, const ConversationView& view) {
  const Conversation& conversation = view.conversation;
  json.begin_object();
  json.field("id", conversation.id);
  json.field("kind", conversation_kind_name(conversation.kind));
  json.field("title", conversation.title);
  write_settings(json, conversation);
  if (conversation.created_by) {
    json.field("created_by", conversation.created_by);
  }
  json.field("last_seq", conversation.last_seq);
  json.field("last_event", view.position);
  json.field("member_count", conversation.member_count);
  json.field("role", role_name(view.me.role));
  if (view.me.silenced_until) {
    json.field("silenced_until", *view.me.silenced_until);
  }
  json.field("read_seq", view.me.read_seq);
  json.field("unread", conversation.last_seq - view.me.read_seq);
  if (view.peer) {
    json.key("peer");
    write_json(json, *view.peer);
  }
  if (view.peer_read_seq) {
    json.field("peer_read_seq", *view.peer_read_seq);
  }
  if (view.last_message) {
    json.key("last_message");
    write_json(json, *view.last_message);
  }
  json.key("mentions").begin_array();
  for (const std::int64_t seq : view.mentions) {
    json.value(seq);
  }
  json.end_array().key("mine");
  write_json(json, view.mine);
  json.end_object();
}

void write_json(JsonWriter& json, const Room& room) {
  json.begin_object();
  json.field("id", room.id).field("title", room.title).field("topic", room.topic);
  json.field("color", room.color).field("member_count", room.member_count);
  json.field("joined", room.joined).end_object();
}

void write_json(JsonWriter& json, const Invite& invite, std::string_view code) {
  json.begin_object();
  json.field("id", invite.id);
  if (!code.empty()) {
    json.field("code", code);
  }
  json.field("created_by", invite.created_by).field("created_at", invite.created_at);
  if (invite.expires_at) {
    json.field("expires_at", *invite.expires_at);
  }
  if (invite.max_uses) {
    json.field("max_uses", *invite.max_uses);
  }
  json.field("uses", invite.uses).end_object();
}

std::string to_json(const Event& event) {
  JsonWriter json;
  json.begin_object();
  json.field("id", event.id).field("type", event_kind_name(event.kind)).field("at", event.at);
  std::visit(EventFields{json, event.id, event.kind, event.actor}, event.data);
  json.end_object();
  return json.take();
}

}  // namespace keepline::entity
