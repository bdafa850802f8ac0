#pragma once

#include "data/sqlite/keepsakes.h"
#include "data/sqlite/marks.h"
#include "data/sqlite/parts.h"

namespace keepline::data::sqlite {

/// Conversations and who is in them, over `conversation`, `member` and `member_span`. The
/// connection and the other nouns outlive this.
class Conversations {
 public:
  Conversations(Db& db, Parts& parts, Keepsakes& keepsakes, Marks& marks)
      : db_(db), parts_(parts), keepsakes_(keepsakes), marks_(marks) {}

  Result<entity::Conversation> conversation(ConversationId id);
  Result<ConversationId> direct_conversation(UserId a, UserId b);
  Result<entity::Member> member(ConversationId conversation, UserId user);
  Result<std::vector<entity::Member>> members(ConversationId conversation, UserId after,
                                              std::size_t limit);
  Result<std::vector<entity::ConversationView>> conversations(UserId user,
                                                              std::optional<EventId> before,
                                                              std::size_t limit);
  Result<entity::ConversationView> conversation_view(ConversationId conversation, UserId user);
  Result<std::vector<entity::Member>> find_members(ConversationId conversation,
                                                   std::string_view key, UserId after,
                                                   std::size_t limit);
  Result<std::int64_t> owner_count(ConversationId conversation);
  Result<std::vector<entity::SeqRange>> member_ranges(ConversationId conversation, UserId user);

  Result<ConversationId> add_direct_conversation(UserId a, UserId b);
  Result<ConversationId> add_conversation(entity::ConversationKind kind, std::string_view title);
  Status update_conversation(const entity::Conversation& conversation);
  Status add_member(ConversationId conversation, UserId user, entity::Role role, EventId joined);
  Status remove_member(ConversationId conversation, UserId user, EventId left);
  Status set_read(ConversationId conversation, UserId user, std::int64_t seq);
  Status set_role(ConversationId conversation, UserId user, entity::Role role);
  Status set_silenced(ConversationId conversation, UserId user, std::optional<Time> until);

 private:
  /// Adds what is not in the row of the list itself: the other one, how far they have read, and the
  /// newest message; and how it stands with its member alone.
  Status complete(entity::ConversationView& view, UserId peer);
  Status add_last_message(entity::ConversationView& view);
  Status fill_last_message(entity::ConversationView& view);
  Status add_marks(entity::ConversationView& view);

  Db& db_;
  Parts& parts_;
  Keepsakes& keepsakes_;
  Marks& marks_;
};

}  // namespace keepline::data::sqlite
