#include "data/sqlite/event_rows.h"

#include <string>
#include <utility>

#include "base/check.h"

namespace keepline::data::sqlite {

using entity::Event;
using entity::EventKind;

namespace {

/// A membership's role, why it ended, and either how many are left or how long it is silent, in one
/// number.
constexpr std::int64_t kRoles = 4;
constexpr std::int64_t kPartings = 4;

std::int64_t packed(EventKind kind, const entity::MemberChange& change) {
  const std::int64_t until = change.silenced_until ? base::to_millis(*change.silenced_until) : 0;
  const std::int64_t rest = kind == EventKind::kMember ? until : change.member_count;
  return (rest * kPartings + static_cast<std::int64_t>(change.why)) * kRoles +
         static_cast<std::int64_t>(change.role);
}

void unpack(EventKind kind, std::int64_t payload, entity::MemberChange& change) {
  change.role = static_cast<entity::Role>(payload % kRoles);
  change.why = static_cast<entity::Parting>(payload / kRoles % kPartings);
  const std::int64_t rest = payload / (kRoles * kPartings);
  if (kind != EventKind::kMember) {
    change.member_count = rest;
  } else if (rest != 0) {
    change.silenced_until = base::from_millis(rest);
  }
}

}  // namespace

EventRow read_event_row(const Query& query) {
  EventRow row;
  row.id = query.id<EventId>(0);
  row.stream = entity::Stream::from_stored(query.integer(1));
  row.kind = static_cast<EventKind>(query.integer(2));
  row.ref = query.integer(3);
  row.actor = query.id<UserId>(4);
  row.at = base::from_millis(query.integer(5));
  row.payload = query.integer(6);
  return row;
}

Status EventRows::add(const Event& event) {
  std::int64_t ref = 0;
  std::optional<std::int64_t> payload;
  switch (event.kind) {
    case EventKind::kMessage:
      base::check(false, "a message is appended, not recorded");
      break;
    case EventKind::kRead: {
      const auto& mark = std::get<entity::ReadMark>(event.data);
      base::check(mark.user == event.actor, "a read mark is its reader's own doing");
      ref = mark.conversation.value;
      payload = mark.seq;
      break;
    }
    case EventKind::kRelation: {
      const auto& change = std::get<entity::RelationChange>(event.data);
      ref = change.peer.id.value;
      payload = static_cast<std::int64_t>(change.state);
      break;
    }
    case EventKind::kJoined:
    case EventKind::kLeft:
    case EventKind::kMember: {
      const auto& change = std::get<entity::MemberChange>(event.data);
      ref = change.user.id.value;
      payload = packed(event.kind, change);
      break;
    }
    case EventKind::kConversation:
    case EventKind::kClosed:
      ref = event.stream.conversation().value;
      break;
    case EventKind::kEdited:
    case EventKind::kDeleted:
      ref = std::get<entity::MessageChange>(event.data).message.id.value;
      break;
    case EventKind::kReaction:
      ref = std::get<entity::ReactionChange>(event.data).message.id.value;
      break;
    case EventKind::kPinned:
    case EventKind::kUnpinned:
      ref = std::get<entity::PinChange>(event.data).message.id.value;
      break;
    case EventKind::kMine:
      ref = std::get<entity::MineChange>(event.data).conversation.value;
      break;
    case EventKind::kSaved: {
      const auto& change = std::get<entity::SavedChange>(event.data);
      ref = change.message.id.value;
      payload = change.saved ? 1 : 0;
      break;
    }
    case EventKind::kProfile:
      ref = std::get<entity::ProfileChange>(event.data).user.id.value;
      break;
    case EventKind::kSettings:
      ref = event.stream.user().value;
      break;
    case EventKind::kSessionEnded:
      ref = std::get<entity::SessionEnded>(event.data).session.value;
      break;
  }
  {
    auto query = db_.query(
        "INSERT INTO event(id, stream_id, kind, ref, actor_id, at, payload)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        event.id, event.stream.stored(), static_cast<std::int64_t>(event.kind), ref, event.actor,
        base::to_millis(event.at), payload);
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  if (!event.stream.is_conversation()) {
    return base::ok();
  }
  auto query = db_.query("UPDATE conversation SET last_event_id = ?2 WHERE id = ?1",
                         event.stream.conversation(), event.id);
  return query.run_one();
}

Result<Event> EventRows::complete(const EventRow& row) {
  Event event;
  event.id = row.id;
  event.kind = row.kind;
  event.stream = row.stream;
  event.actor = row.actor;
  event.at = row.at;
  switch (row.kind) {
    case EventKind::kRead:
      event.data = entity::ReadMark{ConversationId(row.ref), row.actor, row.payload};
      return event;
    case EventKind::kSessionEnded:
      event.data = entity::SessionEnded{SessionId(row.ref)};
      return event;
    case EventKind::kSettings: {
      auto settings = accounts_.settings(UserId(row.ref));
      if (!settings) {
        return settings.error();
      }
      event.data = entity::SettingsChange{std::move(*settings)};
      return event;
    }
    case EventKind::kConversation: {
      auto conversation = conversations_.conversation(ConversationId(row.ref));
      if (!conversation) {
        return conversation.error();
      }
      event.data = entity::ConversationChange{std::move(*conversation)};
      return event;
    }
    case EventKind::kClosed:
      event.data = entity::ConversationClosed{ConversationId(row.ref)};
      return event;
    case EventKind::kEdited:
    case EventKind::kDeleted:
    case EventKind::kReaction:
    case EventKind::kPinned:
    case EventKind::kUnpinned:
    case EventKind::kMine:
    case EventKind::kSaved: {
      auto done = complete_with_message(row, event);
      return done ? Result<Event>(std::move(event)) : done.error();
    }
    case EventKind::kMessage:
    case EventKind::kRelation:
    case EventKind::kJoined:
    case EventKind::kLeft:
    case EventKind::kMember:
    case EventKind::kProfile:
      break;
  }
  auto user = accounts_.user(UserId(row.ref));
  if (!user) {
    return user.error();
  }
  if (row.kind == EventKind::kProfile) {
    event.data = entity::ProfileChange{std::move(*user)};
    return event;
  }
  // Shown to others, by rules that may have changed since: what only some may see is left out.
  user->email.reset();
  user->last_seen.reset();
  if (row.kind == EventKind::kRelation) {
    event.data =
        entity::RelationChange{std::move(*user), static_cast<entity::RelationState>(row.payload)};
    return event;
  }
  base::check(row.kind != EventKind::kMessage && row.stream.is_conversation(),
              "a row of the log that nobody could have written");
  entity::MemberChange change;
  change.conversation = row.stream.conversation();
  change.user = std::move(*user);
  unpack(row.kind, row.payload, change);
  event.data = std::move(change);
  return event;
}

Status EventRows::complete_with_message(const EventRow& row, Event& event) {
  if (row.kind == EventKind::kMine) {
    auto mine = marks_.mine(ConversationId(row.ref), row.stream.user());
    if (!mine) {
      return mine.error();
    }
    event.data = entity::MineChange{ConversationId(row.ref), *mine};
    return base::ok();
  }
  auto message = messages_.message(MessageId(row.ref));
  if (!message) {
    return message.error();
  }
  const entity::MessagePlace place{message->id, message->conversation, message->seq};
  switch (row.kind) {
    case EventKind::kReaction: {
      auto emojis = reactions_.emojis(message->id, row.actor);
      if (!emojis) {
        return emojis.error();
      }
      event.data = entity::ReactionChange{place, row.actor, *std::move(emojis),
                                          std::move(message->reactions), message->reaction_version};
      return base::ok();
    }
    case EventKind::kPinned:
    case EventKind::kUnpinned:
      event.data = entity::PinChange{place, row.actor};
      return base::ok();
    case EventKind::kSaved:
      event.data = entity::SavedChange{place, row.payload != 0};
      return base::ok();
    default:
      break;
  }
  auto named = keepsakes_.named_by(row.id, message->id);
  if (!named) {
    return named.error();
  }
  event.data = entity::MessageChange{*std::move(message), *std::move(named)};
  return base::ok();
}

Result<std::vector<Event>> EventRows::complete(const std::vector<EventRow>& rows) {
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const EventRow& row : rows) {
    auto event = complete(row);
    if (!event) {
      return Error(Errc::kInternal, "log entry " + std::to_string(row.id.value) +
                                        " lost what it is about: " + event.error().detail);
    }
    events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace keepline::data::sqlite
