#pragma once

#include "base/result.h"
#include "data/store.h"
#include "logic/actor.h"
#include "logic/snapshot.h"

namespace keepline::logic {

/// The rule behind Snapshots::load(). `reader` stands still while it runs.
base::Result<Snapshot> load_snapshot(data::Reader& reader, Actor actor);

}  // namespace keepline::logic
