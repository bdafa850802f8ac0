#pragma once

#include <fmt/format.h>

#include <set>
#include <string>

#include "entity/event.h"

// "A snapshot, and the events after it, are the snapshot of later": which kinds of event each of
// the tests that say so must have come upon. state_kinds_test.cpp holds them to be all there are.
namespace keepline::logic {

using Kinds = std::set<entity::EventKind>;

/// What a first screen shows: snapshot_rules_test.cpp.
inline const Kinds kSnapshotKinds{entity::EventKind::kMessage,      entity::EventKind::kRead,
                                  entity::EventKind::kRelation,     entity::EventKind::kJoined,
                                  entity::EventKind::kLeft,         entity::EventKind::kProfile,
                                  entity::EventKind::kMember,       entity::EventKind::kSettings,
                                  entity::EventKind::kConversation, entity::EventKind::kClosed};

/// What a page of messages shows, with pins and what one saved: message_state_test.cpp.
inline const Kinds kMessageKinds{entity::EventKind::kMessage,  entity::EventKind::kEdited,
                                 entity::EventKind::kDeleted,  entity::EventKind::kPinned,
                                 entity::EventKind::kUnpinned, entity::EventKind::kReaction,
                                 entity::EventKind::kSaved};

/// What a badge is counted by, and marks of one's own: badge_state_test.cpp.
inline const Kinds kBadgeKinds{entity::EventKind::kMessage, entity::EventKind::kRead,
                               entity::EventKind::kEdited, entity::EventKind::kDeleted,
                               entity::EventKind::kMine};

/// Who is in groups and rooms, in what role, and how far they have read: room_state_test.cpp.
inline const Kinds kRoomKinds{entity::EventKind::kMessage, entity::EventKind::kRead,
                              entity::EventKind::kJoined,  entity::EventKind::kLeft,
                              entity::EventKind::kMember,  entity::EventKind::kConversation,
                              entity::EventKind::kClosed};

/// Never told to a client: it ends streams. The list of sessions is loaded where it is shown. That
/// nobody is told: Client in client_test.h, which fails, and room_state_test.cpp, which ends some.
inline const Kinds kUntoldKinds{entity::EventKind::kSessionEnded};

/// Every kind that there is: a kind without a name does not compile.
inline Kinds all_kinds() {
  Kinds kinds;
  for (int number = 0; number < 256; ++number) {
    const auto kind = static_cast<entity::EventKind>(number);
    if (entity::event_kind_name(kind) != "unknown") {
      kinds.insert(kind);
    }
  }
  return kinds;
}

/// The names of those that were wanted and not heard; "" where all were.
inline std::string missing(const Kinds& wanted, const Kinds& heard) {
  std::string names;
  for (const entity::EventKind kind : wanted) {
    if (!heard.contains(kind)) {
      names += fmt::format("{} ", entity::event_kind_name(kind));
    }
  }
  return names;
}

}  // namespace keepline::logic
