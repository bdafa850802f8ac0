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
                       UserId actor, const entity::Member& member, entity::Parting why,
                       std::int64_t member_count) {
  auto profile = tx.user(member.user);
  if (!profile) {
    return profile.error();
  }
  entity::MemberChange change;
  change.conversation = conversation;
  change.user = public_profile(*std::move(profile));
  change.role = member.role;
  change.why = why;
  change.member_count = member_count;
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
  entity::Member member;
  member.user = user;
  member.role = role;
  auto id = record(tx, entity::EventKind::kJoined, conversation, actor, member,
                   entity::Parting::kLeft, known->member_count + 1);
  if (!id) {
    return id.error();
  }
  return tx.add_member(conversation, user, role, *id);
}

Status part(Transaction& tx, const entity::Member& member, UserId actor, entity::Parting why) {
  auto known = tx.conversation(member.conversation);
  if (!known) {
    return known.error();
  }
  const std::int64_t left = known->member_count - 1;
  auto id = record(tx, entity::EventKind::kLeft, member.conversation, actor, member, why, left);
  if (!id) {
    return id.error();
  }
  if (auto removed = tx.remove_member(member.conversation, member.user, *id); !removed) {
    return removed;
  }
  // Nobody could come back into it, nor see to it.
  return left == 0 ? tx.delete_conversation(member.conversation, *id) : base::ok();
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
