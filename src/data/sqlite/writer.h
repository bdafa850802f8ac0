#pragma once

#include <memory>
#include <vector>

#include "data/sqlite/reader.h"
#include "data/sqlite/search_index.h"

namespace keepline::data::sqlite {

/// What the rules of one batch see and change. Ids are given out here, from the head in memory: it
/// is stored once, when the batch commits, and goes back with whatever is undone.
class SqliteTransaction final : public ReaderOn<Transaction> {
 public:
  explicit SqliteTransaction(Db& db) : ReaderOn(db), db_(db) {}

  /// Begins a batch at `head`.
  void start(Time now, EventId head);
  EventId head() const { return head_; }
  /// How many events are recorded; undo() forgets all after that many, and goes back to `head`.
  std::size_t event_count() const { return events_.size(); }
  void undo(std::size_t event_count, EventId head);
  Status store_head();
  /// Rows were changed that no rule reads: they leave revision() as it is.
  void pass_over(std::int64_t changes) { sent_changes_ += changes; }
  std::vector<entity::Event> take_events() { return std::move(events_); }

  Result<LogPosition> position() override;
  Time now() const override { return now_; }
  std::uint64_t revision() const override;
  Result<EventId> record(entity::Event event) override;

  Result<UserId> add_user(const NewUser& user) override { return nouns_.accounts.add_user(user); }
  Status update_user(const entity::User& user) override {
    return nouns_.accounts.update_user(user);
  }
  Status set_password(UserId user, std::string_view password_hash) override {
    return nouns_.accounts.set_password(user, password_hash);
  }
  Status set_last_seen(UserId user, Time at) override {
    return nouns_.accounts.set_last_seen(user, at);
  }
  Status set_settings(UserId user, const entity::Settings& settings) override {
    return nouns_.accounts.set_settings(user, settings);
  }

  Result<SessionId> add_session(const NewSession& session) override {
    return nouns_.sessions.add_session(session);
  }
  Status remove_session(SessionId session) override {
    return nouns_.sessions.remove_session(session);
  }
  Status set_session_used(SessionId session, Time at) override {
    return nouns_.sessions.set_session_used(session, at);
  }
  Status set_classic_position(UserId user, EventId position) override {
    return nouns_.sessions.set_classic_position(user, position);
  }

  Status set_relation(UserId user, UserId peer, entity::RelationState state,
                      EventId changed) override {
    return nouns_.relations.set_relation(user, peer, state, changed);
  }

  Result<ConversationId> add_direct_conversation(UserId a, UserId b) override {
    return nouns_.conversations.add_direct_conversation(a, b);
  }
  Result<ConversationId> add_conversation(entity::ConversationKind kind,
                                          std::string_view title) override {
    return nouns_.conversations.add_conversation(kind, title);
  }
  Status add_member(ConversationId conversation, UserId user, entity::Role role,
                    EventId joined) override {
    return nouns_.conversations.add_member(conversation, user, role, joined);
  }
  Status remove_member(ConversationId conversation, UserId user, EventId left) override {
    return nouns_.conversations.remove_member(conversation, user, left);
  }
  Status set_read(ConversationId conversation, UserId user, std::int64_t seq) override {
    return nouns_.conversations.set_read(conversation, user, seq);
  }

  Status update_conversation(const entity::Conversation& conversation) override {
    return nouns_.conversations.update_conversation(conversation);
  }
  Status delete_conversation(ConversationId conversation, EventId closed) override {
    return nouns_.removal.close(conversation, closed);
  }
  Status set_role(ConversationId conversation, UserId user, entity::Role role) override {
    return nouns_.conversations.set_role(conversation, user, role);
  }
  Status set_silenced(ConversationId conversation, UserId user,
                      std::optional<Time> until) override {
    return nouns_.conversations.set_silenced(conversation, user, until);
  }

  Status add_ban(const entity::Ban& ban) override { return nouns_.rooms.add_ban(ban); }
  Status remove_ban(ConversationId conversation, UserId user) override {
    return nouns_.rooms.remove_ban(conversation, user);
  }
  Result<InviteId> add_invite(const NewInvite& invite) override {
    return nouns_.rooms.add_invite(invite);
  }
  Status remove_invite(ConversationId conversation, InviteId invite) override {
    return nouns_.rooms.remove_invite(conversation, invite);
  }
  Status use_invite(InviteId invite, UserId user) override {
    return nouns_.rooms.use_invite(invite, user);
  }

  using Transaction::append;
  Result<entity::Message> append(const entity::NewMessage& message,
                                 const entity::MessageParts& parts) override;
  Result<std::vector<UserId>> edit_message(const entity::MessageEdit& edit) override {
    return nouns_.parts.edit(edit, now_);
  }
  Status delete_message(MessageId message, UserId by, EventId deleted) override {
    return nouns_.parts.erase(message, by, deleted, now_);
  }
  Status add_reaction(MessageId message, UserId user, std::string_view emoji,
                      EventId added) override {
    return nouns_.reactions.add(message, user, emoji, added);
  }
  Status remove_reaction(MessageId message, UserId user, std::string_view emoji,
                         EventId removed) override {
    return nouns_.reactions.remove(message, user, emoji, removed);
  }
  Status add_pin(MessageId message, UserId user, EventId pinned) override {
    return nouns_.keepsakes.add_pin(message, user, pinned, now_);
  }
  Status remove_pin(MessageId message) override { return nouns_.keepsakes.remove_pin(message); }
  Status save(UserId user, MessageId message, EventId saved) override {
    return nouns_.keepsakes.save(user, message, saved, now_);
  }
  Status unsave(UserId user, MessageId message) override {
    return nouns_.keepsakes.unsave(user, message);
  }
  Status set_mine(ConversationId conversation, UserId user, const entity::Mine& mine) override {
    return nouns_.marks.set_mine(conversation, user, mine);
  }
  Status append_many(std::span<const entity::NewMessage> messages) override;

 private:
  Db& db_;
  Time now_{};
  EventId head_;                       ///< the newest id given out
  std::vector<entity::Event> events_;  ///< of this batch
  std::int64_t sent_changes_ = 0;      ///< rows changed by sends, of the connection's total
  std::int64_t undone_ = 0;            ///< how often something was undone
};

/// The only connection that writes (data/store.h), and the only one that checkpoints. Lives on the
/// writer's thread.
class SqliteWriter final : public WriteConnection {
 public:
  static Result<std::unique_ptr<SqliteWriter>> open(const std::filesystem::path& path,
                                                    const std::string& vfs,
                                                    std::int64_t log_frames_max);

  Result<Transaction*> begin(Time now) override;
  Status savepoint() override;
  Status release() override;
  Status rollback_to() override;
  bool dirty() const override;
  Result<entity::EventBatch> commit() override;
  void rollback() override;
  void maintain(Time now, Pause pause) override;
  bool follow(Time now, Pause pause) override;

 private:
  SqliteWriter(std::unique_ptr<Db> db, EventId head, std::int64_t log_frames_max);

  Status run(Sql sql) { return db_->query(sql).run(); }
  /// Frames of the log that are worth one.
  std::int64_t worth_a_checkpoint(Pause pause) const;
  void checkpoint(Pause pause);
  void prune(Time now);

  const std::int64_t log_frames_max_;
  std::unique_ptr<Db> db_;
  SqliteTransaction transaction_;
  SearchIndex index_;
  EventId head_;                       ///< the newest id that is committed
  std::size_t savepoint_events_ = 0;   ///< recorded when the savepoint was set
  EventId savepoint_head_;             ///< the newest id given out then
  std::int64_t changes_at_begin_ = 0;  ///< of the connection
  std::int64_t checkpointed_ = 0;      ///< frames of the log's file already copied
  std::int64_t restart_at_ = 0;        ///< frames at which a restart is tried again
  Time prune_due_{};
};

}  // namespace keepline::data::sqlite
