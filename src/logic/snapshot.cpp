#include "logic/snapshot.h"

#include <utility>

#include "logic/snapshot_rules.h"

namespace keepline::logic {

Snapshots::Snapshots(data::StoreThreads& stores) : stores_(stores) {}

awaitable<Result<Snapshot>> Snapshots::load(Actor actor) {
  auto query = [actor](data::Reader& reader) { return load_snapshot(reader, actor); };
  auto snapshot = co_await stores_.read(std::move(query));
  co_return snapshot;
}

}  // namespace keepline::logic
