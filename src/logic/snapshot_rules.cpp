#include "logic/snapshot_rules.h"

#include <utility>

#include "logic/conversations_rules.h"
#include "logic/friends_rules.h"
#include "logic/limits.h"
#include "logic/permission.h"

namespace keepline::logic {

static_assert(Snapshots::kConversationsMax <= kPageMax);

base::Result<Snapshot> load_snapshot(data::Reader& reader, Actor actor) {
  if (auto allowed = can(actor, Action::kSync); !allowed) {
    return allowed.error();
  }
  auto position = reader.position();
  if (!position) {
    return position.error();
  }
  auto me = reader.user(actor.user);
  if (!me) {
    return me.error();
  }
  auto settings = reader.settings(actor.user);
  if (!settings) {
    return settings.error();
  }
  auto relations = list_relations(reader, actor);
  if (!relations) {
    return relations.error();
  }
  auto conversations =
      list_conversations(reader, actor, std::nullopt, Snapshots::kConversationsMax);
  if (!conversations) {
    return conversations.error();
  }
  Snapshot snapshot;
  if (conversations->size() == Snapshots::kConversationsMax) {
    auto next = reader.conversations(actor.user, conversations->back().position, 1);
    if (!next) {
      return next.error();
    }
    snapshot.more_conversations = !next->empty();
  }
  snapshot.position = *position;
  snapshot.me = *std::move(me);
  snapshot.settings = *std::move(settings);
  snapshot.relations = *std::move(relations);
  snapshot.conversations = *std::move(conversations);
  return snapshot;
}

}  // namespace keepline::logic
