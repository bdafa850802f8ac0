#include "logic/messages_rules.h"

#include <algorithm>
#include <utility>

#include "logic/facts.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/profile.h"
#include "logic/sight.h"

namespace keepline::logic {

using base::Errc;
using base::Result;
using base::Status;

Result<entity::MessagePage> page_messages(data::Reader& reader, Actor actor,
                                          ConversationId conversation,
                                          const Messages::PageWish& wish) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadMessages, conversation);
      !allowed) {
    return allowed.error();
  }
  if (wish.before && wish.after) {
    return base::Error(Errc::kBadValue, "either before or after", "after");
  }
  const std::size_t limit = page_limit(wish.limit);
  auto sight = Sight::of(reader, actor.user, conversation);
  if (!sight) {
    return sight.error();
  }
  const std::int64_t newest = base::kIdMax;
  auto page =
      wish.after
          ? sight->after(reader, std::max<std::int64_t>(*wish.after, 0), limit)
          : sight->before(reader, std::clamp<std::int64_t>(wish.before.value_or(newest), 0, newest),
                          limit);
  if (!page) {
    return page.error();
  }
  if (auto shown = show_messages(reader, actor, *sight, page->messages); !shown) {
    return shown.error();
  }
  return page;
}

Result<Messages::ClassicNext> next_classic(data::Reader& reader, Actor actor, EventId after) {
  if (auto allowed = can(actor, Action::kClassic); !allowed) {
    return allowed.error();
  }
  auto stored = reader.classic_position(actor.user);
  if (!stored) {
    return stored.error();
  }
  const EventId from = std::max(*stored, after);
  auto waiting = reader.incoming_messages(actor.user, from, 1);
  if (!waiting) {
    return waiting.error();
  }
  Messages::ClassicNext next;
  if (waiting->empty()) {
    auto position = reader.position();
    if (!position) {
      return position.error();
    }
    next.looked_at = std::max(from, position->head);
    return next;
  }
  next.message = std::move(waiting->front());
  next.looked_at = next.message->id;
  auto sender = reader.user(next.message->sender);
  if (!sender) {
    return sender.error();
  }
  next.sender = public_profile(*std::move(sender));
  return next;
}

Status start_classic(data::Transaction& tx, Actor actor) {
  if (auto allowed = can(actor, Action::kClassic); !allowed) {
    return allowed;
  }
  auto stored = tx.classic_position(actor.user);
  if (stored) {
    return base::ok();
  }
  if (stored.error().code != Errc::kNotFound) {
    return stored.error();
  }
  auto position = tx.position();
  if (!position) {
    return position.error();
  }
  return tx.set_classic_position(actor.user, position->head);
}

Status advance_classic(data::Transaction& tx, Actor actor, EventId position) {
  if (auto allowed = can(actor, Action::kClassic); !allowed) {
    return allowed;
  }
  auto stored = tx.classic_position(actor.user);
  if (!stored) {
    return stored.error();
  }
  return *stored < position ? tx.set_classic_position(actor.user, position) : base::ok();
}

}  // namespace keepline::logic
