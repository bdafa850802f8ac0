#pragma once

#include <memory>
#include <string>

#include "entity/event.h"

namespace keepline::push {

/// One entry of the log as the engine keeps it: encoded once, beside the little that decides whom
/// it concerns. Immutable, so that every shard and every answer in flight share one.
struct LoggedEvent {
  entity::EventId id;
  entity::EventKind kind = entity::EventKind::kMessage;
  entity::Stream stream;
  entity::UserId actor;
  entity::UserId subject;  ///< who joined or left; a relation's peer; whose profile
  entity::RelationState relation = entity::RelationState::kNone;
  entity::EventId version;    ///< of the subject's profile
  entity::Settings settings;  ///< of kSettings
  entity::SessionId session;  ///< of kSessionEnded
  entity::MessageId message;  ///< of kMessage, kEdited and kDeleted
  entity::MessageId quoted;   ///< whose text it quotes, or none
  std::string json;           ///< as clients see it; empty: they never do

  /// What the entry costs the ring.
  std::size_t bytes() const { return sizeof(LoggedEvent) + json.size(); }
};

using EventPtr = std::shared_ptr<const LoggedEvent>;

/// Encodes `event`.
EventPtr logged(const entity::Event& event);

/// `event`, which shows or quotes the message of `deleted`, a kDeleted, as it is from then on: with
/// the tombstone in place of the message, or without the quote.
EventPtr without_text(const LoggedEvent& event, const LoggedEvent& deleted);

}  // namespace keepline::push
