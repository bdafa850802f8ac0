#include "push/logged_event.h"

#include <string_view>
#include <utility>

#include "base/check.h"
#include "entity/json.h"

namespace keepline::push {

namespace {

void note_message(const entity::Message& message, LoggedEvent& entry) {
  entry.message = message.id;
  if (message.reply_to) {
    entry.quoted = message.reply_to->id;
  }
}

/// Where an event's data begins: at its brace. It is the last field, and no text is before it.
std::size_t data_at(std::string_view json) {
  constexpr std::string_view kKey = R"("data":)";
  const std::size_t at = json.find(kKey);
  base::check(at != std::string_view::npos, "an event has data");
  return at + kKey.size();
}

/// The length of the object that begins at `at`, which holds no other.
std::size_t object_size(std::string_view json, std::size_t at) {
  bool in_text = false;
  for (std::size_t i = at; i < json.size(); ++i) {
    if (json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      in_text = !in_text;
    } else if (json[i] == '}' && !in_text) {
      return i + 1 - at;
    }
  }
  base::check(false, "an object ends");
  return 0;
}

/// The data of a tombstone, as an event of `kind` has it: a message's own does not name it again.
std::string tombstone(const LoggedEvent& deleted, entity::EventKind kind) {
  std::string data = deleted.json.substr(data_at(deleted.json));
  if (kind == entity::EventKind::kMessage) {
    data.erase(1, data.find(','));  // "message" and its comma
  }
  return data;  // with the brace that ends the event
}

/// Without "id", "sender" and "text" of what it quotes: its seq is left.
std::string without_quote(std::string json) {
  // Within a text the quotation marks would be escaped.
  constexpr std::string_view kKey = R"(,"reply_to":)";
  const std::size_t at = json.find(kKey) + kKey.size();
  base::check(at >= kKey.size() && json[at] == '{', "an event that quotes says so");
  const std::size_t end = at + object_size(json, at) - 1;
  const std::size_t after_seq = json.find(',', at);
  if (after_seq < end) {
    json.erase(after_seq, end - after_seq);
  }
  return json;
}

}  // namespace

EventPtr without_text(const LoggedEvent& event, const LoggedEvent& deleted) {
  auto blank = std::make_shared<LoggedEvent>(event);
  blank->quoted = {};
  if (event.message == deleted.message) {
    blank->json.erase(data_at(blank->json));
    blank->json += tombstone(deleted, event.kind);
    blank->quoted = deleted.quoted;
  } else {
    blank->json = without_quote(std::move(blank->json));
  }
  return blank;
}

EventPtr logged(const entity::Event& event) {
  auto entry = std::make_shared<LoggedEvent>();
  entry->id = event.id;
  entry->kind = event.kind;
  entry->stream = event.stream;
  entry->actor = event.actor;
  if (const auto* relation = std::get_if<entity::RelationChange>(&event.data)) {
    entry->subject = relation->peer.id;
    entry->relation = relation->state;
    entry->version = relation->peer.version;
  } else if (const auto* member = std::get_if<entity::MemberChange>(&event.data)) {
    entry->subject = member->user.id;
    entry->version = member->user.version;
  } else if (const auto* profile = std::get_if<entity::ProfileChange>(&event.data)) {
    entry->subject = profile->user.id;
    entry->version = profile->user.version;
  } else if (const auto* settings = std::get_if<entity::SettingsChange>(&event.data)) {
    entry->settings = settings->settings;
  } else if (const auto* message = std::get_if<entity::Message>(&event.data)) {
    note_message(*message, *entry);
  } else if (const auto* change = std::get_if<entity::MessageChange>(&event.data)) {
    note_message(change->message, *entry);
  } else if (const auto* ended = std::get_if<entity::SessionEnded>(&event.data)) {
    entry->session = ended->session;
  }
  if (event.kind != entity::EventKind::kSessionEnded) {
    entry->json = entity::to_json(event);
  }
  return entry;
}

}  // namespace keepline::push
