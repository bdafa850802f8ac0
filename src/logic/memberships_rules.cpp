#include "logic/memberships_rules.h"

#include <utility>

#include "logic/conversations_rules.h"
#include "logic/facts.h"
#include "logic/joining.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/profile.h"
#include "logic/rooms_rules.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;
using entity::ConversationView;

namespace {

Result<MemberView> view_of(Reader& reader, Actor actor, const entity::Member& member) {
  auto user = reader.user(member.user);
  if (!user) {
    return user.error();
  }
  auto profile = profile_for(reader, actor.user, *std::move(user));
  if (!profile) {
    return profile.error();
  }
  return MemberView{member, *std::move(profile)};
}

/// Whether the actor may do `action` to `user`, who is that member or, where there is none,
/// somebody from outside.
Status can_to(Transaction& tx, Actor actor, Action action, ConversationId id,
              const Result<entity::Member>& member) {
  auto object = conversation_facts(tx, actor, id);
  if (!object) {
    return object.error();
  }
  if (member) {
    object->other = member->role;
  }
  return can(actor, action, *object);
}

/// A member as the event tells of them after a change.
Status tell(Transaction& tx, Actor actor, const entity::Member& member) {
  auto user = tx.user(member.user);
  if (!user) {
    return user.error();
  }
  entity::MemberChange change;
  change.conversation = member.conversation;
  change.user = public_profile(*std::move(user));
  change.role = member.role;
  change.silenced_until = member.silenced_until;
  entity::Event event;
  event.kind = entity::EventKind::kMember;
  event.stream = entity::Stream::of(member.conversation);
  event.actor = actor.user;
  event.data = std::move(change);
  auto told = tx.record(std::move(event));
  return told ? base::ok() : Status(told.error());
}

/// Gives the role; who steps down as the last owner leaves nobody who could give one.
Status give_role(Transaction& tx, Actor actor, entity::Member& member, entity::Role role) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kSetRole, member.conversation);
      !allowed) {
    return allowed;
  }
  if (member.role == role) {
    return base::ok();
  }
  auto owners = tx.owner_count(member.conversation);
  if (!owners) {
    return owners.error();
  }
  if (member.role == entity::Role::kOwner && *owners == 1) {
    return Error(Errc::kConflict, "the last owner: make somebody else one first");
  }
  // Nobody stands above an owner who could let them speak again.
  if (role == entity::Role::kOwner && member.silenced_until) {
    member.silenced_until.reset();
    if (auto spoken = tx.set_silenced(member.conversation, member.user, std::nullopt); !spoken) {
      return spoken;
    }
  }
  member.role = role;
  return tx.set_role(member.conversation, member.user, role);
}

Status silence(Transaction& tx, Actor actor, entity::Member& member, const MemberPatch& patch) {
  // By the role they have had until now: who is just made an admin is silenced by an owner alone.
  if (auto allowed = can_to(tx, actor, Action::kSilence, member.conversation, member); !allowed) {
    return allowed;
  }
  std::optional<entity::Time> until;
  if (*patch.silenced) {
    until = patch.silenced_for ? tx.now() + *patch.silenced_for : entity::kSilencedForEver;
  }
  member.silenced_until = until;
  return tx.set_silenced(member.conversation, member.user, until);
}

}  // namespace

Result<ConversationView> join_room(Transaction& tx, Actor actor, ConversationId id) {
  auto facts = entrance_facts(tx, actor, id);
  if (!facts) {
    return facts.error();
  }
  if (auto allowed = can(actor, Action::kJoin, *facts); !allowed) {
    return allowed.error();
  }
  if (!facts->member) {
    if (auto joined = join(tx, id, actor.user, actor.user); !joined) {
      return joined.error();
    }
  }
  return get_conversation(tx, actor, id);
}

Status leave_conversation(Transaction& tx, Actor actor, ConversationId id) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kLeave, id); !allowed) {
    return allowed;
  }
  auto me = tx.member(id, actor.user);
  if (!me) {
    return me.error();
  }
  auto needed = is_needed(tx, *me);
  if (!needed) {
    return needed.error();
  }
  if (*needed) {
    return Error(Errc::kConflict, "the last owner: make somebody else one first");
  }
  return part(tx, *me, actor.user, entity::Parting::kLeft);
}

Result<std::vector<MemberView>> add_members(Transaction& tx, Actor actor, ConversationId id,
                                            const People& people) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kAddMembers, id); !allowed) {
    return allowed.error();
  }
  auto found = find_people(tx, actor, people);
  if (!found) {
    return found.error();
  }
  std::vector<MemberView> views;
  for (const UserId person : *found) {
    auto member = tx.member(id, person);
    if (!member && member.error().code != Errc::kNotFound) {
      return member.error();
    }
    if (!member) {
      auto ban = tx.ban(id, person);
      if (!ban && ban.error().code != Errc::kNotFound) {
        return ban.error();
      }
      if (ban) {
        return Error(Errc::kNotAllowed, "this person does not take that from you");
      }
      if (auto allowed = may_bring(tx, actor, person); !allowed) {
        return allowed.error();
      }
      if (auto joined = join(tx, id, actor.user, person); !joined) {
        return joined.error();
      }
      member = tx.member(id, person);
      if (!member) {
        return member.error();
      }
    }
    auto view = view_of(tx, actor, *member);
    if (!view) {
      return view.error();
    }
    views.push_back(*std::move(view));
  }
  return views;
}

Result<MemberView> update_member(Transaction& tx, Actor actor, ConversationId id, UserId user,
                                 const MemberPatch& patch) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kUpdateMember, id); !allowed) {
    return allowed.error();
  }
  auto member = tx.member(id, user);
  if (!member) {
    return member.error();
  }
  const entity::Member before = *member;
  if (patch.silenced) {
    if (auto done = silence(tx, actor, *member, patch); !done) {
      return done.error();
    }
  }
  if (patch.role) {
    if (auto done = give_role(tx, actor, *member, *patch.role); !done) {
      return done.error();
    }
  }
  if (member->role != before.role || member->silenced_until != before.silenced_until) {
    if (auto told = tell(tx, actor, *member); !told) {
      return told.error();
    }
  }
  return view_of(tx, actor, *member);
}

Status remove_member(Transaction& tx, Actor actor, ConversationId id, UserId user) {
  // Before anything is said of that person: the actor must be one who may remove at all.
  if (auto allowed = can_in_conversation(tx, actor, Action::kRemoveMember, id); !allowed) {
    return allowed;
  }
  auto member = tx.member(id, user);
  if (!member) {
    return member.error();
  }
  if (auto allowed = can_to(tx, actor, Action::kRemoveMember, id, member); !allowed) {
    return allowed;
  }
  return part(tx, *member, actor.user, entity::Parting::kRemoved);
}

Result<std::vector<BanView>> list_bans(Reader& reader, Actor actor, ConversationId id, UserId after,
                                       std::size_t limit) {
  if (auto allowed = can_in_conversation(reader, actor, Action::kReadBans, id); !allowed) {
    return allowed.error();
  }
  auto bans = reader.bans(id, after, page_limit(limit));
  if (!bans) {
    return bans.error();
  }
  std::vector<BanView> views;
  views.reserve(bans->size());
  for (const entity::Ban& ban : *bans) {
    auto user = reader.user(ban.user);
    if (!user) {
      return user.error();
    }
    auto profile = profile_for(reader, actor.user, *std::move(user));
    if (!profile) {
      return profile.error();
    }
    views.push_back({ban, *std::move(profile)});
  }
  return views;
}

Status ban_user(Transaction& tx, Actor actor, ConversationId id, UserId user) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kBan, id); !allowed) {
    return allowed;
  }
  if (auto known = tx.user(user); !known) {
    return known.error();
  }
  auto member = tx.member(id, user);
  if (!member && member.error().code != Errc::kNotFound) {
    return member.error();
  }
  if (auto allowed = can_to(tx, actor, Action::kBan, id, member); !allowed) {
    return allowed;
  }
  if (member) {
    if (auto parted = part(tx, *member, actor.user, entity::Parting::kBanned); !parted) {
      return parted;
    }
  }
  return tx.add_ban({id, user, actor.user, tx.now()});
}

Status unban_user(Transaction& tx, Actor actor, ConversationId id, UserId user) {
  if (auto allowed = can_in_conversation(tx, actor, Action::kUnban, id); !allowed) {
    return allowed;
  }
  if (auto known = tx.user(user); !known) {
    return known.error();
  }
  auto removed = tx.remove_ban(id, user);
  return removed || removed.error().code != Errc::kNotFound ? removed : base::ok();
}

}  // namespace keepline::logic
