#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "data/store.h"

namespace keepline::app {

/// Fills a new demonstration with people and a few days of talk, dated as if it had been going on:
/// all of it through `logic`, on threads and a clock of its own. Does nothing where there already
/// is something. Blocks; call it before the store is read for serving. Throws std::runtime_error
/// with one sentence.
void tell_demo_story(data::Store& store, base::Random& random, base::Time now);

}  // namespace keepline::app
