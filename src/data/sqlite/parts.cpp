#include "data/sqlite/parts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "data/sqlite/rows.h"
#include "entity/validate.h"

namespace keepline::data::sqlite {

using entity::Message;

Status Parts::fill(std::span<Message> messages) {
  for (Message& message : messages) {
    if (auto filled = fill(message); !filled) {
      return filled;
    }
  }
  return base::ok();
}

Status Parts::fill(Message& message) {
  if (message.deleted) {
    return fill_deletion(message);
  }
  if (message.edited_at || message.reply_to || message.origin || !message.reactions.empty()) {
    if (auto filled = fill_rows(message); !filled) {
      return filled;
    }
  }
  if (message.reply_to) {
    if (auto filled = fill_quote(*message.reply_to); !filled) {
      return filled;
    }
  }
  if (!message.mentions.empty()) {
    if (auto filled = fill_mentions(message); !filled) {
      return filled;
    }
  }
  return message.reactions.empty() ? base::ok() : fill_reactions(message);
}

Status Parts::fill_deletion(Message& message) {
  auto query = db_.query("SELECT deleted_at, deleted_by FROM message_part WHERE message_id = ?1",
                         message.id);
  const auto read = query.one([](const Query& row) {
    return entity::Deletion{base::from_millis(row.integer(0)), row.id<UserId>(1)};
  });
  if (!read) {
    return read.error();
  }
  message.deleted = *read;
  return base::ok();
}

Status Parts::fill_rows(Message& message) {
  auto query = db_.query(
      "SELECT reply_id, reply_seq, origin_id, origin_name, origin_kind, edited_at, reaction_version"
      " FROM message_part WHERE message_id = ?1",
      message.id);
  const auto row = query.step();
  if (!row) {
    return row.error();
  }
  if (!*row) {
    return Error(Errc::kInternal, "a message has lost what belongs to it");
  }
  if (message.reply_to) {
    message.reply_to->id = query.id<MessageId>(0);
    message.reply_to->seq = query.integer(1);
  }
  if (message.origin) {
    message.origin = entity::Origin{query.id<UserId>(2), query.text(3),
                                    static_cast<entity::ConversationKind>(query.integer(4))};
  }
  if (message.edited_at) {
    message.edited_at = base::from_millis(query.integer(5));
  }
  message.reaction_version = query.id<EventId>(6);
  return base::ok();
}

Status Parts::fill_quote(entity::Quote& quote) {
  static_assert(entity::kQuoteMax == 140 && kDeleted == 1);
  auto query = db_.query(
      "SELECT sender_id, substr(body, 1, 140) FROM message_info WHERE id = ?1 AND flags & 1 = 0",
      quote.id);
  const auto row = query.step();
  if (!row) {
    return row.error();
  }
  if (!*row) {
    quote = {quote.seq, {}, {}, {}};
    return base::ok();
  }
  quote.sender = query.id<UserId>(0);
  quote.text = query.text(1);
  return base::ok();
}

Status Parts::fill_mentions(Message& message) {
  auto query = db_.query(
      "SELECT user_id FROM mention INDEXED BY mention_message WHERE message_id = ?1"
      " ORDER BY user_id",
      message.id);
  auto read = query.all([](const Query& row) { return row.id<UserId>(0); });
  if (!read) {
    return read.error();
  }
  message.mentions = std::move(*read);
  return base::ok();
}

Status Parts::fill_reactions(Message& message) {
  {
    auto query = db_.query(
        "SELECT emoji, count FROM reaction_count WHERE message_id = ?1 ORDER BY since, emoji",
        message.id);
    auto read = query.all([](const Query& row) {
      entity::Reaction reaction;
      reaction.emoji = row.text(0);
      reaction.count = row.integer(1);
      return reaction;
    });
    if (!read) {
      return read.error();
    }
    message.reactions = std::move(*read);
  }
  for (entity::Reaction& reaction : message.reactions) {
    auto query = db_.query(
        "SELECT user_id FROM reaction WHERE message_id = ?1 AND emoji = ?2"
        " ORDER BY user_id LIMIT ?3",
        message.id, std::string_view(reaction.emoji),
        static_cast<std::int64_t>(entity::kReactionUsersShown));
    auto read = query.all([](const Query& row) { return row.id<UserId>(0); });
    if (!read) {
      return read.error();
    }
    reaction.users = std::move(*read);
  }
  return base::ok();
}

Status Parts::show_to_all(Message& message) {
  if (!message.reply_to || !message.reply_to->id) {
    return base::ok();
  }
  // Direct conversations are both members' from their first message on.
  static_assert(static_cast<int>(entity::ConversationKind::kDirect) == 0);
  static_assert(static_cast<int>(entity::Access::kOpen) == 1);
  static_assert(static_cast<int>(entity::History::kAll) == 1);
  static_assert(entity::kGroupMembersMax == 200);
  auto query = db_.query(
      "SELECT c.kind = 0 OR c.access = 1 OR c.history = 1 OR (c.member_count <= 200 AND"
      " coalesce((SELECT max(joined_seq) FROM member WHERE conversation_id = c.id), 0) < ?2)"
      " FROM conversation c WHERE c.id = ?1",
      message.conversation, message.reply_to->seq);
  const auto shown = query.one([](const Query& row) { return row.integer(0) != 0; });
  if (!shown) {
    return shown.error();
  }
  if (!*shown) {
    message.reply_to = entity::Quote{message.reply_to->seq, {}, {}, {}};
  }
  return base::ok();
}

Status Parts::show_to(UserId user, Message& message) {
  if (!message.reply_to || !message.reply_to->id) {
    return base::ok();
  }
  auto query = db_.query(
      "SELECT EXISTS(SELECT 1 FROM conversation WHERE id = ?2 AND (access = 1 OR history = 1)) OR"
      " EXISTS(SELECT 1 FROM member_span WHERE user_id = ?1 AND conversation_id = ?2"
      "  AND from_seq < ?3 AND (to_seq IS NULL OR ?3 <= to_seq))",
      user, message.conversation, message.reply_to->seq);
  const auto shown = query.one([](const Query& row) { return row.integer(0) != 0; });
  if (!shown) {
    return shown.error();
  }
  if (!*shown) {
    message.reply_to = entity::Quote{message.reply_to->seq, {}, {}, {}};
  }
  return base::ok();
}

Status Parts::flag(MessageId message, std::int64_t set, std::int64_t clear) {
  auto query = db_.query("UPDATE message_info SET flags = (flags | ?2) & ~?3 WHERE id = ?1",
                         message, set, clear);
  return query.run_one();
}

Status Parts::add_mention(UserId user, EventId id, const Message& message) {
  auto query = db_.query(
      "INSERT INTO mention(user_id, id, message_id, conversation_id, seq)"
      " VALUES(?1, ?2, ?3, ?4, ?5)",
      user, id, message.id, message.conversation, message.seq);
  return query.run();
}

Result<std::int64_t> Parts::add(const Message& message, const entity::MessageParts& parts) {
  std::int64_t flags = 0;
  if (parts.reply_to || parts.origin) {
    flags |= parts.reply_to ? kReply : 0;
    flags |= parts.origin ? kForwarded : 0;
    std::optional<MessageId> reply_id;
    std::optional<std::int64_t> reply_seq;
    if (parts.reply_to) {
      reply_id = parts.reply_to->id;
      reply_seq = parts.reply_to->seq;
    }
    std::optional<UserId> origin_id;
    std::optional<std::string_view> origin_name;
    std::optional<std::int64_t> origin_kind;
    if (parts.origin) {
      origin_id = parts.origin->sender;
      origin_name = parts.origin->name;
      origin_kind = static_cast<std::int64_t>(parts.origin->kind);
    }
    auto query = db_.query(
        "INSERT INTO message_part(message_id, reply_id, reply_seq, origin_id, origin_name,"
        " origin_kind) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        message.id, reply_id, reply_seq, origin_id, origin_name, origin_kind);
    if (auto added = query.run(); !added) {
      return added.error();
    }
  }
  flags |= parts.here ? kNamesAll : parts.mentions.empty() ? 0 : kNames;
  for (const UserId user : parts.mentions) {
    if (auto added = add_mention(user, message.id, message); !added) {
      return added.error();
    }
  }
  return flags;
}

Result<std::vector<entity::EarlierText>> Parts::earlier_texts(MessageId message) {
  auto query = db_.query("SELECT body, at FROM message_edit WHERE message_id = ?1 ORDER BY version",
                         message);
  return query.all([](const Query& row) {
    return entity::EarlierText{row.text(0), base::from_millis(row.integer(1))};
  });
}

Result<std::int64_t> Parts::edit_count(MessageId message) {
  auto query = db_.query("SELECT count(*) FROM message_edit WHERE message_id = ?1", message);
  return query.one([](const Query& row) { return row.integer(0); });
}

Result<std::vector<UserId>> Parts::edit(const entity::MessageEdit& edit, Time at) {
  Message before;
  {
    auto query = db_.query(
        "SELECT " KEEPLINE_MESSAGE_COLUMNS " FROM message_info m WHERE m.id = ?1", edit.message);
    auto read = query.one([](const Query& row) { return read_message(row); });
    if (!read) {
      return read.error();
    }
    before = std::move(*read);
  }
  if (auto filled = fill(before); !filled) {
    return filled.error();
  }
  {
    auto query =
        db_.query("INSERT INTO message_edit(message_id, version, at, body) VALUES(?1, ?2, ?3, ?4)",
                  edit.message, edit.id, base::to_millis(before.edited_at.value_or(before.at)),
                  std::string_view(before.text));
    if (auto kept = query.run(); !kept) {
      return kept.error();
    }
  }
  {
    auto query = db_.query(
        "INSERT INTO message_part(message_id, edited_at) VALUES(?1, ?2)"
        " ON CONFLICT(message_id) DO UPDATE SET edited_at = excluded.edited_at",
        edit.message, base::to_millis(at));
    if (auto noted = query.run(); !noted) {
      return noted.error();
    }
  }
  {
    auto query = db_.query("UPDATE message_info SET body = ?2, version = ?3 WHERE id = ?1",
                           edit.message, std::string_view(edit.text), edit.id);
    if (auto changed = query.run_one(); !changed) {
      return changed.error();
    }
  }
  auto added = rename(edit, before);
  if (!added) {
    return added;
  }
  const std::int64_t names = edit.here ? kNamesAll : edit.mentions.empty() ? 0 : kNames;
  if (auto flagged = flag(edit.message, kEdited | names, (kNames | kNamesAll) & ~names); !flagged) {
    return flagged.error();
  }
  return added;
}

Result<std::vector<UserId>> Parts::rename(const entity::MessageEdit& edit, const Message& before) {
  std::vector<UserId> added;
  if (edit.here && before.here) {
    return added;  // who came since was not there to be named
  }
  Message named = before;
  if (before.here) {
    if (auto filled = fill_mentions(named); !filled) {
      return filled.error();
    }
  }
  std::vector<UserId> dropped;
  std::set_difference(named.mentions.begin(), named.mentions.end(), edit.mentions.begin(),
                      edit.mentions.end(), std::back_inserter(dropped));
  std::set_difference(edit.mentions.begin(), edit.mentions.end(), named.mentions.begin(),
                      named.mentions.end(), std::back_inserter(added));
  for (const UserId user : dropped) {
    auto query = db_.query(
        "DELETE FROM mention INDEXED BY mention_message WHERE message_id = ?1 AND user_id = ?2",
        before.id, user);
    if (auto gone = query.run(); !gone) {
      return gone.error();
    }
  }
  for (const UserId user : added) {
    if (auto done = add_mention(user, edit.id, before); !done) {
      return done.error();
    }
  }
  return added;
}

Status Parts::erase(MessageId message, UserId by, EventId deleted, Time at) {
  // Of the key what could tell the text goes: it still makes a repeated send one.
  for (const Sql statement : {Sql("DELETE FROM message_part WHERE message_id = ?1"),
                              Sql("DELETE FROM message_edit WHERE message_id = ?1"),
                              Sql("DELETE FROM reaction WHERE message_id = ?1"),
                              Sql("DELETE FROM reaction_count WHERE message_id = ?1"),
                              Sql("DELETE FROM pin WHERE message_id = ?1"),
                              Sql("DELETE FROM mention WHERE message_id = ?1"),
                              Sql("UPDATE send_key SET body_hash = x'' WHERE message_id = ?1")}) {
    auto query = db_.query(statement, message);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  {
    auto query =
        db_.query("INSERT INTO message_part(message_id, deleted_at, deleted_by) VALUES(?1, ?2, ?3)",
                  message, base::to_millis(at), by);
    if (auto noted = query.run(); !noted) {
      return noted;
    }
  }
  static_assert(kDeleted == 1);
  auto query = db_.query("UPDATE message_info SET body = '', flags = 1, version = ?2 WHERE id = ?1",
                         message, deleted);
  return query.run_one();
}

}  // namespace keepline::data::sqlite
