#include "data/sqlite/search_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace keepline::data::sqlite {
namespace {

using namespace std::chrono_literals;

// A step is short beside what a commit may take, and shorter where somebody is likely to wait.
constexpr std::int64_t kBusyStep = 256;
constexpr std::int64_t kStep = 512;
constexpr std::size_t kStepBytes = std::size_t{256} << 10U;

/// While batches come one after another: how long a full step is followed by none, as a multiple of
/// what it took; and any other.
constexpr int kBusyRest = 4;
constexpr auto kBusyPause = 250ms;
constexpr auto kAfterTrouble = 10s;

constexpr auto kMergeEvery = std::chrono::days(1);
constexpr auto kMergeLook = 10min;
/// Pages of a step.
constexpr std::int64_t kMergePages = 64;

}  // namespace

bool SearchIndex::follow(EventId head, Time now, Pause pause) {
  const auto begin = Clock::now();
  if (begin < next_step_ && (pause == Pause::kNone || troubled_)) {
    return false;
  }
  if (looked_at_ < head) {
    const auto more = run([&] { return add(pause == Pause::kNone ? kBusyStep : kStep); });
    const auto end = Clock::now();
    if (!note(more)) {
      return false;
    }
    if (!*more) {
      looked_at_ = head;
    }
    next_step_ = *more ? end + kBusyRest * (end - begin) : end + kBusyPause;
    return *more;
  }
  if (pause != Pause::kLong && !merging_) {
    return false;
  }
  if (merge_due_ > now + kMergeLook) {
    merge_due_ = now;  // the clock was set back
  }
  if (!merging_ && now < merge_due_) {
    return false;
  }
  const auto more = run([&] { return merge(now); });
  merging_ = note(more) && *more;
  if (!merging_) {
    merge_due_ = now + kMergeLook;
  }
  return merging_;
}

template <class Step>
Result<bool> SearchIndex::run(Step step) {
  if (auto begun = db_.query("BEGIN IMMEDIATE").run(); !begun) {
    return begun.error();
  }
  db_.guard(true);
  Result<bool> more = step();
  if (more) {
    if (auto done = db_.query("COMMIT").run(); !done) {
      more = done.error();
    }
  }
  db_.guard(false);
  // When the disk is full SQLite has already undone it.
  if (!more && db_.in_transaction()) {
    (void)db_.query("ROLLBACK").run();
  }
  return more;
}

bool SearchIndex::note(const Result<bool>& done) {
  if (!done) {
    next_step_ = Clock::now() + kAfterTrouble;
    if (!troubled_) {
      base::log_warn(fmt::format("the index of words is falling behind: {}", done.error().detail));
    }
  }
  troubled_ = !done;
  return !troubled_;
}

Result<bool> SearchIndex::add(std::int64_t count) {
  std::int64_t last = 0;
  {
    auto query = db_.query("SELECT indexed_id FROM search_head");
    const auto read = query.one([](const Query& row) { return row.integer(0); });
    if (!read) {
      return read.error();
    }
    last = *read;
  }
  const std::int64_t first = last;
  std::int64_t added = 0;
  std::size_t bytes = 0;
  {
    auto query =
        db_.query("SELECT id, body, place FROM message_words WHERE id > ?1 ORDER BY id", first);
    while (added < count && bytes < kStepBytes) {
      const auto row = query.step();
      if (!row) {
        return row.error();
      }
      if (!*row) {
        break;
      }
      const std::string body = query.text(1);
      auto insert =
          db_.query("INSERT INTO message_index(rowid, body, place) VALUES(?1, ?2, ?3)",
                    query.integer(0), std::string_view(body), std::string_view(query.text(2)));
      if (auto done = insert.run(); !done) {
        return done.error();
      }
      last = query.integer(0);
      bytes += body.size();
      ++added;
    }
  }
  if (last != first) {
    auto query = db_.query("UPDATE search_head SET indexed_id = ?1", last);
    if (auto moved = query.run(); !moved) {
      return moved.error();
    }
  }
  return added == count || bytes >= kStepBytes;
}

Result<bool> SearchIndex::merge(Time now) {
  if (!merging_) {
    auto query = db_.query("SELECT stale FROM search_head WHERE stale > 0 AND merged_at <= ?1",
                           base::to_millis(now - kMergeEvery));
    const auto due = query.all([](const Query& row) { return row.integer(0); });
    if (!due) {
      return due.error();
    }
    if (due->empty()) {
      return false;
    }
    // What goes stale from now on counts for the next time.
    merged_stale_ = due->front();
    // A negative number takes all there is for one merge; the positive ones below carry it on.
    auto all = db_.query("INSERT INTO message_index(message_index, rank) VALUES('merge', ?1)",
                         -kMergePages);
    if (auto begun = all.run(); !begun) {
      return begun.error();
    }
    return true;
  }
  const std::int64_t before = db_.total_changes();
  {
    auto query = db_.query("INSERT INTO message_index(message_index, rank) VALUES('merge', ?1)",
                           kMergePages);
    if (auto done = query.run(); !done) {
      return done.error();
    }
  }
  // Where nothing is left to merge the command counts alone.
  if (db_.total_changes() - before >= 2) {
    return true;
  }
  auto query = db_.query("UPDATE search_head SET merged_at = ?1, stale = stale - ?2",
                         base::to_millis(now), merged_stale_);
  if (auto done = query.run(); !done) {
    return done.error();
  }
  return false;
}

}  // namespace keepline::data::sqlite
