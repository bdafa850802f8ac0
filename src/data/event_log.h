#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/result.h"
#include "entity/event.h"

// All of `data` that `push` may see: where events come from, and who is told of new ones.
namespace keepline::data {

/// Where the log stands.
struct LogPosition {
  std::int64_t epoch = 0;
  entity::EventId head;  ///< the newest committed id
  entity::EventId
      floor;  ///< the highest id that is no longer complete: a cursor is good if it is >= floor
};

/// Events that concern one user, in order of their ids.
struct EventPage {
  std::vector<entity::Event> events;
  /// Everything that concerns the user up to and including this id is in `events`.
  entity::EventId looked_at;
  bool more = false;  ///< the page was cut by its limit
};

/// One conversation as the engine needs it.
struct ViewedConversation {
  entity::Span span;
  entity::ConversationKind kind = entity::ConversationKind::kDirect;
  std::int64_t member_count = 0;
  entity::UserId peer;  ///< the other one in a direct conversation, else none
};

/// A person whom the user may see, and how they stand.
struct ViewedPeer {
  entity::UserId user;
  bool friends = false;     ///< presence is shown between friends
  entity::EventId version;  ///< of their profile
};

/// All that the engine must know to decide what concerns a user, true at `as_of`.
struct UserView {
  entity::EventId as_of;
  std::vector<ViewedConversation> conversations;  ///< one for each span asked for
  std::vector<ViewedPeer> peers;                  ///< friends, and others in direct conversations
  entity::Settings settings;
};

/// Reads the log. Thread-safe; blocks: call it from a store thread (push does so through its Reads
/// interface).
class EventSource {
 public:
  virtual ~EventSource() = default;

  virtual base::Result<LogPosition> position() = 0;

  /// Events that concern `user` with after < id <= the head, at most `limit`. An event may show its
  /// entity's later state. Read marks of others are included where the user shares receipts.
  /// Errors: kGone - `after` is below the floor.
  virtual base::Result<EventPage> events_for(entity::UserId user, entity::EventId after,
                                             std::size_t limit) = 0;

  /// Every event with after < id <= the head, at most `limit`: what fills the ring at start.
  virtual base::Result<std::vector<entity::Event>> events(entity::EventId after,
                                                          std::size_t limit) = 0;

  /// The user's view now, with the spans that were still open after `spans_since`.
  virtual base::Result<UserView> view_of(entity::UserId user, entity::EventId spans_since) = 0;
};

using BatchPtr = std::shared_ptr<const entity::EventBatch>;

/// Is told of every committed batch, in order and without a gap: batch.last of one is just below
/// the first id of the next. Called on the writer's thread after the commit and before any sender
/// is answered, so it must not block.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void committed(BatchPtr batch) = 0;
};

}  // namespace keepline::data
