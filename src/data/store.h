#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "data/event_log.h"
#include "entity/event.h"
#include "entity/room.h"
#include "entity/search.h"

// The one contract between the rules and a database. It speaks of chat, not of SQL; tests/contract
// holds what every implementation must do.
namespace keepline::data {

using base::Error;
using base::Result;
using base::Status;
using entity::ConversationId;
using entity::EventId;
using entity::InviteId;
using entity::MessageId;
using entity::SessionId;
using entity::Time;
using entity::UserId;

/// What sign-in compares.
struct Credentials {
  UserId user;
  std::string password_hash;  ///< PHC string; empty: no password signs in
};

struct NewUser {
  std::string name;
  std::string name_key;
  std::string display_name;
  std::string password_hash;
  std::optional<std::string> sex;
  std::optional<std::int64_t> age;
  std::optional<std::string> email;
  Time created_at{};
};

struct NewSession {
  UserId user;
  base::Sha256 token_hash{};
  entity::SessionKind kind = entity::SessionKind::kCookie;
  std::string agent;
  std::string address;
  Time created_at{};
  Time expires_at{};
};

struct NewInvite {
  ConversationId conversation;
  base::Sha256 code_hash{};
  UserId created_by;
  Time created_at{};
  std::optional<Time> expires_at;
  std::optional<std::int64_t> max_uses;
};

/// A message that was stored under a nonce.
struct SentBefore {
  MessageId message;
  /// Of all that was asked for but the nonce; nothing: the message was deleted, and with it what
  /// could tell its text.
  std::optional<base::Sha256> body_hash;
};

/// Is shown what a search finds, and says whether it wants more.
using VisitHit = std::function<Result<bool>(const entity::SearchHit&)>;

/// Reads the database as it was at one moment. Errors everywhere: kNotFound where one thing was
/// asked for, kOverloaded when the read took too long and was interrupted, kInternal when the
/// database failed. Lives on one thread. Blocks.
class Reader {
 public:
  virtual ~Reader() = default;

  // Accounts
  virtual Result<entity::User> user(UserId id) = 0;
  virtual Result<entity::User> user_by_name(std::string_view name_key) = 0;
  virtual Result<Credentials> credentials(std::string_view name_key) = 0;
  virtual Result<Credentials> credentials(UserId id) = 0;
  /// Users whose name_key, or whose display name casefolded, starts with `key`; by name_key, after
  /// `after_key`.
  virtual Result<std::vector<entity::User>> find_users(std::string_view key,
                                                       std::string_view after_key,
                                                       std::size_t limit) = 0;
  virtual Result<entity::Settings> settings(UserId id) = 0;

  // Sessions
  virtual Result<entity::Session> session(const base::Sha256& token_hash) = 0;
  virtual Result<std::vector<entity::Session>> sessions(UserId user) = 0;

  // Relations
  /// kNone where there is no row.
  virtual Result<entity::RelationState> relation(UserId user, UserId peer) = 0;
  /// All rows of `user`, by the peer's name_key.
  virtual Result<std::vector<entity::Relation>> relations(UserId user) = 0;
  virtual Result<std::int64_t> relation_count(UserId user) = 0;

  // Conversations. One that was deleted is not found.
  virtual Result<entity::Conversation> conversation(ConversationId id) = 0;
  virtual Result<ConversationId> direct_conversation(UserId a, UserId b) = 0;
  virtual Result<entity::Member> member(ConversationId conversation, UserId user) = 0;
  /// By user id, after `after`.
  virtual Result<std::vector<entity::Member>> members(ConversationId conversation, UserId after,
                                                      std::size_t limit) = 0;
  /// The user's conversations, by position, the newest first; those with position < `before` where
  /// it is set.
  virtual Result<std::vector<entity::ConversationView>> conversations(UserId user,
                                                                      std::optional<EventId> before,
                                                                      std::size_t limit) = 0;
  virtual Result<entity::ConversationView> conversation_view(ConversationId conversation,
                                                             UserId user) = 0;
  /// As members(), those whose name_key, or whose display name casefolded, starts with `key`.
  virtual Result<std::vector<entity::Member>> find_members(ConversationId conversation,
                                                           std::string_view key, UserId after,
                                                           std::size_t limit) = 0;
  virtual Result<std::int64_t> owner_count(ConversationId conversation) = 0;
  /// The messages of each membership that the user has or had there, oldest first; the last one of
  /// a member has no end.
  virtual Result<std::vector<entity::SeqRange>> member_ranges(ConversationId conversation,
                                                              UserId user) = 0;

  // Rooms
  /// Open rooms with `key` in their casefolded title, as `user` sees them: by title, after `after`.
  virtual Result<entity::RoomPage> rooms(UserId user, std::string_view key,
                                         const entity::RoomKey& after, std::size_t limit) = 0;
  /// One open room. Archived ones are found by neither.
  virtual Result<entity::Room> room(UserId user, ConversationId id) = 0;
  virtual Result<entity::Ban> ban(ConversationId conversation, UserId user) = 0;
  /// By user id, after `after`.
  virtual Result<std::vector<entity::Ban>> bans(ConversationId conversation, UserId after,
                                                std::size_t limit) = 0;
  virtual Result<entity::Invite> invite(const base::Sha256& code_hash) = 0;
  /// The newest first, those with an id < `before` where it is set.
  virtual Result<std::vector<entity::Invite>> invites(ConversationId conversation,
                                                      std::optional<InviteId> before,
                                                      std::size_t limit) = 0;
  virtual Result<bool> invite_used(InviteId invite, UserId user) = 0;

  // Messages
  virtual Result<entity::Message> message(MessageId id) = 0;
  virtual Result<SentBefore> sent_before(UserId sender, std::string_view nonce) = 0;
  /// Messages with seq < before, newest `limit` of them, oldest first.
  virtual Result<entity::MessagePage> messages_before(ConversationId conversation,
                                                      std::int64_t before, std::size_t limit) = 0;
  /// Messages with seq > after, oldest `limit` of them, oldest first.
  virtual Result<entity::MessagePage> messages_after(ConversationId conversation,
                                                     std::int64_t after, std::size_t limit) = 0;
  virtual Result<entity::Message> message_at(ConversationId conversation, std::int64_t seq) = 0;
  /// The seq of the first message at or after `at`: kNotFound where there is none. Where the clock
  /// was set back, one of several.
  virtual Result<std::int64_t> seq_at(ConversationId conversation, Time at) = 0;
  /// What above is read shows nothing of whoever reads; this adds it: which reactions `viewer`
  /// gave, and what they saved. Quotes are there whoever may read them: the caller takes out what
  /// not.
  virtual Status add_own(UserId viewer, std::span<entity::Message> messages) = 0;
  /// What a message said before, the first first, each with the time it was written.
  virtual Result<std::vector<entity::EarlierText>> earlier_texts(MessageId message) = 0;
  virtual Result<std::int64_t> edit_count(MessageId message) = 0;
  /// All that `user` gives the message, as they are listed.
  virtual Result<std::vector<std::string>> emojis(MessageId message, UserId user) = 0;
  /// The newest first.
  virtual Result<std::vector<entity::Pin>> pins(ConversationId conversation) = 0;
  /// What names `user` in conversations of which they are a member, the newest first; those with an
  /// id < `before` where it is set.
  virtual Result<std::vector<entity::Mention>> mentions(UserId user, std::optional<EventId> before,
                                                        std::size_t limit) = 0;
  /// Likewise what they saved, wherever it is.
  virtual Result<std::vector<entity::SavedMessage>> saved(UserId user,
                                                          std::optional<EventId> before,
                                                          std::size_t limit) = 0;
  virtual Result<std::int64_t> saved_count(UserId user) = 0;

  // Search
  /// Shows `visit` the messages with an id < `before` that the wish is about, the newest first,
  /// until it says no: everybody's, but what was deleted, so the caller takes out what is not for
  /// whoever asks. Also what was written in this very moment is found. Errors: also those of
  /// `visit`. Requires: the wish is not empty.
  virtual Result<entity::SearchEnd> search(const entity::SearchWish& wish, MessageId before,
                                           const entity::SearchBounds& bounds,
                                           const VisitHit& visit) = 0;
  /// The conversations of `user` whose casefolded title, or the other one's name_key or casefolded
  /// display name, starts with `key`: at most `limit`, by id.
  virtual Result<std::vector<ConversationId>> conversations_called(UserId user,
                                                                   std::string_view key,
                                                                   std::size_t limit) = 0;

  // Marks
  virtual Result<entity::Mine> mine(ConversationId conversation, UserId user) = 0;
  /// Members with read_seq >= `seq` who share receipts, by user id, after `after`.
  virtual Result<std::vector<entity::ReadUpTo>> reads(ConversationId conversation, std::int64_t seq,
                                                      UserId after, std::size_t limit) = 0;

  // The log
  virtual Result<LogPosition> position() = 0;
  virtual Result<EventPage> events_for(UserId user, EventId after, std::size_t limit) = 0;
  virtual Result<std::vector<entity::Event>> events(EventId after, std::size_t limit) = 0;
  virtual Result<UserView> view_of(UserId user, EventId spans_since) = 0;
  /// Messages of others, in conversations of `user`, with id > after, oldest first: the classic
  /// endpoint's question.
  virtual Result<std::vector<entity::Message>> incoming_messages(UserId user, EventId after,
                                                                 std::size_t limit) = 0;

  // The classic endpoint
  /// kNotFound before the user's first Online.
  virtual Result<EventId> classic_position(UserId user) = 0;
};

/// Reads and writes within one batch: it sees what earlier jobs of the batch wrote. A rule may be
/// run again, so it has no other effect than through this. Errors of every write: kStorageFull,
/// kInternal, and kNotFound where it changes one thing that is not there. Lives on the writer's
/// thread.
class Transaction : public Reader {
 public:
  /// The batch's moment: what events and messages recorded in it carry.
  virtual Time now() const = 0;

  /// Grows with whatever is changed but a send, in this batch and since: what was read of people,
  /// relations and memberships at the same revision still holds.
  virtual std::uint64_t revision() const = 0;

  /// Gives `event` the next id, which is position().head + 1, and the batch's time, and writes its
  /// row. What it shows to others
  /// must be complete in `event.data`, but that a quote not everybody may read is blanked here;
  /// only the version of a changed profile or conversation, which is the event's id, is filled in
  /// here. A stream that is a conversation's moves that conversation's last_event. Not for
  /// messages: those are appended.
  virtual Result<EventId> record(entity::Event event) = 0;

  // Accounts
  /// Errors: kNameTaken.
  virtual Result<UserId> add_user(const NewUser& user) = 0;
  /// Writes display_name, sex, age, email and version.
  virtual Status update_user(const entity::User& user) = 0;
  virtual Status set_password(UserId user, std::string_view password_hash) = 0;
  virtual Status set_last_seen(UserId user, Time at) = 0;
  virtual Status set_settings(UserId user, const entity::Settings& settings) = 0;

  // Sessions
  virtual Result<SessionId> add_session(const NewSession& session) = 0;
  virtual Status remove_session(SessionId session) = 0;
  virtual Status set_session_used(SessionId session, Time at) = 0;

  // Relations
  /// kNone removes the row. `changed` is the id of the event that says so.
  virtual Status set_relation(UserId user, UserId peer, entity::RelationState state,
                              EventId changed) = 0;

  // Conversations
  /// The conversation alone, without its members. Errors: kConflict - these two have one.
  virtual Result<ConversationId> add_direct_conversation(UserId a, UserId b) = 0;
  virtual Result<ConversationId> add_conversation(entity::ConversationKind kind,
                                                  std::string_view title) = 0;
  /// Writes title, topic, color, access, history, archived_at, created_by and version.
  virtual Status update_conversation(const entity::Conversation& conversation) = 0;
  /// Ends it, and every membership in it, with the event that says so: the conversation, its
  /// members, bans and invitations are found no more, nor its messages by anyone who asks through
  /// it. The messages themselves go in portions, by WriteConnection::maintain().
  virtual Status delete_conversation(ConversationId conversation, EventId closed) = 0;
  /// The member and their span, from the event that says so; what was said before counts as read.
  /// Errors: kConflict - is one already; kNotFound - no such conversation.
  virtual Status add_member(ConversationId conversation, UserId user, entity::Role role,
                            EventId joined) = 0;
  /// Ends the span with the event that says so. Errors: kNotFound - is none.
  virtual Status remove_member(ConversationId conversation, UserId user, EventId left) = 0;
  virtual Status set_read(ConversationId conversation, UserId user, std::int64_t seq) = 0;
  virtual Status set_role(ConversationId conversation, UserId user, entity::Role role) = 0;
  virtual Status set_silenced(ConversationId conversation, UserId user,
                              std::optional<Time> until) = 0;

  // Rooms
  /// A ban that is there stays as it is.
  virtual Status add_ban(const entity::Ban& ban) = 0;
  virtual Status remove_ban(ConversationId conversation, UserId user) = 0;
  virtual Result<InviteId> add_invite(const NewInvite& invite) = 0;
  virtual Status remove_invite(ConversationId conversation, InviteId invite) = 0;
  /// Counts `user` as one who came by it, once. Errors: kConflict - all uses are used.
  virtual Status use_invite(InviteId invite, UserId user) = 0;

  // Messages
  /// Appends: gives the id and the seq, stores the message and its nonce, and moves the sender's
  /// own read mark to it. Requires: the sender is a member, and the nonce is new.
  virtual Result<entity::Message> append(const entity::NewMessage& message,
                                         const entity::MessageParts& parts) = 0;
  Result<entity::Message> append(const entity::NewMessage& message) { return append(message, {}); }
  /// The same for filling a database fast: without nonces, read marks and events. The
  /// conversation's last_seq and last_event are as after the last of them. Requires: all are of one
  /// conversation.
  virtual Status append_many(std::span<const entity::NewMessage> messages) = 0;

  /// Gives a message another text, and keeps the one before. `edit.id` is the event that says so,
  /// which is recorded next. Returns whom it names who were not named before.
  virtual Result<std::vector<UserId>> edit_message(const entity::MessageEdit& edit) = 0;
  /// Leaves a tombstone: the text, what it said before, its mentions, reactions and pin are gone.
  virtual Status delete_message(MessageId message, UserId by, EventId deleted) = 0;
  /// Errors of the four: kConflict - it is so already.
  virtual Status add_reaction(MessageId message, UserId user, std::string_view emoji,
                              EventId added) = 0;
  virtual Status remove_reaction(MessageId message, UserId user, std::string_view emoji,
                                 EventId removed) = 0;
  virtual Status add_pin(MessageId message, UserId user, EventId pinned) = 0;
  virtual Status remove_pin(MessageId message) = 0;
  /// Errors of the two: kConflict - it is so already.
  virtual Status save(UserId user, MessageId message, EventId saved) = 0;
  virtual Status unsave(UserId user, MessageId message) = 0;

  // Marks
  virtual Status set_mine(ConversationId conversation, UserId user, const entity::Mine& mine) = 0;

  // The classic endpoint
  virtual Status set_classic_position(UserId user, EventId position) = 0;
};

/// `body_hash` of a message: what must be equal for a repeated nonce to be a repeat.
base::Sha256 body_hash(const entity::NewMessage& message);

/// A read-only connection. Lives on one thread.
class ReadConnection {
 public:
  virtual ~ReadConnection() = default;
  /// Opens a snapshot; it lasts until end(). A read that takes longer than `limit` is interrupted.
  virtual Result<Reader*> begin(std::chrono::milliseconds limit) = 0;
  virtual void end() = 0;
  /// Nothing will be read for a while: gives back the memory of what it kept.
  virtual void rest() {}
};

/// For how long nothing was asked of the writer: not at all, for longer than between most sends, or
/// for so long that whatever was put off may be done.
enum class Pause : std::uint8_t { kNone, kShort, kLong };

/// The only connection that writes. Lives on the writer's thread.
///
/// begin() ... (savepoint() rule (release() | rollback_to()))* ... commit() | rollback()
class WriteConnection {
 public:
  virtual ~WriteConnection() = default;
  virtual Result<Transaction*> begin(Time now) = 0;
  virtual Status savepoint() = 0;
  virtual Status release() = 0;
  /// Undoes what came after savepoint(), the ids it took included.
  virtual Status rollback_to() = 0;
  /// Whether anything was written since begin(). Without a write commit() costs no fsync.
  virtual bool dirty() const = 0;
  /// On success the batch is durable, and these are its events. On failure nothing of it happened,
  /// and the connection is ready for the next begin().
  /// Errors: kStorageFull; kInternal - when the disk failed to write or to sync, this and every
  /// later call: what the disk then holds is unknown, so nothing is acknowledged any more.
  virtual Result<entity::EventBatch> commit() = 0;
  virtual void rollback() = 0;
  /// Work that may be put off: checkpoints, pruning.
  virtual void maintain(Time now, Pause pause) = 0;
  /// Takes one short step of what follows the log in its own time, the index of words: what it has
  /// not reached is found all the same, only slower. Returns whether there is more to do now.
  virtual bool follow(Time now, Pause pause) = 0;
};

/// A database in a data folder. Thread-safe.
class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::unique_ptr<WriteConnection>> open_writer() = 0;
  virtual Result<std::unique_ptr<ReadConnection>> open_reader() = 0;
};

}  // namespace keepline::data
