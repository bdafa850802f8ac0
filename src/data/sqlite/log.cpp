#include "data/sqlite/log.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "base/check.h"
#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {

using entity::Event;
using entity::EventKind;
using entity::Stream;

// What a row of `event` holds, besides its stream, its actor and its time:
//
//   kind           ref                payload        joined when read
//   kRead          the conversation   the seq        (the reader is the actor)
//   kRelation      the peer           the state      the peer
//   kJoined/kLeft  the member         role, why, n   the member
//   kMember        the member         role, silence  the member
//   kConversation  the conversation   -              its settings
//   kClosed        the conversation   -
//   kProfile       the user           -              the user
//   kSettings      the user           -              their settings
//   kSessionEnded  the session        -
struct Log::Row {
  EventId id;
  Stream stream;
  EventKind kind = EventKind::kMessage;
  std::int64_t ref = 0;
  UserId actor;
  Time at{};
  std::int64_t payload = 0;
};

// What is left to tell of a conversation that was deleted: who left it before, and its end.
#define KEEPLINE_STILL_TOLD "(c.closed_id IS NULL OR e.kind IN (3, 4, 10))"
static_assert(static_cast<int>(EventKind::kJoined) == 3);
static_assert(static_cast<int>(EventKind::kLeft) == 4);
static_assert(static_cast<int>(EventKind::kClosed) == 10);

#define KEEPLINE_EVENT_COLUMNS "e.id, e.stream_id, e.kind, e.ref, e.actor_id, e.at, e.payload"

namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

/// A membership's role, why it ended, and either how many are left or how long it is silent, in one
/// number.
constexpr std::int64_t kRoles = 4;
constexpr std::int64_t kPartings = 4;

std::int64_t packed(EventKind kind, const entity::MemberChange& change) {
  const std::int64_t until = change.silenced_until ? base::to_millis(*change.silenced_until) : 0;
  const std::int64_t rest = kind == EventKind::kMember ? until : change.member_count;
  return (rest * kPartings + static_cast<std::int64_t>(change.why)) * kRoles +
         static_cast<std::int64_t>(change.role);
}

void unpack(EventKind kind, std::int64_t payload, entity::MemberChange& change) {
  change.role = static_cast<entity::Role>(payload % kRoles);
  change.why = static_cast<entity::Parting>(payload / kRoles % kPartings);
  const std::int64_t rest = payload / (kRoles * kPartings);
  if (kind != EventKind::kMember) {
    change.member_count = rest;
  } else if (rest != 0) {
    change.silenced_until = base::from_millis(rest);
  }
}

Event message_event(entity::Message message) {
  Event event;
  event.id = message.id;
  event.kind = EventKind::kMessage;
  event.stream = Stream::of(message.conversation);
  event.actor = message.sender;
  event.at = message.at;
  event.data = std::move(message);
  return event;
}

/// Moves `more` into `events` and keeps the whole in the order of the log.
void merge(std::vector<Event>& events, std::vector<Event> more) {
  const auto middle = static_cast<std::ptrdiff_t>(events.size());
  events.insert(events.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
  std::inplace_merge(events.begin(), events.begin() + middle, events.end(),
                     [](const Event& a, const Event& b) { return a.id < b.id; });
}

}  // namespace

Log::Row Log::read_row(const Query& query) {
  Row row;
  row.id = query.id<EventId>(0);
  row.stream = Stream::from_stored(query.integer(1));
  row.kind = static_cast<EventKind>(query.integer(2));
  row.ref = query.integer(3);
  row.actor = query.id<UserId>(4);
  row.at = base::from_millis(query.integer(5));
  row.payload = query.integer(6);
  return row;
}

Result<LogPosition> Log::position() {
  auto query =
      db_.query("SELECT (SELECT max(number) FROM epoch), id, floor FROM log_head WHERE one = 1");
  return query.one([](const Query& row) {
    return LogPosition{row.integer(0), row.id<EventId>(1), row.id<EventId>(2)};
  });
}

Status Log::add(const Event& event) {
  std::int64_t ref = 0;
  std::optional<std::int64_t> payload;
  switch (event.kind) {
    case EventKind::kMessage:
      base::check(false, "a message is appended, not recorded");
      break;
    case EventKind::kRead: {
      const auto& mark = std::get<entity::ReadMark>(event.data);
      base::check(mark.user == event.actor, "a read mark is its reader's own doing");
      ref = mark.conversation.value;
      payload = mark.seq;
      break;
    }
    case EventKind::kRelation: {
      const auto& change = std::get<entity::RelationChange>(event.data);
      ref = change.peer.id.value;
      payload = static_cast<std::int64_t>(change.state);
      break;
    }
    case EventKind::kJoined:
    case EventKind::kLeft:
    case EventKind::kMember: {
      const auto& change = std::get<entity::MemberChange>(event.data);
      ref = change.user.id.value;
      payload = packed(event.kind, change);
      break;
    }
    case EventKind::kConversation:
    case EventKind::kClosed:
      ref = event.stream.conversation().value;
      break;
    case EventKind::kProfile:
      ref = std::get<entity::ProfileChange>(event.data).user.id.value;
      break;
    case EventKind::kSettings:
      ref = event.stream.user().value;
      break;
    case EventKind::kSessionEnded:
      ref = std::get<entity::SessionEnded>(event.data).session.value;
      break;
  }
  {
    auto query = db_.query(
        "INSERT INTO event(id, stream_id, kind, ref, actor_id, at, payload)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        event.id, event.stream.stored(), static_cast<std::int64_t>(event.kind), ref, event.actor,
        base::to_millis(event.at), payload);
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  if (!event.stream.is_conversation()) {
    return base::ok();
  }
  auto query = db_.query("UPDATE conversation SET last_event_id = ?2 WHERE id = ?1",
                         event.stream.conversation(), event.id);
  return query.run_one();
}

Status Log::set_head(EventId head) {
  auto query = db_.query("UPDATE log_head SET id = ?1 WHERE one = 1", head);
  return query.run_one();
}

Result<Event> Log::complete(const Row& row) {
  Event event;
  event.id = row.id;
  event.kind = row.kind;
  event.stream = row.stream;
  event.actor = row.actor;
  event.at = row.at;
  switch (row.kind) {
    case EventKind::kRead:
      event.data = entity::ReadMark{ConversationId(row.ref), row.actor, row.payload};
      return event;
    case EventKind::kSessionEnded:
      event.data = entity::SessionEnded{SessionId(row.ref)};
      return event;
    case EventKind::kSettings: {
      auto settings = accounts_.settings(UserId(row.ref));
      if (!settings) {
        return settings.error();
      }
      event.data = entity::SettingsChange{std::move(*settings)};
      return event;
    }
    case EventKind::kConversation: {
      auto conversation = conversations_.conversation(ConversationId(row.ref));
      if (!conversation) {
        return conversation.error();
      }
      event.data = entity::ConversationChange{std::move(*conversation)};
      return event;
    }
    case EventKind::kClosed:
      event.data = entity::ConversationClosed{ConversationId(row.ref)};
      return event;
    case EventKind::kMessage:
    case EventKind::kRelation:
    case EventKind::kJoined:
    case EventKind::kLeft:
    case EventKind::kMember:
    case EventKind::kProfile:
      break;
  }
  auto user = accounts_.user(UserId(row.ref));
  if (!user) {
    return user.error();
  }
  if (row.kind == EventKind::kProfile) {
    event.data = entity::ProfileChange{std::move(*user)};
    return event;
  }
  // Shown to others, by rules that may have changed since: what only some may see is left out.
  user->email.reset();
  user->last_seen.reset();
  if (row.kind == EventKind::kRelation) {
    event.data =
        entity::RelationChange{std::move(*user), static_cast<entity::RelationState>(row.payload)};
    return event;
  }
  base::check(row.kind != EventKind::kMessage && row.stream.is_conversation(),
              "a row of the log that nobody could have written");
  entity::MemberChange change;
  change.conversation = row.stream.conversation();
  change.user = std::move(*user);
  unpack(row.kind, row.payload, change);
  event.data = std::move(change);
  return event;
}

Result<std::vector<Event>> Log::complete(const std::vector<Row>& rows) {
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const Row& row : rows) {
    auto event = complete(row);
    if (!event) {
      return Error(Errc::kInternal, "log entry " + std::to_string(row.id.value) +
                                        " lost what it is about: " + event.error().detail);
    }
    events.push_back(std::move(*event));
  }
  return events;
}

Result<std::vector<Event>> Log::messages_for(UserId user, EventId after, std::size_t limit) {
  // Only conversations that have changed are looked at, and only their index; whole rows are read
  // for the few that are left. CROSS JOIN keeps the planner to this order.
  auto query = db_.query(
      "SELECT " KEEPLINE_MESSAGE_COLUMNS
      " FROM (SELECT m.id AS i FROM member_span s"
      "       CROSS JOIN conversation c ON c.id = s.conversation_id AND c.last_event_id > ?2"
      "         AND c.closed_id IS NULL"
      "       CROSS JOIN message_info m INDEXED BY message_conversation"
      "         ON m.conversation_id = c.id AND m.id >= max(?2 + 1, s.from_id)"
      "         AND m.id <= coalesce(s.to_id, ?4)"
      "       WHERE s.user_id = ?1 AND coalesce(s.to_id, ?4) > ?2"
      "       ORDER BY m.id LIMIT ?3) found"
      " CROSS JOIN message_info m ON m.id = found.i ORDER BY found.i",
      user, after, static_cast<std::int64_t>(limit), kForEver);
  return query.all([](const Query& row) { return message_event(read_message(row)); });
}

Result<std::vector<Log::Row>> Log::conversation_rows_for(UserId user, EventId after,
                                                         std::size_t limit, bool receipts) {
  // The same shape. Others' read marks are for those who show their own (kRead is 1).
  static_assert(static_cast<int>(EventKind::kRead) == 1);
  auto query = db_.query(
      "SELECT " KEEPLINE_EVENT_COLUMNS
      " FROM (SELECT e.id AS i FROM member_span s"
      "       CROSS JOIN conversation c ON c.id = s.conversation_id AND c.last_event_id > ?2"
      "       CROSS JOIN event e INDEXED BY event_stream"
      "         ON e.stream_id = c.id AND e.id >= max(?2 + 1, s.from_id)"
      "         AND e.id <= coalesce(s.to_id, ?4)"
      "       WHERE s.user_id = ?1 AND coalesce(s.to_id, ?4) > ?2"
      "         AND (?5 OR e.kind <> 1 OR e.actor_id = ?1)"
      "         AND " KEEPLINE_STILL_TOLD
      "       ORDER BY e.id LIMIT ?3) found"
      " CROSS JOIN event e ON e.id = found.i ORDER BY found.i",
      user, after, static_cast<std::int64_t>(limit), kForEver, receipts);
  return query.all(read_row);
}

Result<std::vector<Log::Row>> Log::own_rows(UserId user, EventId after, std::size_t limit) {
  static_assert(static_cast<int>(EventKind::kSessionEnded) == 7);
  auto query = db_.query("SELECT " KEEPLINE_EVENT_COLUMNS
                         " FROM event e INDEXED BY event_stream"
                         " WHERE e.stream_id = ?1 AND e.id > ?2 AND e.kind <> 7"
                         " ORDER BY e.id LIMIT ?3",
                         Stream::of(user).stored(), after, static_cast<std::int64_t>(limit));
  return query.all(read_row);
}

Result<EventPage> Log::events_for(UserId user, EventId after, std::size_t limit,
                                  const LogPosition& position) {
  base::check(limit > 0, "a page of no events");
  if (after < position.floor) {
    return Error(Errc::kGone, "the log no longer reaches back so far");
  }
  const auto settings = accounts_.settings(user);
  if (!settings) {
    return settings.error();
  }
  // One more than asked for tells whether there are further ones.
  auto events = messages_for(user, after, limit + 1);
  if (!events) {
    return events.error();
  }
  auto in_conversations = conversation_rows_for(user, after, limit + 1, settings->receipts);
  if (!in_conversations) {
    return in_conversations.error();
  }
  auto own = own_rows(user, after, limit + 1);
  if (!own) {
    return own.error();
  }
  std::vector<Row> rows = std::move(*in_conversations);
  rows.insert(rows.end(), own->begin(), own->end());
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  rows.resize(std::min(rows.size(), limit + 1));
  auto others = complete(rows);
  if (!others) {
    return others.error();
  }
  EventPage page;
  page.events = std::move(*events);
  merge(page.events, std::move(*others));
  page.more = page.events.size() > limit;
  if (page.more) {
    page.events.resize(limit);
  }
  page.looked_at = page.more ? page.events.back().id : position.head;
  return page;
}

Result<std::vector<Event>> Log::events(EventId after, std::size_t limit) {
  std::vector<Event> events;
  {
    auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                           " FROM message_info m CROSS JOIN conversation c"
                           " ON c.id = m.conversation_id AND c.closed_id IS NULL"
                           " WHERE m.id > ?1 ORDER BY m.id LIMIT ?2",
                           after, static_cast<std::int64_t>(limit));
    auto read = query.all([](const Query& row) { return message_event(read_message(row)); });
    if (!read) {
      return read.error();
    }
    events = std::move(*read);
  }
  std::vector<Row> rows;
  {
    auto query = db_.query("SELECT " KEEPLINE_EVENT_COLUMNS
                           " FROM event e LEFT JOIN conversation c ON c.id = e.stream_id"
                           " WHERE e.id > ?1 AND " KEEPLINE_STILL_TOLD " ORDER BY e.id LIMIT ?2",
                           after, static_cast<std::int64_t>(limit));
    auto read = query.all(read_row);
    if (!read) {
      return read.error();
    }
    rows = std::move(*read);
  }
  auto others = complete(rows);
  if (!others) {
    return others.error();
  }
  merge(events, std::move(*others));
  if (events.size() > limit) {
    events.resize(limit);
  }
  return events;
}

Result<UserView> Log::view_of(UserId user, EventId spans_since, EventId head) {
  UserView view;
  view.as_of = head;
  auto settings = accounts_.settings(user);
  if (!settings) {
    return settings.error();
  }
  view.settings = std::move(*settings);
  {
    auto query = db_.query(
        "SELECT s.conversation_id, s.from_id, s.to_id, c.kind, c.member_count,"
        " CASE WHEN c.user_low = ?1 THEN c.user_high ELSE c.user_low END"
        " FROM member_span s CROSS JOIN conversation c ON c.id = s.conversation_id"
        " WHERE s.user_id = ?1 AND (s.to_id IS NULL OR s.to_id > ?2)"
        " ORDER BY s.conversation_id, s.from_id",
        user, spans_since);
    auto read = query.all([](const Query& row) {
      ViewedConversation viewed;
      viewed.span.conversation = row.id<ConversationId>(0);
      viewed.span.from = row.id<EventId>(1);
      if (!row.is_null(2)) {
        viewed.span.to = row.id<EventId>(2);
      }
      viewed.kind = static_cast<entity::ConversationKind>(row.integer(3));
      viewed.member_count = row.integer(4);
      viewed.peer = row.id<UserId>(5);
      return viewed;
    });
    if (!read) {
      return read.error();
    }
    view.conversations = std::move(*read);
  }
  auto seen = peers(user);
  if (!seen) {
    return seen.error();
  }
  view.peers = std::move(*seen);
  return view;
}

Result<std::vector<ViewedPeer>> Log::peers(UserId user) {
  static_assert(static_cast<int>(entity::RelationState::kFriends) == 3);
  static_assert(static_cast<int>(entity::ConversationKind::kDirect) == 0);
  auto query = db_.query(
      "SELECT u.id, p.friends, u.version"
      " FROM (SELECT peer, max(friends) AS friends"
      "       FROM (SELECT peer_id AS peer, 1 AS friends FROM user_relation"
      "              WHERE user_id = ?1 AND state = 3"
      "             UNION ALL"
      "             SELECT CASE WHEN c.user_low = ?1 THEN c.user_high ELSE c.user_low END, 0"
      "              FROM member m CROSS JOIN conversation c ON c.id = m.conversation_id"
      "              WHERE m.user_id = ?1 AND c.kind = 0)"
      "       GROUP BY peer) p"
      " CROSS JOIN user_info u ON u.id = p.peer ORDER BY u.id",
      user);
  return query.all([](const Query& row) {
    return ViewedPeer{row.id<UserId>(0), row.integer(1) != 0, row.id<EventId>(2)};
  });
}

}  // namespace keepline::data::sqlite
