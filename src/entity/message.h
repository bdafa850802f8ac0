#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "entity/conversation.h"
#include "entity/mark.h"

namespace keepline::entity {

/// What of a message that another answers is shown beside the answer.
struct Quote {
  std::int64_t seq = 0;
  MessageId id;      ///< none: the rest is not to be shown, as that message was deleted, or is not
                     ///< everybody's who is told
  UserId sender;     ///< likewise
  std::string text;  ///< its first kQuoteMax code points
};

/// Where a forwarded text comes from, as it was when it was forwarded. It names no message: whoever
/// gets it may not be able to go there.
struct Origin {
  UserId sender;
  std::string name;  ///< their display name
  ConversationKind kind = ConversationKind::kDirect;

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// One emoji on a message.
struct Reaction {
  std::string emoji;
  std::int64_t count = 0;
  bool mine = false;          ///< whoever reads gave it; in events it means nothing
  std::vector<UserId> users;  ///< at most kReactionUsersShown of those who gave it, by id
};

/// What is left to say of a message that was deleted.
struct Deletion {
  Time at{};
  UserId by;
};

/// One message. Its id is its position in the log.
///
/// Most say nothing below `text`: what does is stored in sparse rows of their own.
struct Message {
  MessageId id;
  ConversationId conversation;
  std::int64_t seq = 0;  ///< dense within the conversation, from 1
  UserId sender;
  Time at{};
  std::string text;  ///< 1-16 000 code points of well-formed UTF-8 without NUL; empty: deleted

  EventId version;  ///< log position of its last edit or deletion; none: there was neither
  std::optional<Time> edited_at;
  std::optional<Deletion> deleted;  ///< then nothing of what follows is left, but pinned = false
  std::optional<Quote> reply_to;
  std::optional<Origin> origin;     ///< it was forwarded
  std::vector<UserId> mentions;     ///< whom it names, by id; empty where it names everybody
  bool here = false;                ///< it names everybody who was a member
  std::vector<Reaction> reactions;  ///< the first to be given first
  EventId reaction_version;         ///< log position of the last change of a reaction
  bool pinned = false;
  bool saved = false;  ///< by whoever reads
};

/// Whom a text names, as written: resolved to members only when it is stored.
struct Called {
  /// For each name that was written the casefolded names it may stand for, the longest first.
  std::vector<std::vector<std::string>> names;
  bool here = false;

  bool empty() const { return names.empty() && !here; }
};

/// What a client asks to be stored.
struct NewMessage {
  ConversationId conversation;
  UserId sender;
  std::string nonce;  ///< the client's own name for this message: 1-64 bytes
  std::string text;   ///< empty where `forward` is set
  Time at{};
  std::optional<std::int64_t> reply_to;  ///< seq, in the same conversation
  MessageId forward;                     ///< none, or the message whose text it repeats
  Called called;                         ///< in `text`

  /// Whether it is a text and nothing else: those are stored as one row.
  bool plain() const { return !reply_to && !forward && called.empty(); }
};

/// What the rules have made of a NewMessage.
struct MessageParts {
  std::optional<Quote> reply_to;  ///< `seq` and `id`
  std::optional<Origin> origin;   ///< then `text` is in place of the NewMessage's
  std::string text;
  std::vector<UserId> mentions;  ///< by id, without the sender; all of them where `here` is set
  bool here = false;
};

struct MessageEdit {
  MessageId message;
  EventId id;  ///< of the event that says so
  std::string text;
  std::vector<UserId> mentions;  ///< as above
  bool here = false;
};

/// A text that a message had before it was edited.
struct EarlierText {
  std::string text;
  Time at{};  ///< when it was written
};

/// A message that is kept in sight of all who read the conversation.
struct Pin {
  EventId id;  ///< log position of the pinning
  Time at{};
  UserId user;  ///< who pinned it
  Message message;
};

/// A message that names somebody.
struct Mention {
  EventId id;  ///< log position of the message, or of the edit that added the name
  Message message;
};

/// A message that somebody keeps for themselves.
struct SavedMessage {
  EventId id;  ///< log position of the saving
  Time at{};
  MessageId message_id;
  std::optional<Message> message;  ///< nothing: its owner may no longer read it
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

/// A run of messages about one place.
struct MessagesAround {
  std::vector<Message> messages;
  bool more_before = false;
  bool more_after = false;
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
  Mine mine;
  std::vector<std::int64_t> mentions;  ///< seqs of unread messages that name `me`, in order: the
                                       ///< newest kMentionsShown
};

}  // namespace keepline::entity
