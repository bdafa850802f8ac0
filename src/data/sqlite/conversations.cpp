#include "data/sqlite/conversations.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/sqlite/rows.h"
#include "entity/validate.h"

namespace keepline::data::sqlite {
namespace {

using entity::ConversationView;

/// A row of the list, with the other one of a direct conversation (else none) beside it.
struct ListRow {
  ConversationView view;
  UserId peer;
};

// The last column: the other one of a direct conversation.
#define KEEPLINE_VIEW_COLUMNS                                \
  KEEPLINE_CONVERSATION_COLUMNS ", " KEEPLINE_MEMBER_COLUMNS \
                                ", CASE WHEN c.user_low = ?1 THEN c.user_high ELSE c.user_low END"

ListRow read_list_row(const Query& row) {
  ListRow read;
  read.view.conversation = read_conversation(row);
  read.view.me = read_member(row, kConversationColumns);
  read.peer = row.id<UserId>(kConversationColumns + kMemberColumns);  // NULL reads as none
  return read;
}

}  // namespace

Result<entity::Conversation> Conversations::conversation(ConversationId id) {
  auto query = db_.query("SELECT " KEEPLINE_CONVERSATION_COLUMNS
                         " FROM conversation c WHERE c.id = ?1 AND c.closed_id IS NULL",
                         id);
  return query.one([](const Query& row) { return read_conversation(row); });
}

Result<ConversationId> Conversations::direct_conversation(UserId a, UserId b) {
  const auto [low, high] = std::minmax(a, b);
  auto query =
      db_.query("SELECT id FROM conversation WHERE user_low = ?1 AND user_high = ?2", low, high);
  return query.one([](const Query& row) { return row.id<ConversationId>(0); });
}

Result<entity::Member> Conversations::member(ConversationId conversation, UserId user) {
  auto query = db_.query("SELECT " KEEPLINE_MEMBER_COLUMNS
                         " FROM member m WHERE m.conversation_id = ?1 AND m.user_id = ?2",
                         conversation, user);
  return query.one([](const Query& row) { return read_member(row); });
}

Result<std::vector<entity::Member>> Conversations::members(ConversationId conversation,
                                                           UserId after, std::size_t limit) {
  auto query = db_.query("SELECT " KEEPLINE_MEMBER_COLUMNS
                         " FROM member m WHERE m.conversation_id = ?1 AND m.user_id > ?2"
                         " ORDER BY m.user_id LIMIT ?3",
                         conversation, after, static_cast<std::int64_t>(limit));
  return query.all([](const Query& row) { return read_member(row); });
}

Result<std::vector<entity::Member>> Conversations::find_members(ConversationId conversation,
                                                                std::string_view key, UserId after,
                                                                std::size_t limit) {
  // Members are few beside users: each is looked at, rather than all whose name begins so.
  auto query = db_.query("SELECT " KEEPLINE_MEMBER_COLUMNS
                         " FROM member m CROSS JOIN user_info u ON u.id = m.user_id"
                         " WHERE m.conversation_id = ?1 AND m.user_id > ?2"
                         " AND (substr(u.name_key, 1, length(?4)) = ?4"
                         "  OR substr(u.display_key, 1, length(?4)) = ?4)"
                         " ORDER BY m.user_id LIMIT ?3",
                         conversation, after, static_cast<std::int64_t>(limit), key);
  return query.all([](const Query& row) { return read_member(row); });
}

Result<std::int64_t> Conversations::owner_count(ConversationId conversation) {
  static_assert(static_cast<int>(entity::Role::kOwner) == 2);
  auto query = db_.query("SELECT count(*) FROM member WHERE conversation_id = ?1 AND role = 2",
                         conversation);
  return query.one([](const Query& row) { return row.integer(0); });
}

Result<std::vector<entity::SeqRange>> Conversations::member_ranges(ConversationId conversation,
                                                                   UserId user) {
  auto query = db_.query(
      "SELECT from_seq, to_seq FROM member_span"
      " WHERE user_id = ?1 AND conversation_id = ?2 ORDER BY from_id",
      user, conversation);
  return query.all([](const Query& row) {
    const auto last = row.maybe_integer(1);
    return entity::SeqRange{row.integer(0) + 1, last.value_or(base::kIdMax)};
  });
}

Result<std::vector<ConversationView>> Conversations::conversations(UserId user,
                                                                   std::optional<EventId> before,
                                                                   std::size_t limit) {
  std::vector<ListRow> rows;
  {
    // Positions first, each a step into an index; whole rows are read of the page alone.
    // MATERIALIZED keeps the planner from taking that step again for each use of the position.
    auto query = db_.query(
        "WITH mine AS MATERIALIZED"
        " (SELECT m.conversation_id AS id, max(m.joined_id, coalesce("
        "   (SELECT x.id FROM message_info x INDEXED BY message_conversation"
        "     WHERE x.conversation_id = m.conversation_id"
        "     ORDER BY x.id DESC LIMIT 1), 0)) AS position"
        "   FROM member m WHERE m.user_id = ?1)"
        "SELECT " KEEPLINE_VIEW_COLUMNS
        " FROM (SELECT id, position FROM mine WHERE position < ?2"
        "       ORDER BY position DESC LIMIT ?3) page"
        " CROSS JOIN conversation c ON c.id = page.id"
        " CROSS JOIN member m ON m.conversation_id = c.id AND m.user_id = ?1"
        " ORDER BY page.position DESC",
        user, before ? before->value : std::numeric_limits<std::int64_t>::max(),
        static_cast<std::int64_t>(limit));
    auto read = query.all(read_list_row);
    if (!read) {
      return read.error();
    }
    rows = std::move(*read);
  }
  std::vector<ConversationView> views;
  views.reserve(rows.size());
  for (ListRow& row : rows) {
    if (auto done = complete(row.view, row.peer); !done) {
      return done.error();
    }
    views.push_back(std::move(row.view));
  }
  return views;
}

Result<ConversationView> Conversations::conversation_view(ConversationId conversation,
                                                          UserId user) {
  ListRow row;
  {
    auto query = db_.query("SELECT " KEEPLINE_VIEW_COLUMNS
                           " FROM member m CROSS JOIN conversation c ON c.id = m.conversation_id"
                           " WHERE m.user_id = ?1 AND m.conversation_id = ?2",
                           user, conversation);
    auto read = query.one(read_list_row);
    if (!read) {
      return read.error();
    }
    row = std::move(*read);
  }
  if (auto done = complete(row.view, row.peer); !done) {
    return done.error();
  }
  return std::move(row.view);
}

Status Conversations::complete(ConversationView& view, UserId peer) {
  if (peer) {
    auto query = db_.query("SELECT " KEEPLINE_USER_COLUMNS
                           ", CASE WHEN u.receipts AND me.receipts THEN m.read_seq END"
                           " FROM user_info u CROSS JOIN user_info me ON me.id = ?2"
                           " LEFT JOIN member m ON m.conversation_id = ?3 AND m.user_id = ?1"
                           " WHERE u.id = ?1",
                           peer, view.me.user, view.conversation.id);
    const auto row = query.step();
    if (!row) {
      return row.error();
    }
    if (*row) {
      view.peer = read_user(query);
      view.peer_read_seq = query.maybe_integer(kUserColumns);
    }
  }
  if (auto added = add_last_message(view); !added) {
    return added;
  }
  return add_marks(view);
}

Status Conversations::add_last_message(ConversationView& view) {
  auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                         " FROM message_info m INDEXED BY message_conversation"
                         " WHERE m.conversation_id = ?1 ORDER BY m.id DESC LIMIT 1",
                         view.conversation.id);
  const auto row = query.step();
  if (!row) {
    return row.error();
  }
  view.position = view.me.joined;
  if (*row) {
    entity::Message newest = read_message(query);
    // Of a time before they came, where that is not theirs to read.
    if (newest.id > view.me.joined || view.conversation.shows_all()) {
      view.position = std::max(view.position, EventId(newest.id.value));
      view.last_message = std::move(newest);
      return fill_last_message(view);
    }
  }
  return base::ok();
}

Status Conversations::fill_last_message(ConversationView& view) {
  // A line of the list: what hangs on the message is for its page.
  entity::Message& message = *view.last_message;
  message.reactions.clear();
  message.pinned = false;
  if (auto filled = parts_.fill(message); !filled) {
    return filled;
  }
  message.reaction_version = {};
  return parts_.show_to(view.me.user, message);
}

Status Conversations::add_marks(ConversationView& view) {
  auto mine = marks_.mine(view.conversation.id, view.me.user);
  if (!mine) {
    return mine.error();
  }
  view.mine = *mine;
  // Where all is read there is nothing to look for.
  if (view.me.read_seq >= view.conversation.last_seq) {
    return base::ok();
  }
  auto mentions = keepsakes_.unread_mentions(view.conversation.id, view.me.user, view.me.read_seq);
  if (!mentions) {
    return mentions.error();
  }
  view.mentions = *std::move(mentions);
  return base::ok();
}

Result<ConversationId> Conversations::add_direct_conversation(UserId a, UserId b) {
  const auto [low, high] = std::minmax(a, b);
  auto query = db_.query(
      "INSERT INTO conversation(kind, title, user_low, user_high) VALUES(?1, '', ?2, ?3)"
      " ON CONFLICT DO NOTHING",
      static_cast<std::int64_t>(entity::ConversationKind::kDirect), low, high);
  if (auto added = query.run(); !added) {
    return added.error();
  }
  if (db_.changes() == 0) {
    return Error(Errc::kConflict, "these two already have a direct conversation");
  }
  return ConversationId(db_.last_row());
}

Result<ConversationId> Conversations::add_conversation(entity::ConversationKind kind,
                                                       std::string_view title) {
  auto query = db_.query("INSERT INTO conversation(kind, title, title_key) VALUES(?1, ?2, ?3)",
                         static_cast<std::int64_t>(kind), title, entity::name_key(title));
  if (auto added = query.run(); !added) {
    return added.error();
  }
  return ConversationId(db_.last_row());
}

Status Conversations::update_conversation(const entity::Conversation& conversation) {
  auto query = db_.query(
      "UPDATE conversation SET title = ?2, title_key = ?3, topic = ?4, color = ?5, access = ?6,"
      " history = ?7, archived_at = ?8, created_by = ?9, version = ?10"
      " WHERE id = ?1 AND closed_id IS NULL",
      conversation.id, std::string_view(conversation.title), entity::name_key(conversation.title),
      std::string_view(conversation.topic), conversation.color,
      static_cast<std::int64_t>(conversation.access),
      static_cast<std::int64_t>(conversation.history), maybe_millis(conversation.archived_at),
      conversation.created_by, conversation.version);
  return query.run_one();
}

Status Conversations::add_member(ConversationId conversation, UserId user, entity::Role role,
                                 EventId joined) {
  {
    auto query = db_.query(
        "INSERT INTO member(conversation_id, user_id, role, read_seq, joined_id, joined_seq)"
        " SELECT id, ?2, ?3, last_seq, ?4, last_seq FROM conversation"
        " WHERE id = ?1 AND closed_id IS NULL ON CONFLICT DO NOTHING",
        conversation, user, static_cast<std::int64_t>(role), joined);
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  if (db_.changes() == 0) {
    if (auto exists = this->conversation(conversation); !exists) {
      return exists.error();
    }
    return Error(Errc::kConflict, "this user is a member already");
  }
  {
    auto query = db_.query(
        "INSERT INTO member_span(user_id, conversation_id, from_id, from_seq)"
        " SELECT ?1, id, ?3, last_seq FROM conversation WHERE id = ?2",
        user, conversation, joined);
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  auto query = db_.query("UPDATE conversation SET member_count = member_count + 1 WHERE id = ?1",
                         conversation);
  return query.run_one();
}

Status Conversations::remove_member(ConversationId conversation, UserId user, EventId left) {
  {
    auto query = db_.query("DELETE FROM member WHERE conversation_id = ?1 AND user_id = ?2",
                           conversation, user);
    if (auto removed = query.run_one(); !removed) {
      return removed;
    }
  }
  {
    auto query = db_.query("DELETE FROM mine WHERE conversation_id = ?1 AND user_id = ?2",
                           conversation, user);
    if (auto removed = query.run(); !removed) {
      return removed;
    }
  }
  {
    auto query = db_.query(
        "UPDATE member_span SET to_id = ?3,"
        " to_seq = (SELECT last_seq FROM conversation WHERE id = ?2)"
        " WHERE user_id = ?1 AND conversation_id = ?2 AND to_id IS NULL",
        user, conversation, left);
    if (auto ended = query.run(); !ended) {
      return ended;
    }
  }
  auto query = db_.query("UPDATE conversation SET member_count = member_count - 1 WHERE id = ?1",
                         conversation);
  return query.run_one();
}

Status Conversations::set_read(ConversationId conversation, UserId user, std::int64_t seq) {
  auto query =
      db_.query("UPDATE member SET read_seq = ?3 WHERE conversation_id = ?1 AND user_id = ?2",
                conversation, user, seq);
  return query.run_one();
}

Status Conversations::set_role(ConversationId conversation, UserId user, entity::Role role) {
  auto query = db_.query("UPDATE member SET role = ?3 WHERE conversation_id = ?1 AND user_id = ?2",
                         conversation, user, static_cast<std::int64_t>(role));
  return query.run_one();
}

Status Conversations::set_silenced(ConversationId conversation, UserId user,
                                   std::optional<Time> until) {
  auto query =
      db_.query("UPDATE member SET silenced_until = ?3 WHERE conversation_id = ?1 AND user_id = ?2",
                conversation, user, maybe_millis(until));
  return query.run_one();
}

}  // namespace keepline::data::sqlite
