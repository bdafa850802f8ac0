#include "logic/invites_rules.h"

#include <fmt/format.h>

#include <utility>

#include "logic/conversations_rules.h"
#include "logic/facts.h"
#include "logic/joining.h"
#include "logic/permission.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;

namespace {

/// The invitation, where it still lets the actor in or has done so before. Errors: kNotFound.
Result<entity::Invite> good_invite(Reader& reader, Actor actor, const base::Sha256& code_hash,
                                   entity::Time now) {
  auto invite = reader.invite(code_hash);
  if (!invite) {
    return invite;
  }
  if (invite->expires_at && *invite->expires_at <= now) {
    return Errc::kNotFound;
  }
  if (invite->max_uses && invite->uses >= *invite->max_uses) {
    auto used = reader.invite_used(invite->id, actor.user);
    if (!used) {
      return used.error();
    }
    if (!*used) {
      return Errc::kNotFound;
    }
  }
  return invite;
}

Result<Object> invited_facts(Reader& reader, Actor actor, ConversationId id) {
  auto facts = entrance_facts(reader, actor, id);
  if (facts) {
    facts->welcome = true;
  }
  return facts;
}

}  // namespace

Result<entity::Invite> create_invite(Transaction& tx, Actor actor, ConversationId id,
                                     const InviteWish& wish, const base::Sha256& code_hash) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kCreateInvite, id); !allowed) {
    return allowed.error();
  }
  auto known = tx.invites(id, std::nullopt, kInvitesMax);
  if (!known) {
    return known.error();
  }
  if (known->size() >= kInvitesMax) {
    return Error(Errc::kConflict,
                 fmt::format("at most {} invitations: revoke an old one first", kInvitesMax));
  }
  data::NewInvite wanted;
  wanted.conversation = id;
  wanted.code_hash = code_hash;
  wanted.created_by = actor.user;
  wanted.created_at = tx.now();
  if (wish.expires_in) {
    wanted.expires_at = tx.now() + *wish.expires_in;
  }
  wanted.max_uses = wish.max_uses;
  if (auto added = tx.add_invite(wanted); !added) {
    return added.error();
  }
  return tx.invite(code_hash);
}

Result<std::vector<entity::Invite>> list_invites(Reader& reader, Actor actor, ConversationId id) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadInvites, id); !allowed) {
    return allowed.error();
  }
  return reader.invites(id, std::nullopt, kInvitesMax);
}

Status revoke_invite(Transaction& tx, Actor actor, ConversationId id, InviteId invite) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kRevokeInvite, id); !allowed) {
    return allowed;
  }
  return tx.remove_invite(id, invite);
}

Result<InviteView> look_at_invite(Reader& reader, Actor actor, const base::Sha256& code_hash,
                                  entity::Time now) {
  if (actor.anonymous()) {
    return can(actor, Action::kReadInvite).error();
  }
  auto invite = good_invite(reader, actor, code_hash, now);
  if (!invite) {
    return invite.error();
  }
  auto facts = invited_facts(reader, actor, invite->conversation);
  if (!facts) {
    return facts.error();
  }
  if (auto allowed = can(actor, Action::kReadInvite, *facts); !allowed) {
    return allowed.error();
  }
  auto known = reader.conversation(invite->conversation);
  if (!known) {
    return known.error();
  }
  InviteView view;
  view.kind = known->kind;
  view.room.id = known->id;
  view.room.title = std::move(known->title);
  view.room.topic = std::move(known->topic);
  view.room.color = known->color;
  view.room.member_count = known->member_count;
  view.room.joined = facts->member;
  return view;
}

Result<entity::ConversationView> use_invite(Transaction& tx, Actor actor,
                                            const base::Sha256& code_hash) {
  if (actor.anonymous()) {
    return can(actor, Action::kUseInvite).error();
  }
  auto invite = good_invite(tx, actor, code_hash, tx.now());
  if (!invite) {
    return invite.error();
  }
  auto facts = invited_facts(tx, actor, invite->conversation);
  if (!facts) {
    return facts.error();
  }
  if (auto allowed = can(actor, Action::kUseInvite, *facts); !allowed) {
    return allowed.error();
  }
  if (!facts->member) {
    if (auto used = tx.use_invite(invite->id, actor.user); !used) {
      return used.error();
    }
    if (auto joined = join(tx, invite->conversation, actor.user, actor.user); !joined) {
      return joined.error();
    }
  }
  return get_conversation(tx, actor, invite->conversation);
}

}  // namespace keepline::logic
