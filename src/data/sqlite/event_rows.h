#pragma once

#include <vector>

#include "data/sqlite/accounts.h"
#include "data/sqlite/conversations.h"
#include "data/sqlite/keepsakes.h"
#include "data/sqlite/marks.h"
#include "data/sqlite/messages.h"
#include "data/sqlite/reactions.h"

namespace keepline::data::sqlite {

/// A row of `event`, before what it is about is joined to it. Besides its stream, its actor and its
/// time it holds:
///
///   kind           ref                payload        joined when read
///   kRead          the conversation   the seq        (the reader is the actor)
///   kRelation      the peer           the state      the peer
///   kJoined/kLeft  the member         role, why      the member
///   kMember        the member         role, silence  the member
///   kConversation  the conversation   -              its settings
///   kClosed        the conversation   -
///   kEdited, kDeleted, kReaction, kPinned, kUnpinned
///                  the message        -              the message
///   kMine          the conversation   -              the user's marks there
///   kSaved         the message        whether it is  the message
///   kProfile       the user           -              the user
///   kSettings      the user           -              their settings
///   kSessionEnded  the session        -
struct EventRow {
  EventId id;
  entity::Stream stream;
  entity::EventKind kind = entity::EventKind::kMessage;
  std::int64_t ref = 0;
  UserId actor;
  Time at{};
  std::int64_t payload = 0;
};

#define KEEPLINE_EVENT_COLUMNS "e.id, e.stream_id, e.kind, e.ref, e.actor_id, e.at, e.payload"
EventRow read_event_row(const Query& query);

/// Writes events as thin rows, and reads them back with the present state of what they are about.
/// The connection and the other nouns outlive this.
class EventRows {
 public:
  EventRows(Db& db, Accounts& accounts, Conversations& conversations, Messages& messages,
            Reactions& reactions, Keepsakes& keepsakes, Marks& marks)
      : db_(db),
        accounts_(accounts),
        conversations_(conversations),
        messages_(messages),
        reactions_(reactions),
        keepsakes_(keepsakes),
        marks_(marks) {}

  /// Writes the row of `event`, which has its id and time. Requires: it is no message.
  Status add(const entity::Event& event);
  Result<std::vector<entity::Event>> complete(const std::vector<EventRow>& rows);

 private:
  Result<entity::Event> complete(const EventRow& row);
  /// Adds what a row about a message, or about marks, is about.
  Status complete_with_message(const EventRow& row, entity::Event& event);

  Db& db_;
  Accounts& accounts_;
  Conversations& conversations_;
  Messages& messages_;
  Reactions& reactions_;
  Keepsakes& keepsakes_;
  Marks& marks_;
};

}  // namespace keepline::data::sqlite
