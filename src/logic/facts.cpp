#include "logic/facts.h"

namespace keepline::logic {

using base::Errc;
using base::Result;
using base::Status;

Result<Object> person_facts(data::Reader& reader, const Actor& actor, UserId person) {
  if (auto known = reader.user(person); !known) {
    return known.error();
  }
  Object object;
  object.owner = person;
  if (actor.anonymous() || actor.user == person) {
    return object;
  }
  auto mine = reader.relation(actor.user, person);
  if (!mine) {
    return mine.error();
  }
  auto theirs = reader.relation(person, actor.user);
  if (!theirs) {
    return theirs.error();
  }
  auto settings = reader.settings(person);
  if (!settings) {
    return settings.error();
  }
  object.mine = *mine;
  object.theirs = *theirs;
  object.direct_from = settings->direct_from;
  object.requests_from = settings->requests_from;
  return object;
}

Result<Object> conversation_facts(data::Reader& reader, const Actor& actor,
                                  ConversationId conversation) {
  Object object;
  if (actor.anonymous()) {
    return object;
  }
  auto me = reader.member(conversation, actor.user);
  if (!me) {
    return me.error().code == Errc::kNotFound ? Result<Object>(object) : me.error();
  }
  auto known = reader.conversation(conversation);
  if (!known) {
    return known.error();
  }
  object.member = true;
  object.kind = known->kind;
  object.role = me->role;
  object.silenced_until = me->silenced_until;
  object.archived = known->archived_at.has_value();
  if (known->kind != entity::ConversationKind::kDirect) {
    return object;
  }
  auto both = reader.members(conversation, UserId{}, 2);
  if (!both) {
    return both.error();
  }
  for (const entity::Member& member : *both) {
    if (member.user != actor.user) {
      object.owner = member.user;
    }
  }
  auto mine = reader.relation(actor.user, object.owner);
  if (!mine) {
    return mine.error();
  }
  auto theirs = reader.relation(object.owner, actor.user);
  if (!theirs) {
    return theirs.error();
  }
  object.mine = *mine;
  object.theirs = *theirs;
  return object;
}

Result<Object> entrance_facts(data::Reader& reader, const Actor& actor,
                              ConversationId conversation) {
  auto object = conversation_facts(reader, actor, conversation);
  if (!object || object->member || actor.anonymous()) {
    return object;
  }
  auto known = reader.conversation(conversation);
  if (!known) {
    return known.error().code == Errc::kNotFound ? object : known.error();
  }
  auto ban = reader.ban(conversation, actor.user);
  if (!ban && ban.error().code != Errc::kNotFound) {
    return ban.error();
  }
  object->kind = known->kind;
  object->archived = known->archived_at.has_value();
  object->welcome =
      known->kind == entity::ConversationKind::kRoom && known->access == entity::Access::kOpen;
  object->banned = ban.has_value();
  return object;
}

Status can_with_person(data::Reader& reader, const Actor& actor, Action action, UserId person) {
  // The anonymous learn nothing, not even who exists.
  if (actor.anonymous()) {
    return can(actor, action);
  }
  auto object = person_facts(reader, actor, person);
  if (!object) {
    return object.error();
  }
  return can(actor, action, *object);
}

Status can_in_conversation(data::Reader& reader, const Actor& actor, Action action,
                           ConversationId conversation) {
  auto object = conversation_facts(reader, actor, conversation);
  if (!object) {
    return object.error();
  }
  return can(actor, action, *object);
}

Status can_in_conversation(data::Transaction& tx, const Actor& actor, Action action,
                           ConversationId conversation) {
  auto object = conversation_facts(tx, actor, conversation);
  if (!object) {
    return object.error();
  }
  object->now = tx.now();
  return can(actor, action, *object);
}

}  // namespace keepline::logic
