#include "logic/sight.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "logic/facts.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;

Result<Sight> Sight::of(data::Reader& reader, UserId user, ConversationId conversation) {
  Sight sight;
  sight.conversation_ = conversation;
  auto me = reader.member(conversation, user);
  if (!me) {
    return me.error().code == Errc::kNotFound ? Result<Sight>(sight) : me.error();
  }
  auto known = reader.conversation(conversation);
  if (!known) {
    return known.error().code == Errc::kNotFound ? Result<Sight>(sight) : known.error();
  }
  if (known->shows_all()) {
    sight.all_ = true;
    return sight;
  }
  auto ranges = reader.member_ranges(conversation, user);
  if (!ranges) {
    return ranges.error();
  }
  sight.ranges_ = *std::move(ranges);
  return sight;
}

bool Sight::covers(std::int64_t seq) const {
  return all_ || std::any_of(ranges_.begin(), ranges_.end(), [seq](const entity::SeqRange& range) {
           return range.first <= seq && seq <= range.last;
         });
}

Result<entity::MessagePage> Sight::before(data::Reader& reader, std::int64_t before,
                                          std::size_t limit) const {
  if (all_) {
    return reader.messages_before(conversation_, before, limit);
  }
  entity::MessagePage page;
  for (std::size_t i = ranges_.size(); i-- > 0;) {
    const entity::SeqRange& range = ranges_[i];
    const std::int64_t end = range.last < before ? range.last + 1 : before;
    if (end <= range.first) {
      continue;
    }
    if (page.messages.size() == limit) {
      page.more = true;
      return page;
    }
    auto part = reader.messages_before(conversation_, end, limit - page.messages.size());
    if (!part) {
      return part.error();
    }
    std::vector<entity::Message>& found = part->messages;
    const std::size_t size = found.size();
    std::erase_if(found, [&](const entity::Message& m) { return m.seq < range.first; });
    page.more =
        part->more && found.size() == size && !found.empty() && found.front().seq > range.first;
    page.messages.insert(page.messages.begin(), std::make_move_iterator(found.begin()),
                         std::make_move_iterator(found.end()));
    if (page.more) {
      return page;
    }
  }
  return page;
}

Result<entity::MessagePage> Sight::after(data::Reader& reader, std::int64_t after,
                                         std::size_t limit) const {
  if (all_) {
    return reader.messages_after(conversation_, after, limit);
  }
  entity::MessagePage page;
  for (const entity::SeqRange& range : ranges_) {
    const std::int64_t from = std::max(after, range.first - 1);
    if (from >= range.last) {
      continue;
    }
    if (page.messages.size() == limit) {
      page.more = true;
      return page;
    }
    auto part = reader.messages_after(conversation_, from, limit - page.messages.size());
    if (!part) {
      return part.error();
    }
    std::vector<entity::Message>& found = part->messages;
    const std::size_t size = found.size();
    std::erase_if(found, [&](const entity::Message& m) { return m.seq > range.last; });
    page.more =
        part->more && found.size() == size && !found.empty() && found.back().seq < range.last;
    page.messages.insert(page.messages.end(), std::make_move_iterator(found.begin()),
                         std::make_move_iterator(found.end()));
    if (page.more) {
      return page;
    }
  }
  return page;
}

void Sight::hide(entity::Message& message) const {
  if (message.reply_to && !covers(message.reply_to->seq)) {
    message.reply_to = entity::Quote{message.reply_to->seq, {}, {}, {}};
  }
}

Result<const Sight*> Sights::of(ConversationId conversation) {
  const auto found = known_.find(conversation);
  if (found != known_.end()) {
    return &found->second;
  }
  auto sight = Sight::of(reader_, user_, conversation);
  if (!sight) {
    return sight.error();
  }
  return &known_.emplace(conversation, *std::move(sight)).first->second;
}

Result<Seen> seen_message(data::Reader& reader, const Actor& actor, Action action, MessageId id) {
  if (actor.anonymous()) {
    return can(actor, action).error();
  }
  const Error not_here(Errc::kNotFound, "not here, or not yours to see");
  auto message = reader.message(id);
  if (!message) {
    return message.error().code == Errc::kNotFound ? not_here : message.error();
  }
  auto object = conversation_facts(reader, actor, message->conversation);
  if (!object) {
    return object.error();
  }
  auto sight = Sight::of(reader, actor.user, message->conversation);
  if (!sight) {
    return sight.error();
  }
  if (!object->member || !sight->covers(message->seq)) {
    return not_here;
  }
  object->own = message->sender == actor.user;
  if (auto allowed = can(actor, action, *object); !allowed) {
    return allowed.error();
  }
  Seen seen{*std::move(message), *object, *std::move(sight)};
  if (auto shown = show_messages(reader, actor, seen.sight, {&seen.message, 1}); !shown) {
    return shown.error();
  }
  return seen;
}

Status show_messages(data::Reader& reader, const Actor& actor, const Sight& sight,
                     std::span<entity::Message> messages) {
  for (entity::Message& message : messages) {
    sight.hide(message);
  }
  return reader.add_own(actor.user, messages);
}

}  // namespace keepline::logic
