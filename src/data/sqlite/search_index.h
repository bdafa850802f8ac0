#pragma once

#include <chrono>

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The index of words follows the log: in steps between the batches, each one a transaction that
/// moves the index and its place together, so that a crash leaves both as they were. What is
/// changed or removed behind that place is kept right by the schema's triggers.
///
/// Where batches come one after another, steps take a fifth of the time at most. In longer pauses,
/// once a day, the pages that still hold words of removed texts are written anew.
///
/// Lives on the writer's thread. The connection outlives this.
class SearchIndex {
 public:
  explicit SearchIndex(Db& db) : db_(db) {}

  /// Takes a step where there is one to take, and returns whether there is more to do. `head`: the
  /// newest id that is committed. A step that fails is tried again later; that is logged once.
  bool follow(EventId head, Time now, Pause pause);

 private:
  using Clock = std::chrono::steady_clock;

  /// Up to about `count` messages. Returns whether there may be more.
  Result<bool> add(std::int64_t count);
  /// A part of writing the index anew. Returns whether there is more to write.
  Result<bool> merge(Time now);
  /// `step` as a transaction of its own.
  template <class Step>
  Result<bool> run(Step step);
  bool note(const Result<bool>& done);

  Db& db_;
  EventId looked_at_;              ///< nothing up to here is left to add
  Clock::time_point next_step_{};  ///< while batches come one after another
  Time merge_due_{};               ///< when to look whether something is to be written anew
  bool merging_ = false;
  std::int64_t merged_stale_ = 0;  ///< how much was stale when it began
  bool troubled_ = false;          ///< the last step failed: said once
};

}  // namespace keepline::data::sqlite
