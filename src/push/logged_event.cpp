#include "push/logged_event.h"

#include "entity/json.h"

namespace keepline::push {

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
  } else if (const auto* ended = std::get_if<entity::SessionEnded>(&event.data)) {
    entry->session = ended->session;
  }
  if (event.kind != entity::EventKind::kSessionEnded) {
    entry->json = entity::to_json(event);
  }
  return entry;
}

}  // namespace keepline::push
