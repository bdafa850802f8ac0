#include "data/sqlite/keepsakes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "data/sqlite/rows.h"
#include "entity/validate.h"

namespace keepline::data::sqlite {
namespace {

std::int64_t end_of(std::optional<EventId> before) {
  return before ? before->value : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

Result<std::vector<entity::Pin>> Keepsakes::pins(ConversationId conversation) {
  auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                         ", p.id, p.at, p.user_id FROM pin p INDEXED BY pin_conversation"
                         " CROSS JOIN message_info m ON m.id = p.message_id"
                         " WHERE p.conversation_id = ?1 ORDER BY p.id DESC",
                         conversation);
  auto read = query.all([](const Query& row) {
    return entity::Pin{row.id<EventId>(kMessageColumns),
                       base::from_millis(row.integer(kMessageColumns + 1)),
                       row.id<UserId>(kMessageColumns + 2), read_message(row)};
  });
  if (!read) {
    return read;
  }
  for (entity::Pin& pin : *read) {
    if (auto filled = parts_.fill(pin.message); !filled) {
      return filled.error();
    }
  }
  return read;
}

Status Keepsakes::add_pin(MessageId message, UserId user, EventId pinned, Time at) {
  {
    auto query = db_.query(
        "INSERT INTO pin(id, conversation_id, message_id, user_id, at)"
        " SELECT ?2, conversation_id, id, ?3, ?4 FROM message_info WHERE id = ?1"
        " ON CONFLICT DO NOTHING",
        message, pinned, user, base::to_millis(at));
    if (auto added = query.run(); !added) {
      return added;
    }
  }
  if (db_.changes() == 0) {
    return Error(Errc::kConflict, "this message is pinned already");
  }
  return parts_.flag(message, kPinned);
}

Status Keepsakes::remove_pin(MessageId message) {
  {
    auto query = db_.query("DELETE FROM pin WHERE message_id = ?1", message);
    if (auto removed = query.run(); !removed) {
      return removed;
    }
  }
  if (db_.changes() == 0) {
    return Error(Errc::kConflict, "this message is not pinned");
  }
  return parts_.flag(message, 0, kPinned);
}

Result<std::vector<entity::SavedMessage>> Keepsakes::saved(UserId user,
                                                           std::optional<EventId> before,
                                                           std::size_t limit) {
  auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                         ", s.id, s.at, s.message_id FROM saved s"
                         " LEFT JOIN message_info m ON m.id = s.message_id"
                         " WHERE s.user_id = ?1 AND s.id < ?2 ORDER BY s.id DESC LIMIT ?3",
                         user, end_of(before), static_cast<std::int64_t>(limit));
  auto read = query.all([](const Query& row) {
    entity::SavedMessage saved;
    saved.id = row.id<EventId>(kMessageColumns);
    saved.at = base::from_millis(row.integer(kMessageColumns + 1));
    saved.message_id = row.id<MessageId>(kMessageColumns + 2);
    if (!row.is_null(0)) {
      saved.message = read_message(row);
    }
    return saved;
  });
  if (!read) {
    return read;
  }
  for (entity::SavedMessage& saved : *read) {
    if (saved.message) {
      if (auto filled = parts_.fill(*saved.message); !filled) {
        return filled.error();
      }
    }
  }
  return read;
}

Result<std::int64_t> Keepsakes::saved_count(UserId user) {
  auto query = db_.query("SELECT count(*) FROM saved WHERE user_id = ?1", user);
  return query.one([](const Query& row) { return row.integer(0); });
}

Status Keepsakes::add_own(UserId viewer, std::span<entity::Message> messages) {
  if (messages.empty()) {
    return base::ok();
  }
  const auto [oldest, newest] = std::minmax_element(
      messages.begin(), messages.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  auto query = db_.query(
      "SELECT message_id FROM saved INDEXED BY saved_message"
      " WHERE user_id = ?1 AND message_id BETWEEN ?2 AND ?3 ORDER BY message_id",
      viewer, oldest->id, newest->id);
  const auto read = query.all([](const Query& row) { return row.id<MessageId>(0); });
  if (!read) {
    return read.error();
  }
  for (entity::Message& message : messages) {
    message.saved = std::binary_search(read->begin(), read->end(), message.id);
  }
  return base::ok();
}

Status Keepsakes::save(UserId user, MessageId message, EventId saved, Time at) {
  auto query = db_.query(
      "INSERT INTO saved(user_id, id, message_id, at) VALUES(?1, ?2, ?3, ?4)"
      " ON CONFLICT DO NOTHING",
      user, saved, message, base::to_millis(at));
  if (auto added = query.run(); !added) {
    return added;
  }
  return db_.changes() == 0 ? Status(Error(Errc::kConflict, "this message is saved already"))
                            : base::ok();
}

Status Keepsakes::unsave(UserId user, MessageId message) {
  auto query = db_.query("DELETE FROM saved WHERE user_id = ?1 AND message_id = ?2", user, message);
  if (auto removed = query.run(); !removed) {
    return removed;
  }
  return db_.changes() == 0 ? Status(Error(Errc::kConflict, "this message is not saved"))
                            : base::ok();
}

Result<std::vector<entity::Mention>> Keepsakes::mentions(UserId user, std::optional<EventId> before,
                                                         std::size_t limit) {
  auto query = db_.query("SELECT " KEEPLINE_MESSAGE_COLUMNS
                         ", n.id FROM mention n"
                         " CROSS JOIN member k ON k.conversation_id = n.conversation_id"
                         "  AND k.user_id = ?1"
                         " CROSS JOIN message_info m ON m.id = n.message_id"
                         " WHERE n.user_id = ?1 AND n.id < ?2 ORDER BY n.id DESC LIMIT ?3",
                         user, end_of(before), static_cast<std::int64_t>(limit));
  auto read = query.all([](const Query& row) {
    return entity::Mention{row.id<EventId>(kMessageColumns), read_message(row)};
  });
  if (!read) {
    return read;
  }
  for (entity::Mention& mention : *read) {
    if (auto filled = parts_.fill(mention.message); !filled) {
      return filled.error();
    }
  }
  return read;
}

Result<std::vector<std::int64_t>> Keepsakes::unread_mentions(ConversationId conversation,
                                                             UserId user, std::int64_t read_seq) {
  auto query = db_.query(
      "SELECT seq FROM mention INDEXED BY mention_unread"
      " WHERE user_id = ?1 AND conversation_id = ?2 AND seq > ?3 ORDER BY seq DESC LIMIT ?4",
      user, conversation, read_seq, static_cast<std::int64_t>(entity::kMentionsShown));
  auto read = query.all([](const Query& row) { return row.integer(0); });
  if (read) {
    std::reverse(read->begin(), read->end());
  }
  return read;
}

Result<std::vector<UserId>> Keepsakes::named_by(EventId event, MessageId message) {
  auto query = db_.query(
      "SELECT user_id FROM mention INDEXED BY mention_message"
      " WHERE message_id = ?1 AND id = ?2 ORDER BY user_id",
      message, event);
  return query.all([](const Query& row) { return row.id<UserId>(0); });
}

}  // namespace keepline::data::sqlite
