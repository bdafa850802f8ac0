#include "logic/rooms_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "entity/validate.h"
#include "logic/conversations_rules.h"
#include "logic/facts.h"
#include "logic/joining.h"
#include "logic/limits.h"
#include "logic/permission.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;
using entity::ConversationKind;
using entity::ConversationView;

namespace {

/// `conversation` as it is to be, with what of `patch` is there.
entity::Conversation patched(entity::Conversation conversation, const RoomPatch& patch,
                             entity::Time now) {
  conversation.title = patch.title.value_or(std::move(conversation.title));
  conversation.topic = patch.topic.value_or(std::move(conversation.topic));
  conversation.color = patch.color.value_or(conversation.color);
  conversation.access = patch.access.value_or(conversation.access);
  conversation.history = patch.history.value_or(conversation.history);
  if (patch.archived && *patch.archived != conversation.archived_at.has_value()) {
    conversation.archived_at = *patch.archived ? std::optional(now) : std::nullopt;
  }
  return conversation;
}

bool same_settings(const entity::Conversation& a, const entity::Conversation& b) {
  return a.title == b.title && a.topic == b.topic && a.color == b.color && a.access == b.access &&
         a.history == b.history && a.archived_at == b.archived_at;
}

Error not_of_a_group(std::string_view field) {
  return {Errc::kBadValue, "a group is private, and shows its members what was said among them",
          std::string(field)};
}

}  // namespace

Result<std::vector<UserId>> find_people(Reader& reader, Actor actor, const People& people) {
  if (people.users.size() > kPeopleMax) {
    return Error(Errc::kBadValue, fmt::format("at most {} people at once", kPeopleMax), "users");
  }
  if (people.users.size() + people.names.size() > kPeopleMax) {
    return Error(Errc::kBadValue, fmt::format("at most {} people at once", kPeopleMax), "names");
  }
  std::vector<UserId> found;
  const auto add = [&](UserId user) {
    if (user != actor.user && std::ranges::find(found, user) == found.end()) {
      found.push_back(user);
    }
  };
  for (const UserId user : people.users) {
    auto known = reader.user(user);
    if (!known) {
      return known.error();
    }
    add(user);
  }
  for (const std::string& name : people.names) {
    auto known = reader.user_by_name(entity::name_key(name));
    if (!known) {
      return known.error();
    }
    add(known->id);
  }
  return found;
}

Status may_bring(Reader& reader, Actor actor, UserId person) {
  auto facts = person_facts(reader, actor, person);
  if (!facts) {
    return facts.error();
  }
  return can(actor, Action::kOpenDirect, *facts);
}

Result<ConversationView> create_room(Transaction& tx, Actor actor, const NewRoom& wish) {
  if (auto allowed = can(actor, Action::kCreateConversation); !allowed) {
    return allowed.error();
  }
  if (wish.kind == ConversationKind::kGroup && wish.access != entity::Access::kPrivate) {
    return not_of_a_group("access");
  }
  if (wish.kind == ConversationKind::kGroup && wish.history != entity::History::kJoined) {
    return not_of_a_group("history");
  }
  auto people = find_people(tx, actor, wish.people);
  if (!people) {
    return people.error();
  }
  for (const UserId person : *people) {
    if (auto allowed = may_bring(tx, actor, person); !allowed) {
      return allowed.error();
    }
  }
  auto id = tx.add_conversation(wish.kind, wish.title);
  if (!id) {
    return id.error();
  }
  if (auto joined = join(tx, *id, actor.user, actor.user, entity::Role::kOwner); !joined) {
    return joined.error();
  }
  auto made = tx.conversation(*id);
  if (!made) {
    return made.error();
  }
  made->topic = wish.topic;
  made->color = wish.color;
  made->access = wish.access;
  made->history = wish.history;
  made->created_by = actor.user;
  made->version = made->last_event;
  if (auto written = tx.update_conversation(*made); !written) {
    return written.error();
  }
  for (const UserId person : *people) {
    if (auto joined = join(tx, *id, actor.user, person); !joined) {
      return joined.error();
    }
  }
  return get_conversation(tx, actor, *id);
}

Result<ConversationView> update_room(Transaction& tx, Actor actor, ConversationId id,
                                     const RoomPatch& patch) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kUpdateConversation, id); !allowed) {
    return allowed.error();
  }
  if (patch.access || patch.history || patch.archived) {
    if (auto allowed = can_in_conversation(tx, actor, Action::kSettle, id); !allowed) {
      return allowed.error();
    }
  }
  auto known = tx.conversation(id);
  if (!known) {
    return known.error();
  }
  entity::Conversation wanted = patched(*known, patch, tx.now());
  if (wanted.kind == ConversationKind::kGroup && wanted.access != entity::Access::kPrivate) {
    return not_of_a_group("access");
  }
  if (wanted.kind == ConversationKind::kGroup && wanted.history != entity::History::kJoined) {
    return not_of_a_group("history");
  }
  if (!same_settings(*known, wanted)) {
    entity::Event event;
    event.kind = entity::EventKind::kConversation;
    event.stream = entity::Stream::of(id);
    event.actor = actor.user;
    event.data = entity::ConversationChange{wanted};
    auto changed = tx.record(std::move(event));
    if (!changed) {
      return changed.error();
    }
    wanted.version = *changed;
    if (auto written = tx.update_conversation(wanted); !written) {
      return written.error();
    }
  }
  return get_conversation(tx, actor, id);
}

Status delete_room(Transaction& tx, Actor actor, ConversationId id, std::string_view title) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kDeleteConversation, id); !allowed) {
    return allowed;
  }
  auto known = tx.conversation(id);
  if (!known) {
    return known.error();
  }
  if (title != known->title) {
    return Error(Errc::kBadValue, "must be the title of what is to be deleted", "title");
  }
  entity::Event event;
  event.kind = entity::EventKind::kClosed;
  event.stream = entity::Stream::of(id);
  event.actor = actor.user;
  event.data = entity::ConversationClosed{id};
  auto closed = tx.record(std::move(event));
  if (!closed) {
    return closed.error();
  }
  return tx.delete_conversation(id, *closed);
}

Result<entity::RoomPage> find_rooms(Reader& reader, Actor actor, std::string_view query,
                                    const entity::RoomKey& after, std::size_t limit) {
  if (auto allowed = can(actor, Action::kFindRooms); !allowed) {
    return allowed.error();
  }
  return reader.rooms(actor.user, entity::name_key(query), after, page_limit(limit));
}

Result<entity::Room> get_room(Reader& reader, Actor actor, ConversationId id) {
  if (auto allowed = can(actor, Action::kReadRoom); !allowed) {
    return allowed.error();
  }
  return reader.room(actor.user, id);
}

}  // namespace keepline::logic
