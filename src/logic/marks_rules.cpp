#include "logic/marks_rules.h"

#include <algorithm>
#include <utility>

#include "logic/facts.h"
#include "logic/limits.h"
#include "logic/permission.h"

namespace keepline::logic {

using base::Result;

Result<entity::Mine> set_mine(data::Transaction& tx, Actor actor, ConversationId id,
                              const MinePatch& patch) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kMarkMine, id); !allowed) {
    return allowed.error();
  }
  auto before = tx.mine(id, actor.user);
  if (!before) {
    return before.error();
  }
  entity::Mine mine = *before;
  mine.level = patch.level.value_or(mine.level);
  mine.muted_until = patch.muted_until.value_or(mine.muted_until);
  mine.top = patch.top.value_or(mine.top);
  if (mine == *before) {
    return mine;
  }
  entity::Event event;
  event.kind = entity::EventKind::kMine;
  event.stream = entity::Stream::of(actor.user);
  event.actor = actor.user;
  event.data = entity::MineChange{id, mine};
  const auto changed = tx.record(std::move(event));
  if (!changed) {
    return changed.error();
  }
  mine.version = *changed;
  if (auto written = tx.set_mine(id, actor.user, mine); !written) {
    return written.error();
  }
  return mine;
}

Result<Marks::Reads> list_reads(data::Reader& reader, Actor actor, ConversationId id,
                                std::int64_t seq, UserId after, std::size_t limit) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadReads, id); !allowed) {
    return allowed.error();
  }
  auto settings = reader.settings(actor.user);
  if (!settings) {
    return settings.error();
  }
  Marks::Reads page;
  if (!settings->receipts) {
    return page;
  }
  limit = page_limit(limit);
  // One more than asked for tells whether there are further ones, and one is the actor.
  auto reads = reader.reads(id, seq, after, limit + 2);
  if (!reads) {
    return reads.error();
  }
  std::erase_if(*reads, [actor](const entity::ReadUpTo& read) { return read.user == actor.user; });
  page.more = reads->size() > limit;
  reads->resize(std::min(reads->size(), limit));
  page.reads = *std::move(reads);
  return page;
}

}  // namespace keepline::logic
