#include "entity/json.h"

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

void write_quote(JsonWriter& json, const Quote& quote) {
  json.key("reply_to").begin_object().field("seq", quote.seq);
  if (quote.id) {
    json.field("id", quote.id).field("sender", quote.sender).field("text", quote.text);
  }
  json.end_object();
}

void write_origin(JsonWriter& json, const Origin& origin) {
  json.key("forwarded").begin_object();
  json.field("sender", origin.sender).field("name", origin.name);
  json.field("kind", conversation_kind_name(origin.kind)).end_object();
}

/// What few messages have, up to "here".
void write_parts(JsonWriter& json, const Message& message) {
  if (message.version) {
    json.field("version", message.version);
  }
  if (message.edited_at) {
    json.field("edited_at", *message.edited_at);
  }
  if (message.deleted) {
    json.field("deleted_at", message.deleted->at).field("deleted_by", message.deleted->by);
  }
  if (message.reply_to) {
    write_quote(json, *message.reply_to);
  }
  if (message.origin) {
    write_origin(json, *message.origin);
  }
  if (!message.mentions.empty()) {
    write_ids(json, "mentions", message.mentions);
  }
  if (message.here) {
    json.field("here", true);
  }
}

}  // namespace

void write_event_fields(JsonWriter& json, const Message& message) {
  json.field("sender", message.sender).field("text", message.text);
  write_parts(json, message);
}

void write_json(JsonWriter& json, const std::vector<Reaction>& reactions, WithMine mine) {
  json.begin_array();
  for (const Reaction& reaction : reactions) {
    json.begin_object().field("emoji", reaction.emoji).field("count", reaction.count);
    if (mine == WithMine::kYes) {
      json.field("mine", reaction.mine);
    }
    write_ids(json, "users", reaction.users);
    json.end_object();
  }
  json.end_array();
}

void write_json(JsonWriter& json, const Message& message) {
  json.begin_object();
  json.field("id", message.id).field("conversation", message.conversation);
  json.field("seq", message.seq).field("sender", message.sender).field("at", message.at);
  json.field("text", message.text);
  write_parts(json, message);
  if (!message.reactions.empty()) {
    json.key("reactions");
    write_json(json, message.reactions, WithMine::kYes);
  }
  if (message.reaction_version) {
    json.field("reaction_version", message.reaction_version);
  }
  if (message.pinned) {
    json.field("pinned", true);
  }
  if (message.saved) {
    json.field("saved", true);
  }
  json.end_object();
}

void write_json(JsonWriter& json, const Mine& mine) {
  json.begin_object().field("level", level_name(mine.level)).key("muted_until");
  if (mine.muted_until) {
    json.value(*mine.muted_until);
  } else {
    json.null();
  }
  json.field("top", mine.top).field("version", mine.version).end_object();
}

void write_json(JsonWriter& json, const EarlierText& earlier) {
  json.begin_object().field("text", earlier.text).field("at", earlier.at).end_object();
}

void write_json(JsonWriter& json, const Pin& pin) {
  json.begin_object();
  json.field("id", pin.id).field("at", pin.at).field("user", pin.user).key("message");
  write_json(json, pin.message);
  json.end_object();
}

void write_json(JsonWriter& json, const Mention& mention) {
  json.begin_object().field("id", mention.id).key("message");
  write_json(json, mention.message);
  json.end_object();
}

void write_json(JsonWriter& json, const SavedMessage& saved) {
  json.begin_object();
  json.field("id", saved.id).field("at", saved.at).field("message_id", saved.message_id);
  if (saved.message) {
    json.key("message");
    write_json(json, *saved.message);
  }
  json.end_object();
}

}  // namespace keepline::entity
