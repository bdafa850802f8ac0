#include "logic/lists_rules.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "logic/facts.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/sight.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Result;
using base::Status;
using data::Reader;

/// Shows `message` as the actor may see it; nothing where they may not.
Result<bool> show_one(Reader& reader, Actor actor, Sights& sights, entity::Message& message) {
  auto sight = sights.of(message.conversation);
  if (!sight) {
    return sight.error();
  }
  if (!(*sight)->covers(message.seq)) {
    return false;
  }
  if (auto shown = show_messages(reader, actor, **sight, {&message, 1}); !shown) {
    return shown.error();
  }
  return true;
}

/// The seq at which the page begins that the wish is about.
Result<std::int64_t> wished_seq(Reader& reader, ConversationId conversation,
                                const Messages::AroundWish& wish) {
  if (wish.seq) {
    return *wish.seq;
  }
  auto seq = reader.seq_at(conversation, *wish.at);
  if (!seq && seq.error().code == Errc::kNotFound) {
    return base::kIdMax;  // nothing is that new
  }
  return seq;
}

}  // namespace

Result<entity::MessagesAround> messages_around(Reader& reader, Actor actor,
                                               ConversationId conversation,
                                               const Messages::AroundWish& wish) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadMessages, conversation);
      !allowed) {
    return allowed.error();
  }
  if (wish.seq.has_value() == wish.at.has_value()) {
    return base::Error(Errc::kBadValue, "either around or at", "around");
  }
  auto sight = Sight::of(reader, actor.user, conversation);
  if (!sight) {
    return sight.error();
  }
  const auto seq = wished_seq(reader, conversation, wish);
  if (!seq) {
    return seq.error();
  }
  // A page about a place shows as much before it as after it; one from a moment on begins there.
  const std::size_t limit = page_limit(wish.limit);
  const std::size_t before_max = wish.seq ? (limit - 1) / 2 : 0;
  entity::MessagesAround around;
  auto older = sight->before(reader, *seq, std::max<std::size_t>(before_max, 1));
  if (!older) {
    return older.error();
  }
  around.more_before = older->more || (before_max == 0 && !older->messages.empty());
  if (before_max > 0) {
    around.messages = std::move(older->messages);
  }
  auto newer = sight->after(reader, *seq - 1, limit - around.messages.size());
  if (!newer) {
    return newer.error();
  }
  around.more_after = newer->more;
  around.messages.insert(around.messages.end(), std::make_move_iterator(newer->messages.begin()),
                         std::make_move_iterator(newer->messages.end()));
  if (auto shown = show_messages(reader, actor, *sight, around.messages); !shown) {
    return shown.error();
  }
  return around;
}

Result<entity::Message> get_message(Reader& reader, Actor actor, MessageId id) {
  auto seen = seen_message(reader, actor, Action::kReadMessage, id);
  return seen ? Result<entity::Message>(std::move(seen->message)) : seen.error();
}

Result<std::vector<entity::EarlierText>> list_earlier_texts(Reader& reader, Actor actor,
                                                            MessageId id) {
  auto seen = seen_message(reader, actor, Action::kReadEdits, id);
  if (!seen) {
    return seen.error();
  }
  return reader.earlier_texts(id);
}

Result<std::vector<entity::Pin>> list_pins(Reader& reader, Actor actor,
                                           ConversationId conversation) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadPins, conversation);
      !allowed) {
    return allowed.error();
  }
  auto pins = reader.pins(conversation);
  if (!pins) {
    return pins.error();
  }
  Sights sights(reader, actor.user);
  std::vector<entity::Pin> shown;
  for (entity::Pin& pin : *pins) {
    const auto seen = show_one(reader, actor, sights, pin.message);
    if (!seen) {
      return seen.error();
    }
    if (*seen) {
      shown.push_back(std::move(pin));
    }
  }
  return shown;
}

Result<Messages::ListPage<entity::Mention>> list_mentions(Reader& reader, Actor actor,
                                                          std::optional<EventId> before,
                                                          std::size_t limit) {
  if (auto allowed = can(actor, Action::kReadMentions); !allowed) {
    return allowed.error();
  }
  limit = page_limit(limit);
  auto mentions = reader.mentions(actor.user, before, limit);
  if (!mentions) {
    return mentions.error();
  }
  Messages::ListPage<entity::Mention> page;
  if (mentions->size() == limit) {
    page.next = mentions->back().id;
  }
  Sights sights(reader, actor.user);
  for (entity::Mention& mention : *mentions) {
    const auto seen = show_one(reader, actor, sights, mention.message);
    if (!seen) {
      return seen.error();
    }
    if (*seen) {
      page.rows.push_back(std::move(mention));
    }
  }
  return page;
}

Result<Messages::ListPage<entity::SavedMessage>> list_saved(Reader& reader, Actor actor,
                                                            std::optional<EventId> before,
                                                            std::size_t limit) {
  if (auto allowed = can(actor, Action::kReadSaved); !allowed) {
    return allowed.error();
  }
  limit = page_limit(limit);
  auto saved = reader.saved(actor.user, before, limit);
  if (!saved) {
    return saved.error();
  }
  Messages::ListPage<entity::SavedMessage> page;
  if (saved->size() == limit) {
    page.next = saved->back().id;
  }
  Sights sights(reader, actor.user);
  for (entity::SavedMessage& row : *saved) {
    if (row.message) {
      const auto seen = show_one(reader, actor, sights, *row.message);
      if (!seen) {
        return seen.error();
      }
      if (!*seen) {
        row.message.reset();
      }
    }
    page.rows.push_back(std::move(row));
  }
  return page;
}

}  // namespace keepline::logic
