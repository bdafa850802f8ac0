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

// What is left to tell of a conversation that was deleted: who left it before, and its end.
#define KEEPLINE_STILL_TOLD "(c.closed_id IS NULL OR e.kind IN (3, 4, 10))"
static_assert(static_cast<int>(EventKind::kJoined) == 3);
static_assert(static_cast<int>(EventKind::kLeft) == 4);
static_assert(static_cast<int>(EventKind::kClosed) == 10);

namespace {

constexpr std::int64_t kForEver = std::numeric_limits<std::int64_t>::max();

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

/// Runs `show` on the message that `event` shows, if any.
template <class Show>
Status with_message(Event& event, Show show) {
  if (auto* message = std::get_if<entity::Message>(&event.data)) {
    return show(*message);
  }
  if (auto* change = std::get_if<entity::MessageChange>(&event.data)) {
    return show(change->message);
  }
  return base::ok();
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

Result<LogPosition> Log::position() {
  auto query =
      db_.query("SELECT (SELECT max(number) FROM epoch), id, floor FROM log_head WHERE one = 1");
  return query.one([](const Query& row) {
    return LogPosition{row.integer(0), row.id<EventId>(1), row.id<EventId>(2)};
  });
}

Status Log::set_head(EventId head) {
  auto query = db_.query("UPDATE log_head SET id = ?1 WHERE one = 1", head);
  return query.run_one();
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
  auto read = query.all([](const Query& row) { return read_message(row); });
  if (!read) {
    return read.error();
  }
  std::vector<Event> events;
  events.reserve(read->size());
  for (entity::Message& message : *read) {
    if (auto filled = parts_.fill(message); !filled) {
      return filled.error();
    }
    events.push_back(message_event(std::move(message)));
  }
  return events;
}

Result<std::vector<EventRow>> Log::conversation_rows_for(UserId user, EventId after,
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
  return query.all(read_event_row);
}

Result<std::vector<EventRow>> Log::own_rows(UserId user, EventId after, std::size_t limit) {
  // What was saved may have gone with its conversation.
  static_assert(static_cast<int>(EventKind::kSessionEnded) == 7);
  static_assert(static_cast<int>(EventKind::kSaved) == 26);
  auto query = db_.query("SELECT " KEEPLINE_EVENT_COLUMNS
                         " FROM event e INDEXED BY event_stream"
                         " WHERE e.stream_id = ?1 AND e.id > ?2 AND e.kind <> 7"
                         " AND (e.kind <> 26 OR"
                         "  EXISTS(SELECT 1 FROM message_info m WHERE m.id = e.ref))"
                         " ORDER BY e.id LIMIT ?3",
                         Stream::of(user).stored(), after, static_cast<std::int64_t>(limit));
  return query.all(read_event_row);
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
  std::vector<EventRow> rows = std::move(*in_conversations);
  rows.insert(rows.end(), own->begin(), own->end());
  std::sort(rows.begin(), rows.end(),
            [](const EventRow& a, const EventRow& b) { return a.id < b.id; });
  rows.resize(std::min(rows.size(), limit + 1));
  auto others = rows_.complete(rows);
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
  for (Event& event : page.events) {
    if (auto shown =
            with_message(event, [&](entity::Message& m) { return parts_.show_to(user, m); });
        !shown) {
      return shown.error();
    }
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
    auto read = query.all([](const Query& row) { return read_message(row); });
    if (!read) {
      return read.error();
    }
    for (entity::Message& message : *read) {
      if (auto filled = parts_.fill(message); !filled) {
        return filled.error();
      }
      events.push_back(message_event(std::move(message)));
    }
  }
  std::vector<EventRow> rows;
  {
    auto query = db_.query("SELECT " KEEPLINE_EVENT_COLUMNS
                           " FROM event e LEFT JOIN conversation c ON c.id = e.stream_id"
                           " WHERE e.id > ?1 AND " KEEPLINE_STILL_TOLD
                           " AND (e.kind <> 26 OR"
                           "  EXISTS(SELECT 1 FROM message_info m WHERE m.id = e.ref))"
                           " ORDER BY e.id LIMIT ?2",
                           after, static_cast<std::int64_t>(limit));
    auto read = query.all(read_event_row);
    if (!read) {
      return read.error();
    }
    rows = std::move(*read);
  }
  auto others = rows_.complete(rows);
  if (!others) {
    return others.error();
  }
  merge(events, std::move(*others));
  if (events.size() > limit) {
    events.resize(limit);
  }
  for (Event& event : events) {
    if (auto shown =
            with_message(event, [this](entity::Message& m) { return parts_.show_to_all(m); });
        !shown) {
      return shown.error();
    }
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
