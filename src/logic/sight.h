#pragma once

#include <map>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "entity/message.h"
#include "logic/permission.h"

namespace keepline::logic {

using entity::MessageId;

/// What of a conversation's messages somebody may read: everything, or those of their memberships.
/// Whatever shows a message, or a part of one, asks it: pages, quotes, copies, lists, histories.
class Sight {
 public:
  /// The sight of `user`, who is a member now. Who is none sees nothing.
  static base::Result<Sight> of(data::Reader& reader, UserId user, ConversationId conversation);

  bool covers(std::int64_t seq) const;
  /// The newest `limit` messages with seq < before, or the oldest with seq > after: those that are
  /// to be seen, over the gaps between.
  base::Result<entity::MessagePage> before(data::Reader& reader, std::int64_t before,
                                           std::size_t limit) const;
  base::Result<entity::MessagePage> after(data::Reader& reader, std::int64_t after,
                                          std::size_t limit) const;

  /// Blanks a quote of what is not to be seen.
  void hide(entity::Message& message) const;

 private:
  ConversationId conversation_;
  bool all_ = false;
  std::vector<entity::SeqRange> ranges_;
};

/// The sights of one user in several conversations, each read once. Lives as long as one rule.
class Sights {
 public:
  Sights(data::Reader& reader, UserId user) : reader_(reader), user_(user) {}

  base::Result<const Sight*> of(ConversationId conversation);

 private:
  data::Reader& reader_;
  UserId user_;
  std::map<ConversationId, Sight> known_;
};

/// A message that the actor may read, and what can() needs to know about the two.
struct Seen {
  entity::Message message;  ///< with what is the actor's, and no quote that is not for them
  Object object;
  Sight sight;
};

/// The message `id`, where the actor may do `action` to it.
/// Errors: kNotFound - there is none, or the actor may not read it: the same for both; those of
/// can().
base::Result<Seen> seen_message(data::Reader& reader, const Actor& actor, Action action,
                                MessageId id);

/// Adds to messages of one conversation what is the actor's, and hides the quotes that are not.
base::Status show_messages(data::Reader& reader, const Actor& actor, const Sight& sight,
                           std::span<entity::Message> messages);

}  // namespace keepline::logic
