#include "logic/conversations_rules.h"

#include <algorithm>
#include <utility>

#include "entity/validate.h"
#include "logic/facts.h"
#include "logic/joining.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/profile.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;
using entity::ConversationView;
using entity::Role;

/// Leaves in `view` what its owner may see: the peer's public side, and their read mark where both
/// share receipts.
Status show(Reader& reader, UserId viewer, bool viewer_shares, ConversationView& view) {
  if (!view.peer) {
    view.peer_read_seq.reset();
    return base::ok();
  }
  const UserId peer = view.peer->id;
  auto profile = profile_for(reader, viewer, *std::move(view.peer));
  if (!profile) {
    return profile.error();
  }
  view.peer = *std::move(profile);
  if (!viewer_shares) {
    view.peer_read_seq.reset();
  } else if (view.peer_read_seq) {
    auto settings = reader.settings(peer);
    if (!settings) {
      return settings.error();
    }
    if (!settings->receipts) {
      view.peer_read_seq.reset();
    }
  }
  return base::ok();
}

/// The conversation as the actor, a member, sees it.
Result<ConversationView> shown_conversation(Reader& reader, UserId viewer, ConversationId id) {
  auto settings = reader.settings(viewer);
  if (!settings) {
    return settings.error();
  }
  auto view = reader.conversation_view(id, viewer);
  if (!view) {
    return view.error();
  }
  if (auto shown = show(reader, viewer, settings->receipts, *view); !shown) {
    return shown.error();
  }
  return view;
}

Result<ConversationId> make_direct(Transaction& tx, UserId actor, UserId peer) {
  auto id = tx.add_direct_conversation(actor, peer);
  if (!id) {
    return id.error();
  }
  // Who opens it comes first, so that they hear of both joins.
  if (auto joined = join(tx, *id, actor, actor); !joined) {
    return joined.error();
  }
  if (auto joined = join(tx, *id, actor, peer); !joined) {
    return joined.error();
  }
  return id;
}

}  // namespace

Result<std::vector<ConversationView>> list_conversations(Reader& reader, Actor actor,
                                                         std::optional<EventId> before,
                                                         std::size_t limit) {
  if (auto allowed = can(actor, Action::kReadConversations); !allowed) {
    return allowed.error();
  }
  auto settings = reader.settings(actor.user);
  if (!settings) {
    return settings.error();
  }
  auto views = reader.conversations(actor.user, before, page_limit(limit));
  if (!views) {
    return views.error();
  }
  for (ConversationView& view : *views) {
    if (auto shown = show(reader, actor.user, settings->receipts, view); !shown) {
      return shown.error();
    }
  }
  return views;
}

Result<ConversationView> get_conversation(Reader& reader, Actor actor, ConversationId id) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadConversation, id); !allowed) {
    return allowed.error();
  }
  return shown_conversation(reader, actor.user, id);
}

Result<std::vector<MemberView>> list_members(Reader& reader, Actor actor, ConversationId id,
                                             std::string_view query, UserId after,
                                             std::size_t limit) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadMembers, id); !allowed) {
    return allowed.error();
  }
  const std::string key = entity::name_key(query);
  auto members = key.empty() ? reader.members(id, after, page_limit(limit))
                             : reader.find_members(id, key, after, page_limit(limit));
  if (!members) {
    return members.error();
  }
  std::vector<MemberView> views;
  views.reserve(members->size());
  for (const entity::Member& member : *members) {
    auto user = reader.user(member.user);
    if (!user) {
      return user.error();
    }
    auto profile = profile_for(reader, actor.user, *std::move(user));
    if (!profile) {
      return profile.error();
    }
    views.push_back({member, *std::move(profile)});
  }
  return views;
}

Result<ConversationView> open_direct(Transaction& tx, Actor actor, UserId peer) {
  if (actor.anonymous()) {
    return can(actor, Action::kOpenDirect).error();
  }
  auto facts = person_facts(tx, actor, peer);
  if (!facts) {
    return facts.error();
  }
  auto existing = tx.direct_conversation(actor.user, peer);
  if (!existing && existing.error().code != Errc::kNotFound) {
    return existing.error();
  }
  facts->member = existing.has_value();
  if (auto allowed = can(actor, Action::kOpenDirect, *facts); !allowed) {
    return allowed.error();
  }
  auto id = existing ? std::move(existing) : make_direct(tx, actor.user, peer);
  if (!id) {
    return id.error();
  }
  return shown_conversation(tx, actor.user, *id);
}

Result<std::int64_t> mark_read(Transaction& tx, Actor actor, ConversationId id, std::int64_t seq,
                               bool lower) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kMarkRead, id); !allowed) {
    return allowed.error();
  }
  auto conversation = tx.conversation(id);
  if (!conversation) {
    return conversation.error();
  }
  if (seq < 0 || seq > conversation->last_seq) {
    return base::Error(Errc::kBadValue, "from 0 to the number of the last message", "seq");
  }
  auto me = tx.member(id, actor.user);
  if (!me) {
    return me.error();
  }
  // What was said before they came was never unread to them.
  seq = std::max(seq, me->joined_seq);
  if (seq == me->read_seq || (seq < me->read_seq && !lower)) {
    return me->read_seq;
  }
  auto settings = tx.settings(actor.user);
  if (!settings) {
    return settings.error();
  }
  if (auto written = tx.set_read(id, actor.user, seq); !written) {
    return written.error();
  }
  entity::Event event;
  event.kind = entity::EventKind::kRead;
  event.stream = entity::Stream::of(actor.user);
  event.actor = actor.user;
  event.data = entity::ReadMark{id, actor.user, seq};
  if (auto own = tx.record(event); !own) {
    return own.error();
  }
  if (settings->receipts && conversation->member_count <= kSharedReadsMembersMax) {
    event.stream = entity::Stream::of(id);
    if (auto shared = tx.record(std::move(event)); !shared) {
      return shared.error();
    }
  }
  return seq;
}

Status may_type(Reader& reader, Actor actor, ConversationId id, entity::Time now) {
  auto facts = conversation_facts(reader, actor, id);
  if (!facts) {
    return facts.error();
  }
  facts->now = now;
  if (auto allowed = can(actor, Action::kType, *facts); !allowed) {
    return allowed;
  }
  auto settings = reader.settings(actor.user);
  if (!settings) {
    return settings.error();
  }
  if (!settings->typing) {
    return base::Error(Errc::kNotAllowed, "you chose not to show when you type");
  }
  return base::ok();
}

}  // namespace keepline::logic
