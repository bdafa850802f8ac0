#pragma once

#include "data/sqlite/parts.h"

namespace keepline::data::sqlite {

/// Messages and the keys that make a send happen once, over `message_info` and `send_key`. The
/// connection and the parts outlive this.
class Messages {
 public:
  Messages(Db& db, Parts& parts) : db_(db), parts_(parts) {}

  Result<entity::Message> message(MessageId id);
  Result<SentBefore> sent_before(UserId sender, std::string_view nonce);
  Result<entity::MessagePage> messages_before(ConversationId conversation, std::int64_t before,
                                              std::size_t limit);
  Result<entity::MessagePage> messages_after(ConversationId conversation, std::int64_t after,
                                             std::size_t limit);
  Result<entity::Message> message_at(ConversationId conversation, std::int64_t seq);
  Result<std::int64_t> seq_at(ConversationId conversation, Time at);
  Result<std::vector<entity::Message>> incoming_messages(UserId user, EventId after,
                                                         std::size_t limit);

  /// Stores `message` as number `id` of the log.
  Result<entity::Message> append(const entity::NewMessage& message,
                                 const entity::MessageParts& parts, MessageId id, Time at);

 private:
  /// One message's place, to search by.
  struct Place {
    std::int64_t id = 0;
    std::int64_t seq = 0;
    std::int64_t at = 0;
  };
  static Place read_place(const Query& row);
  /// The first message of `conversation` whose `key` is >= `wanted`, by a search over the ids, with
  /// which it grows; nothing where there is none.
  Result<std::optional<Place>> find(ConversationId conversation, std::int64_t Place::* key,
                                    std::int64_t wanted);
  Result<std::optional<MessageId>> find_seq(ConversationId conversation, std::int64_t seq);
  Result<entity::MessagePage> page(std::vector<entity::Message> messages, std::size_t limit);

  Db& db_;
  Parts& parts_;
};

}  // namespace keepline::data::sqlite
