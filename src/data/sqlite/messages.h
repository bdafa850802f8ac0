#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// Messages and the keys that make a send happen once, over `message_info` and `send_key`. The
/// connection outlives this.
class Messages {
 public:
  explicit Messages(Db& db) : db_(db) {}

  Result<entity::Message> message(MessageId id);
  Result<SentBefore> sent_before(UserId sender, std::string_view nonce);
  Result<entity::MessagePage> messages_before(ConversationId conversation, std::int64_t before,
                                              std::size_t limit);
  Result<entity::MessagePage> messages_after(ConversationId conversation, std::int64_t after,
                                             std::size_t limit);
  Result<std::vector<entity::Message>> incoming_messages(UserId user, EventId after,
                                                         std::size_t limit);

  /// Stores `message` as number `id` of the log.
  Result<entity::Message> append(const entity::NewMessage& message, MessageId id, Time at);

 private:
  /// The least id in `conversation` whose seq is >= `seq`; nothing where there is none.
  Result<std::optional<MessageId>> find_seq(ConversationId conversation, std::int64_t seq);

  Db& db_;
};

}  // namespace keepline::data::sqlite
