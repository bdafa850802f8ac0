#include "data/sqlite/rooms.h"

#include <limits>
#include <utility>

#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {
namespace {

#define KEEPLINE_ROOM_COLUMNS                                \
  "c.id, c.title, c.topic, c.color, c.member_count, EXISTS(" \
  "SELECT 1 FROM member m WHERE m.conversation_id = c.id AND m.user_id = ?1), c.title_key"

// As the index says it, so that it is used.
#define KEEPLINE_OPEN_ROOM "c.access = 1 AND c.archived_at IS NULL AND c.closed_id IS NULL"
static_assert(static_cast<int>(entity::Access::kOpen) == 1);

#define KEEPLINE_INVITE_COLUMNS \
  "id, conversation_id, created_by, created_at, expires_at, max_uses, uses"

entity::Room read_room(const Query& row) {
  entity::Room room;
  room.id = row.id<ConversationId>(0);
  room.title = row.text(1);
  room.topic = row.text(2);
  room.color = row.integer(3);
  room.member_count = row.integer(4);
  room.joined = row.integer(5) != 0;
  return room;
}

entity::Ban read_ban(const Query& row) {
  return {row.id<ConversationId>(0), row.id<UserId>(1), row.id<UserId>(2),
          base::from_millis(row.integer(3))};
}

entity::Invite read_invite(const Query& row) {
  entity::Invite invite;
  invite.id = row.id<InviteId>(0);
  invite.conversation = row.id<ConversationId>(1);
  invite.created_by = row.id<UserId>(2);
  invite.created_at = base::from_millis(row.integer(3));
  invite.expires_at = row.maybe_time(4);
  invite.max_uses = row.maybe_integer(5);
  invite.uses = row.integer(6);
  return invite;
}

}  // namespace

Result<entity::RoomPage> Rooms::rooms(UserId user, std::string_view key,
                                      const entity::RoomKey& after, std::size_t limit) {
  auto query = db_.query("SELECT " KEEPLINE_ROOM_COLUMNS
                         " FROM conversation c INDEXED BY conversation_open"
                         " WHERE " KEEPLINE_OPEN_ROOM
                         " AND (c.title_key, c.id) > (?2, ?3) AND instr(c.title_key, ?4) > 0"
                         " ORDER BY c.title_key, c.id LIMIT ?5",
                         user, std::string_view(after.title_key), after.id, key,
                         static_cast<std::int64_t>(limit) + 1);
  auto read = query.all([](const Query& row) { return std::pair(read_room(row), row.text(6)); });
  if (!read) {
    return read.error();
  }
  entity::RoomPage page;
  const bool more = read->size() > limit;
  if (more) {
    read->pop_back();
    page.next = entity::RoomKey{read->back().second, read->back().first.id};
  }
  for (auto& [room, title_key] : *read) {
    page.rooms.push_back(std::move(room));
  }
  return page;
}

Result<entity::Room> Rooms::room(UserId user, ConversationId id) {
  auto query = db_.query("SELECT " KEEPLINE_ROOM_COLUMNS
                         " FROM conversation c WHERE c.id = ?2 AND " KEEPLINE_OPEN_ROOM,
                         user, id);
  return query.one(read_room);
}

Result<entity::Ban> Rooms::ban(ConversationId conversation, UserId user) {
  auto query = db_.query(
      "SELECT conversation_id, user_id, by_id, at FROM ban"
      " WHERE conversation_id = ?1 AND user_id = ?2",
      conversation, user);
  return query.one(read_ban);
}

Result<std::vector<entity::Ban>> Rooms::bans(ConversationId conversation, UserId after,
                                             std::size_t limit) {
  auto query = db_.query(
      "SELECT conversation_id, user_id, by_id, at FROM ban"
      " WHERE conversation_id = ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3",
      conversation, after, static_cast<std::int64_t>(limit));
  return query.all(read_ban);
}

Result<entity::Invite> Rooms::invite(const base::Sha256& code_hash) {
  auto query = db_.query("SELECT " KEEPLINE_INVITE_COLUMNS " FROM invite WHERE code_hash = ?1",
                         blob_of(code_hash));
  return query.one(read_invite);
}

Result<std::vector<entity::Invite>> Rooms::invites(ConversationId conversation,
                                                   std::optional<InviteId> before,
                                                   std::size_t limit) {
  auto query =
      db_.query("SELECT " KEEPLINE_INVITE_COLUMNS
                " FROM invite WHERE conversation_id = ?1 AND id < ?2"
                " ORDER BY id DESC LIMIT ?3",
                conversation, before ? before->value : std::numeric_limits<std::int64_t>::max(),
                static_cast<std::int64_t>(limit));
  return query.all(read_invite);
}

Result<bool> Rooms::invite_used(InviteId invite, UserId user) {
  auto query =
      db_.query("SELECT EXISTS(SELECT 1 FROM invite_use WHERE invite_id = ?1 AND user_id = ?2)",
                invite, user);
  return query.one([](const Query& row) { return row.integer(0) != 0; });
}

Status Rooms::add_ban(const entity::Ban& ban) {
  auto query = db_.query(
      "INSERT INTO ban(conversation_id, user_id, by_id, at) VALUES(?1, ?2, ?3, ?4)"
      " ON CONFLICT DO NOTHING",
      ban.conversation, ban.user, ban.by, base::to_millis(ban.at));
  return query.run();
}

Status Rooms::remove_ban(ConversationId conversation, UserId user) {
  auto query =
      db_.query("DELETE FROM ban WHERE conversation_id = ?1 AND user_id = ?2", conversation, user);
  return query.run_one();
}

Result<InviteId> Rooms::add_invite(const NewInvite& invite) {
  auto query = db_.query(
      "INSERT INTO invite(conversation_id, code_hash, created_by, created_at, expires_at,"
      " max_uses) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
      invite.conversation, blob_of(invite.code_hash), invite.created_by,
      base::to_millis(invite.created_at), maybe_millis(invite.expires_at), invite.max_uses);
  if (auto added = query.run(); !added) {
    return added.error();
  }
  return InviteId(db_.last_row());
}

Status Rooms::remove_invite(ConversationId conversation, InviteId invite) {
  {
    auto query = db_.query("DELETE FROM invite WHERE id = ?1 AND conversation_id = ?2", invite,
                           conversation);
    if (auto removed = query.run_one(); !removed) {
      return removed;
    }
  }
  auto query = db_.query("DELETE FROM invite_use WHERE invite_id = ?1", invite);
  return query.run();
}

Status Rooms::use_invite(InviteId invite, UserId user) {
  {
    auto query = db_.query(
        "INSERT INTO invite_use(invite_id, user_id) VALUES(?1, ?2) ON CONFLICT DO NOTHING", invite,
        user);
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  if (db_.changes() == 0) {
    return base::ok();
  }
  auto query = db_.query(
      "UPDATE invite SET uses = uses + 1"
      " WHERE id = ?1 AND (max_uses IS NULL OR uses < max_uses)",
      invite);
  auto counted = query.run_one();
  if (!counted && counted.error().code == Errc::kNotFound) {
    return Error(Errc::kConflict, "this invitation is used up");
  }
  return counted;
}

}  // namespace keepline::data::sqlite
