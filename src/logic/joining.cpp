#include "logic/joining.h"

#include <fmt/format.h>

#include <utility>

#include "logic/profile.h"

namespace keepline::logic {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Transaction;
using entity::ConversationKind;

namespace {

/// The event that speaks of one membership.
Result<EventId> record(Transaction& tx, entity::EventKind kind, ConversationId conversation,
                       UserId actor, UserId user, entity::Role role, entity::Parting why) {
  auto profile = tx.user(user);
  if (!profile) {
    return profile.error();
  }
  entity::MemberChange change;
  change.conversation = conversation;
  change.user = public_profile(*std::move(profile));
  change.role = role;
  change.why = why;
  entity::Event event;
  event.kind = kind;
  event.stream = entity::Stream::of(conversation);
  event.actor = actor;
  event.data = std::move(change);
  return tx.record(std::move(event));
}

}  // namespace

Status join(Transaction& tx, ConversationId conversation, UserId actor, UserId user,
            entity::Role role) {
  auto known = tx.conversation(conversation);
  if (!known) {
    return known.error();
  }
  if (known->kind == ConversationKind::kGroup && known->member_count >= entity::kGroupMembersMax) {
    return Error(Errc::kConflict,
                 fmt::format("a group has at most {} members", entity::kGroupMembersMax));
  }
  auto id = record(tx, entity::EventKind::kJoined, conversation, actor, user, role,
                   entity::Parting::kLeft);
  if (!id) {
    return id.error();
  }
  return tx.add_member(conversation, user, role, *id);
}

Status part(Transaction& tx, const entity::Member& member, UserId actor, entity::Parting why) {
  auto id = record(tx, entity::EventKind::kLeft, member.conversation, actor, member.user,
                   member.role, why);
  if (!id) {
    return id.error();
  }
  if (auto removed = tx.remove_member(member.conversation, member.user, *id); !removed) {
    return removed;
  }
  auto left = tx.conversation(member.conversation);
  if (!left) {
    return left.error();
  }
  // Nobody could come back into it, nor see to it.
  return left->member_count == 0 ? tx.delete_conversation(member.conversation, *id) : base::ok();
}

Result<bool> is_needed(data::Reader& reader, const entity::Member& member) {
  if (member.role != entity::Role::kOwner) {
    return false;
  }
  auto owners = reader.owner_count(member.conversation);
  if (!owners) {
    return owners.error();
  }
  auto known = reader.conversation(member.conversation);
  if (!known) {
    return known.error();
  }
  return *owners == 1 && known->member_count > 1;
}

}  // namespace keepline::logic
