#include "data/sqlite/reactions.h"

#include "data/sqlite/rows.h"

namespace keepline::data::sqlite {

Result<std::vector<std::string>> Reactions::emojis(MessageId message, UserId user) {
  // A message has few emoji, whoever gave them.
  auto query = db_.query(
      "SELECT c.emoji FROM reaction_count c CROSS JOIN reaction r"
      " ON r.message_id = c.message_id AND r.emoji = c.emoji AND r.user_id = ?2"
      " WHERE c.message_id = ?1 ORDER BY c.since, c.emoji",
      message, user);
  return query.all([](const Query& row) { return row.text(0); });
}

Status Reactions::add_own(UserId viewer, entity::Message& message) {
  for (entity::Reaction& reaction : message.reactions) {
    auto query =
        db_.query("SELECT 1 FROM reaction WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3",
                  message.id, std::string_view(reaction.emoji), viewer);
    const auto row = query.step();
    if (!row) {
      return row.error();
    }
    reaction.mine = *row;
  }
  return base::ok();
}

Status Reactions::note(MessageId message, EventId version) {
  auto query = db_.query(
      "INSERT INTO message_part(message_id, reaction_version) VALUES(?1, ?2)"
      " ON CONFLICT(message_id) DO UPDATE SET reaction_version = excluded.reaction_version",
      message, version);
  if (auto noted = query.run(); !noted) {
    return noted;
  }
  return parts_.flag(message, kReactions);
}

Status Reactions::add(MessageId message, UserId user, std::string_view emoji, EventId added) {
  {
    auto query = db_.query(
        "INSERT INTO reaction(message_id, emoji, user_id) VALUES(?1, ?2, ?3)"
        " ON CONFLICT DO NOTHING",
        message, emoji, user);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  if (db_.changes() == 0) {
    return Error(Errc::kConflict, "this reaction is there already");
  }
  {
    auto query = db_.query(
        "INSERT INTO reaction_count(message_id, emoji, since, count) VALUES(?1, ?2, ?3, 1)"
        " ON CONFLICT DO UPDATE SET count = count + 1",
        message, emoji, added);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  return note(message, added);
}

Status Reactions::remove(MessageId message, UserId user, std::string_view emoji, EventId removed) {
  {
    auto query =
        db_.query("DELETE FROM reaction WHERE message_id = ?1 AND emoji = ?2 AND user_id = ?3",
                  message, emoji, user);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  if (db_.changes() == 0) {
    return Error(Errc::kConflict, "this reaction is not there");
  }
  {
    auto query = db_.query(
        "UPDATE reaction_count SET count = count - 1 WHERE message_id = ?1 AND emoji = ?2", message,
        emoji);
    if (auto done = query.run_one(); !done) {
      return done;
    }
  }
  {
    auto query =
        db_.query("DELETE FROM reaction_count WHERE message_id = ?1 AND emoji = ?2 AND count = 0",
                  message, emoji);
    if (auto done = query.run(); !done) {
      return done;
    }
  }
  return note(message, removed);
}

}  // namespace keepline::data::sqlite
