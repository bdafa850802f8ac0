#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entity/conversation.h"

namespace keepline::entity {

/// One message. Its id is its position in the log.
struct Message {
  MessageId id;
  ConversationId conversation;
  std::int64_t seq = 0;  ///< dense within the conversation, from 1
  UserId sender;
  Time at{};
  std::string text;  ///< 1-16 000 code points of well-formed UTF-8 without NUL
};

/// What a client asks to be stored.
struct NewMessage {
  ConversationId conversation;
  UserId sender;
  std::string nonce;  ///< the client's own name for this message: 1-64 bytes
  std::string text;
  Time at{};
};

/// What became of a NewMessage.
struct Sent {
  Message message;
  bool repeated = false;  ///< this nonce was stored before: nothing new was
};

/// A run of a conversation's messages, oldest first.
struct MessagePage {
  std::vector<Message> messages;
  bool more = false;  ///< there are further messages in the direction asked for
};

/// A row of a user's list of conversations.
struct ConversationView {
  Conversation conversation;
  Member me;
  EventId position;                           ///< where it stands in the list: its newest message,
                                              ///< or `me` joining where that is later
  std::optional<User> peer;                   ///< the other one, in a direct conversation
  std::optional<std::int64_t> peer_read_seq;  ///< how far they have read, where both share receipts
  std::optional<Message> last_message;
};

}  // namespace keepline::entity
