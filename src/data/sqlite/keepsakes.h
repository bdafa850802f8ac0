#pragma once

#include "data/sqlite/parts.h"

namespace keepline::data::sqlite {

/// Messages that are kept in sight: pinned for all, saved for oneself, or naming somebody. Over
/// `pin`, `saved` and `mention`. The connection and the parts outlive this.
class Keepsakes {
 public:
  Keepsakes(Db& db, Parts& parts) : db_(db), parts_(parts) {}

  Result<std::vector<entity::Pin>> pins(ConversationId conversation);
  Status add_pin(MessageId message, UserId user, EventId pinned, Time at);
  Status remove_pin(MessageId message);

  Result<std::vector<entity::SavedMessage>> saved(UserId user, std::optional<EventId> before,
                                                  std::size_t limit);
  Result<std::int64_t> saved_count(UserId user);
  /// Says of each message whether `viewer` saved it.
  Status add_own(UserId viewer, std::span<entity::Message> messages);
  Status save(UserId user, MessageId message, EventId saved, Time at);
  Status unsave(UserId user, MessageId message);

  Result<std::vector<entity::Mention>> mentions(UserId user, std::optional<EventId> before,
                                                std::size_t limit);
  /// The seqs of messages behind `read_seq` that name `user`: the newest, in order.
  Result<std::vector<std::int64_t>> unread_mentions(ConversationId conversation, UserId user,
                                                    std::int64_t read_seq);
  /// Whom `event`, a message or an edit, named.
  Result<std::vector<UserId>> named_by(EventId event, MessageId message);

 private:
  Db& db_;
  Parts& parts_;
};

}  // namespace keepline::data::sqlite
