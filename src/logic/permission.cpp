#include "logic/permission.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Status;
using entity::ConversationKind;
using entity::RelationState;
using entity::Role;

Error not_found() { return {Errc::kNotFound, "not here, or not yours to see"}; }
Error not_oneself() { return {Errc::kNotAllowed, "not with yourself"}; }

/// One sentence for a block and for a setting: a block is silent.
Error not_taken() { return {Errc::kNotAllowed, "this person does not take that from you"}; }

Error archived() { return {Errc::kNotAllowed, "this is archived: it can only be read"}; }

Status may_ask(const Object& object) {
  switch (object.mine) {
    case RelationState::kBlocked:
      return Error(Errc::kConflict, "you block this person");
    // Already under way: asking again changes nothing, and answering is always open.
    case RelationState::kRequested:
    case RelationState::kIncoming:
    case RelationState::kFriends:
      return base::ok();
    case RelationState::kNone:
      break;
  }
  if (object.theirs == RelationState::kBlocked ||
      object.requests_from == entity::RequestsFrom::kNobody) {
    return not_taken();
  }
  return base::ok();
}

Status may_open(const Object& object) {
  // What was opened stays open, to read; sending there is asked for by itself.
  if (object.member) {
    return base::ok();
  }
  if (object.mine == RelationState::kBlocked || object.theirs == RelationState::kBlocked) {
    return not_taken();
  }
  if (object.direct_from == entity::DirectFrom::kFriends &&
      object.mine != RelationState::kFriends) {
    return not_taken();
  }
  return base::ok();
}

Status may_speak(const Object& object) {
  if (!object.member) {
    return not_found();
  }
  // Blocks act on direct chats; in rooms the client hides.
  if (object.kind == ConversationKind::kDirect &&
      (object.mine == RelationState::kBlocked || object.theirs == RelationState::kBlocked)) {
    return not_taken();
  }
  if (object.archived) {
    return archived();
  }
  if (object.silenced_until && *object.silenced_until > object.now) {
    return Error(Errc::kNotAllowed, "you may read here, and not write");
  }
  return base::ok();
}

/// For a member: whether theirs is at least `role` in a group or room.
Status has_role(const Object& object, Role role) {
  if (!object.member) {
    return not_found();
  }
  if (object.kind == ConversationKind::kDirect || object.role < role) {
    return Error(Errc::kNotAllowed, "your role here does not allow this");
  }
  return base::ok();
}

/// Groups are their members'; rooms have admins.
Role editing_role(const Object& object) {
  return object.kind == ConversationKind::kGroup ? Role::kMember : Role::kAdmin;
}

Status may_add(const Object& object) {
  if (auto allowed = has_role(object, editing_role(object)); !allowed) {
    return allowed;
  }
  return object.archived ? Status(archived()) : base::ok();
}

Status stands_above(const Object& object) {
  if (auto allowed = has_role(object, Role::kAdmin); !allowed) {
    return allowed;
  }
  if (object.other && *object.other >= object.role) {
    return Error(Errc::kNotAllowed, "only over those whose role is less than yours");
  }
  return base::ok();
}

Status may_come_in(const Object& object) {
  if (object.member) {
    return base::ok();
  }
  if (!object.welcome) {
    return not_found();
  }
  if (object.banned || object.archived) {
    return Error(Errc::kNotAllowed, "you cannot come in here");
  }
  return base::ok();
}

bool moderates(const Object& object) {
  return object.kind == ConversationKind::kRoom && object.role >= entity::Role::kAdmin;
}

Status may_edit(const Object& object) {
  auto speaks = may_speak(object);
  return speaks && !object.own ? Status(Error(Errc::kNotAllowed, "only whoever wrote it may"))
                               : speaks;
}

Status may_remove(const Object& object) {
  if (!object.member) {
    return not_found();
  }
  return object.own || moderates(object)
             ? base::ok()
             : Status(Error(Errc::kNotAllowed, "only whoever wrote it may, or a room's admins"));
}

Status may_pin(const Object& object) {
  auto speaks = may_speak(object);
  return speaks && object.kind == ConversationKind::kRoom && !moderates(object)
             ? Status(Error(Errc::kNotAllowed, "only a room's admins may"))
             : speaks;
}

}  // namespace

Status can(const Actor& actor, Action action, const Object& object) {
  const Who who = action_row(action).who;
  if (who == Who::kAnyone) {
    return base::ok();
  }
  if (actor.anonymous()) {
    return Error(Errc::kSignInRequired, "sign in first");
  }
  const bool oneself = object.owner == actor.user;
  switch (who) {
    case Who::kAnyone:
    case Who::kSignedIn:
      return base::ok();
    case Who::kOwner:
      return oneself ? base::ok() : Status(not_found());
    case Who::kNotOneself:
      return oneself ? Status(not_oneself()) : base::ok();
    case Who::kAsker:
      return oneself ? Status(not_oneself()) : may_ask(object);
    case Who::kVisitor:
      return oneself ? Status(not_oneself()) : may_open(object);
    case Who::kMember:
      return object.member ? base::ok() : Status(not_found());
    case Who::kSpeaker:
      return may_speak(object);
    case Who::kAuthor:
      return may_edit(object);
    case Who::kRemover:
      return may_remove(object);
    case Who::kPinner:
      return may_pin(object);
    case Who::kEditor:
      return has_role(object, editing_role(object));
    case Who::kAdder:
      return may_add(object);
    case Who::kAdmin:
      return has_role(object, Role::kAdmin);
    case Who::kSuperior:
      return stands_above(object);
    case Who::kHead:
      return has_role(object, Role::kOwner);
    case Who::kLeaver:
      return has_role(object, Role::kMember);
    case Who::kGuest:
      return may_come_in(object);
  }
  return not_found();
}

}  // namespace keepline::logic
