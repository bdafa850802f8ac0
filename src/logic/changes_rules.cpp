#include "logic/changes_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "entity/validate.h"
#include "logic/compose.h"
#include "logic/sight.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Transaction;
using entity::EventKind;
using entity::Message;

Error deleted() { return {Errc::kConflict, "this message was deleted"}; }

/// The id that the next event gets: what is written before it says so already.
Result<EventId> next_id(Transaction& tx) {
  auto position = tx.position();
  return position ? Result<EventId>(EventId(position->head.value + 1)) : position.error();
}

entity::Event event_in(const Message& message, Actor actor, EventKind kind) {
  entity::Event event;
  event.kind = kind;
  event.stream = entity::Stream::of(message.conversation);
  event.actor = actor.user;
  return event;
}

entity::MessagePlace place_of(const Message& message) {
  return {message.id, message.conversation, message.seq};
}

/// The message as it now is: recorded for all, returned as the actor sees it.
Result<Message> say_changed(Transaction& tx, Actor actor, const Seen& seen, EventKind kind,
                            std::vector<UserId> new_mentions) {
  auto message = tx.message(seen.message.id);
  if (!message) {
    return message.error();
  }
  entity::Event event = event_in(*message, actor, kind);
  event.data = entity::MessageChange{*message, std::move(new_mentions)};
  if (auto recorded = tx.record(std::move(event)); !recorded) {
    return recorded.error();
  }
  if (auto shown = show_messages(tx, actor, seen.sight, {&*message, 1}); !shown) {
    return shown.error();
  }
  return message;
}

/// Tells the actor's other devices.
Status say_saved(Transaction& tx, Actor actor, const Message& message, bool saved) {
  entity::Event event;
  event.kind = EventKind::kSaved;
  event.stream = entity::Stream::of(actor.user);
  event.actor = actor.user;
  event.data = entity::SavedChange{place_of(message), saved};
  auto recorded = tx.record(std::move(event));
  return recorded ? base::ok() : Status(recorded.error());
}

}  // namespace

Result<Message> edit_message(Transaction& tx, Actor actor, MessageId id, const std::string& text,
                             const entity::Called& called, EventId version) {
  auto seen = seen_message(tx, actor, Action::kEditMessage, id);
  if (!seen) {
    return seen.error();
  }
  const Message& message = seen->message;
  if (message.deleted) {
    return deleted();
  }
  if (message.origin) {
    return Error(Errc::kConflict, "what was forwarded is another's text");
  }
  if (message.version != version) {
    return Error(Errc::kConflict, "it was changed meanwhile", "version");
  }
  if (message.text == text) {
    return message;
  }
  auto earlier = tx.edit_count(id);
  if (!earlier) {
    return earlier.error();
  }
  if (*earlier >= static_cast<std::int64_t>(entity::kEditsMax)) {
    return Error(Errc::kConflict,
                 fmt::format("a message is edited at most {} times", entity::kEditsMax));
  }
  auto named = named_members(tx, message.conversation, message.sender, called);
  if (!named) {
    return named.error();
  }
  const auto next = next_id(tx);
  if (!next) {
    return next.error();
  }
  auto added = tx.edit_message({id, *next, text, *std::move(named), called.here});
  if (!added) {
    return added.error();
  }
  return say_changed(tx, actor, *seen, EventKind::kEdited, *std::move(added));
}

Result<Message> delete_message(Transaction& tx, Actor actor, MessageId id) {
  auto seen = seen_message(tx, actor, Action::kDeleteMessage, id);
  if (!seen) {
    return seen.error();
  }
  if (seen->message.deleted) {
    return std::move(seen->message);
  }
  const auto next = next_id(tx);
  if (!next) {
    return next.error();
  }
  if (auto gone = tx.delete_message(id, actor.user, *next); !gone) {
    return gone.error();
  }
  return say_changed(tx, actor, *seen, EventKind::kDeleted, {});
}

Result<Message> react(Transaction& tx, Actor actor, MessageId id, const std::string& emoji,
                      bool give) {
  auto seen = seen_message(tx, actor, Action::kReact, id);
  if (!seen) {
    return seen.error();
  }
  const std::vector<entity::Reaction>& there = seen->message.reactions;
  const auto known = std::find_if(there.begin(), there.end(),
                                  [&](const auto& reaction) { return reaction.emoji == emoji; });
  if ((known != there.end() && known->mine) == give) {
    return std::move(seen->message);
  }
  if (seen->message.deleted) {
    return deleted();
  }
  if (give && known == there.end() && there.size() >= entity::kReactionsMax) {
    return Error(Errc::kConflict,
                 fmt::format("at most {} different emoji on a message", entity::kReactionsMax));
  }
  const auto next = next_id(tx);
  if (!next) {
    return next.error();
  }
  if (auto changed = give ? tx.add_reaction(id, actor.user, emoji, *next)
                          : tx.remove_reaction(id, actor.user, emoji, *next);
      !changed) {
    return changed.error();
  }
  auto message = tx.message(id);
  if (!message) {
    return message.error();
  }
  auto emojis = tx.emojis(id, actor.user);
  if (!emojis) {
    return emojis.error();
  }
  entity::Event event = event_in(*message, actor, EventKind::kReaction);
  event.data = entity::ReactionChange{place_of(*message), actor.user, *std::move(emojis),
                                      message->reactions, *next};
  if (auto recorded = tx.record(std::move(event)); !recorded) {
    return recorded.error();
  }
  if (auto shown = show_messages(tx, actor, seen->sight, {&*message, 1}); !shown) {
    return shown.error();
  }
  return message;
}

Status pin(Transaction& tx, Actor actor, MessageId id, bool pinned) {
  auto seen = seen_message(tx, actor, Action::kPin, id);
  if (!seen) {
    return seen.error();
  }
  if (seen->message.pinned == pinned) {
    return base::ok();
  }
  if (seen->message.deleted) {
    return deleted();
  }
  if (pinned) {
    auto pins = tx.pins(seen->message.conversation);
    if (!pins) {
      return pins.error();
    }
    if (pins->size() >= entity::kPinsMax) {
      return Error(Errc::kConflict,
                   fmt::format("at most {} messages are pinned", entity::kPinsMax));
    }
  }
  const auto next = next_id(tx);
  if (!next) {
    return next.error();
  }
  if (auto changed = pinned ? tx.add_pin(id, actor.user, *next) : tx.remove_pin(id); !changed) {
    return changed;
  }
  entity::Event event =
      event_in(seen->message, actor, pinned ? EventKind::kPinned : EventKind::kUnpinned);
  event.data = entity::PinChange{place_of(seen->message), actor.user};
  auto recorded = tx.record(std::move(event));
  return recorded ? base::ok() : Status(recorded.error());
}

Status save(Transaction& tx, Actor actor, MessageId id, bool saved) {
  auto seen = seen_message(tx, actor, Action::kSave, id);
  if (!seen && (saved || actor.anonymous() || seen.error().code != Errc::kNotFound)) {
    return seen.error();
  }
  if (!seen) {
    // What one saved and may no longer read, one may still let go of. Nothing tells whether it is
    // there: the list does.
    if (auto gone = tx.unsave(actor.user, id); !gone) {
      return gone.error().code == Errc::kConflict ? seen.error() : gone.error();
    }
    auto message = tx.message(id);
    return message ? say_saved(tx, actor, *message, false) : base::ok();
  }
  if (seen->message.saved == saved) {
    return base::ok();
  }
  if (saved) {
    if (seen->message.deleted) {
      return deleted();
    }
    auto count = tx.saved_count(actor.user);
    if (!count) {
      return count.error();
    }
    if (*count >= static_cast<std::int64_t>(entity::kSavedMax)) {
      return Error(Errc::kConflict,
                   fmt::format("at most {} messages are saved", entity::kSavedMax));
    }
  }
  const auto next = next_id(tx);
  if (!next) {
    return next.error();
  }
  if (auto changed = saved ? tx.save(actor.user, id, *next) : tx.unsave(actor.user, id); !changed) {
    return changed;
  }
  return say_saved(tx, actor, seen->message, saved);
}

}  // namespace keepline::logic
