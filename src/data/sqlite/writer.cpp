#include "data/sqlite/writer.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "data/sqlite/append_many.h"

namespace keepline::data::sqlite {
namespace {

using namespace std::chrono_literals;

// A checkpoint makes whoever sends meanwhile wait for it, so it runs when nothing comes. Where
// something always does it runs seldom, since it takes little longer for being larger: then less
// than one send in a hundred meets it (bench/store_send, bench/sends). As parts of the log's
// largest size:
constexpr std::int64_t kCheckpointPart = 3;
constexpr std::int64_t kCheckpointInPausePart = 12;
constexpr std::int64_t kRestartAgainPart = 48;

constexpr auto kNonceKept = std::chrono::days(30);
constexpr auto kPruneEvery = 60s;
constexpr auto kPruneMoreAfter = 1s;
constexpr auto kPruneAnywayAfter = 300s;
constexpr std::int64_t kPruneRows = 1000;

}  // namespace

void SqliteTransaction::start(Time now, EventId head) {
  now_ = now;
  head_ = head;
  events_.clear();
}

void SqliteTransaction::undo(std::size_t event_count, EventId head) {
  ++undone_;
  head_ = head;
  events_.resize(event_count);
}

Status SqliteTransaction::store_head() {
  const std::int64_t before = db_.total_changes();
  auto stored = nouns_.log.set_head(head_);
  sent_changes_ += db_.total_changes() - before;
  return stored;
}

std::uint64_t SqliteTransaction::revision() const {
  // A row that a send changed and that was then undone counts for ever: more is forgotten than need
  // be, never less.
  return static_cast<std::uint64_t>(db_.total_changes() - sent_changes_ + undone_);
}

Result<LogPosition> SqliteTransaction::position() {
  auto position = nouns_.log.position();
  if (position) {
    position->head = head_;
  }
  return position;
}

Result<EventId> SqliteTransaction::record(entity::Event event) {
  event.id = EventId(head_.value + 1);
  event.at = now_;
  if (auto* profile = std::get_if<entity::ProfileChange>(&event.data)) {
    profile->user.version = event.id;  // known only now
  }
  if (auto* change = std::get_if<entity::ConversationChange>(&event.data)) {
    change->conversation.version = event.id;
  }
  if (auto* change = std::get_if<entity::MessageChange>(&event.data)) {
    if (auto shown = nouns_.parts.show_to_all(change->message); !shown) {
      return shown.error();
    }
  }
  if (auto added = nouns_.event_rows.add(event); !added) {
    return added.error();
  }
  head_ = event.id;
  events_.push_back(std::move(event));
  return head_;
}

Result<entity::Message> SqliteTransaction::append(const entity::NewMessage& message,
                                                  const entity::MessageParts& parts) {
  const std::int64_t before = db_.total_changes();
  auto stored = nouns_.messages.append(message, parts, MessageId(head_.value + 1), now_);
  if (!stored) {
    return stored;
  }
  sent_changes_ += db_.total_changes() - before;
  head_ = stored->id;
  entity::Event event;
  event.id = stored->id;
  event.kind = entity::EventKind::kMessage;
  event.stream = entity::Stream::of(stored->conversation);
  event.actor = stored->sender;
  event.at = now_;
  entity::Message shown = *stored;
  if (auto blanked = nouns_.parts.show_to_all(shown); !blanked) {
    return blanked.error();
  }
  event.data = std::move(shown);
  events_.push_back(std::move(event));
  return stored;
}

Status SqliteTransaction::append_many(std::span<const entity::NewMessage> messages) {
  const std::int64_t before = db_.total_changes();
  if (messages.empty()) {
    return base::ok();
  }
  auto last = sqlite::append_many(db_, messages, MessageId(head_.value + 1));
  if (!last) {
    return last.error();
  }
  sent_changes_ += db_.total_changes() - before;
  head_ = *last;
  return base::ok();
}

SqliteWriter::SqliteWriter(std::unique_ptr<Db> db, EventId head, std::int64_t log_frames_max)
    : log_frames_max_(log_frames_max),
      db_(std::move(db)),
      transaction_(*db_),
      index_(*db_),
      head_(head) {}

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::open(const std::filesystem::path& path,
                                                         const std::string& vfs,
                                                         std::int64_t log_frames_max) {
  auto db = Db::open(path, vfs, Db::Role::kWriter);
  if (!db) {
    return db.error();
  }
  const auto position = Nouns(**db).log.position();
  if (!position) {
    return position.error();
  }
  return std::unique_ptr<SqliteWriter>(
      new SqliteWriter(std::move(*db), position->head, log_frames_max));
}

Result<Transaction*> SqliteWriter::begin(Time now) {
  if (db_->failed()) {
    return Error(Errc::kInternal, "the disk failed: nothing is stored until the next start");
  }
  base::check(!db_->in_transaction(), "a batch is begun inside another");
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) {
    return begun.error();
  }
  db_->guard(true);
  changes_at_begin_ = db_->total_changes();
  transaction_.start(now, head_);
  return &transaction_;
}

Status SqliteWriter::savepoint() {
  savepoint_events_ = transaction_.event_count();
  savepoint_head_ = transaction_.head();
  return run("SAVEPOINT job");
}

Status SqliteWriter::release() { return run("RELEASE job"); }

Status SqliteWriter::rollback_to() {
  if (auto undone = run("ROLLBACK TO job"); !undone) {
    return undone;
  }
  transaction_.undo(savepoint_events_, savepoint_head_);
  return run("RELEASE job");
}

bool SqliteWriter::dirty() const { return db_->total_changes() != changes_at_begin_; }

Result<entity::EventBatch> SqliteWriter::commit() {
  auto done = base::ok();
  if (transaction_.head() != head_) {
    done = transaction_.store_head();
  }
  if (done) {
    done = run("COMMIT");
  }
  if (!done) {
    rollback();
    return done.error();
  }
  db_->guard(false);
  head_ = transaction_.head();
  return entity::EventBatch{head_, transaction_.take_events()};
}

void SqliteWriter::rollback() {
  db_->guard(false);
  transaction_.undo(0, head_);
  // When the disk is full SQLite has already done it, and would call another one an error.
  if (db_->in_transaction()) {
    if (auto undone = run("ROLLBACK"); !undone) {
      base::log_error(fmt::format("a batch could not be undone: {}", undone.error().detail));
    }
  }
  transaction_.start(transaction_.now(), head_);
}

void SqliteWriter::maintain(Time now, Pause pause) {
  if (db_->failed()) {
    return;
  }
  checkpoint(pause);
  if (prune_due_ > now + kPruneEvery) {
    prune_due_ = now;  // the clock was set back
  }
  if (now >= prune_due_ + (pause == Pause::kLong ? 0s : kPruneAnywayAfter)) {
    prune(now);
  }
}

bool SqliteWriter::follow(Time now, Pause pause) {
  if (db_->failed()) {
    return false;
  }
  const std::int64_t before = db_->total_changes();
  const bool more = index_.follow(head_, now, pause);
  transaction_.pass_over(db_->total_changes() - before);
  return more;
}

std::int64_t SqliteWriter::worth_a_checkpoint(Pause pause) const {
  switch (pause) {
    case Pause::kNone:
      return log_frames_max_ / kCheckpointPart;
    case Pause::kShort:
      return log_frames_max_ / kCheckpointInPausePart;
    case Pause::kLong:
      break;
  }
  return 1;
}

void SqliteWriter::checkpoint(Pause pause) {
  const std::int64_t frames = db_->frames();
  if (frames < checkpointed_) {  // the log began anew
    checkpointed_ = 0;
    restart_at_ = 0;
  }
  const std::int64_t waiting = frames - checkpointed_;
  const bool restart = frames > log_frames_max_ && frames >= restart_at_;
  if (!restart && waiting < worth_a_checkpoint(pause)) {
    return;
  }
  const auto done = db_->checkpoint(restart);
  if (!done) {
    // Tried again when there is more to copy; nothing is lost by waiting.
    base::log_warn(fmt::format("the write-ahead log could not be copied into the database: {}",
                               done.error().detail));
    checkpointed_ = frames;
    return;
  }
  // Where a reader stood in the way, what was left counts as new, so that it is not tried again and
  // again.
  checkpointed_ = done->busy ? frames : done->done;
  restart_at_ = restart && done->busy ? frames + log_frames_max_ / kRestartAgainPart : 0;
}

void SqliteWriter::prune(Time now) {
  auto run_bounded = [this](Sql sql, Time before) -> Result<std::int64_t> {
    auto query = db_->query(sql, base::to_millis(before), kPruneRows);
    auto done = query.run();
    return done ? Result<std::int64_t>(db_->changes()) : Result<std::int64_t>(done.error());
  };
  prune_due_ = now + kPruneEvery;
  if (!run("BEGIN IMMEDIATE")) {
    return;
  }
  db_->guard(true);
  const auto sessions = run_bounded(
      "DELETE FROM session WHERE id IN"
      " (SELECT id FROM session WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
      now);
  // Keys lie in the order of the log, the oldest first.
  const auto keys = run_bounded(
      "DELETE FROM send_key WHERE message_id IN (SELECT message_id FROM"
      " (SELECT message_id, at FROM send_key ORDER BY message_id LIMIT ?2) WHERE at < ?1)",
      now - kNonceKept);
  const auto removed = Removal(*db_).step(kPruneRows);
  if (!sessions || !keys || !removed || !run("COMMIT")) {
    base::log_warn("old sessions, nonces and deleted conversations could not be removed");
    rollback();
    return;
  }
  db_->guard(false);
  if (*sessions == kPruneRows || *keys == kPruneRows || *removed) {
    prune_due_ = now + kPruneMoreAfter;
  }
}

}  // namespace keepline::data::sqlite
