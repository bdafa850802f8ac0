#include "logic/friends_rules.h"

#include <utility>

#include "logic/facts.h"
#include "logic/friends.h"
#include "logic/permission.h"
#include "logic/profile.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Transaction;
using entity::Relation;
using entity::RelationState;

/// Both rows of two people, seen from the first.
struct Pair {
  UserId me;
  UserId peer;
  RelationState mine;
  RelationState theirs;
};

Result<Pair> load(data::Reader& reader, UserId me, UserId peer) {
  auto mine = reader.relation(me, peer);
  if (!mine) {
    return mine.error();
  }
  auto theirs = reader.relation(peer, me);
  if (!theirs) {
    return theirs.error();
  }
  return Pair{me, peer, *mine, *theirs};
}

/// Writes one side: its event, then its row. Returns where in the log that stands.
Result<EventId> change_side(Transaction& tx, UserId actor, UserId side, UserId other,
                            RelationState state) {
  auto peer = tx.user(other);
  if (!peer) {
    return peer.error();
  }
  entity::Event event;
  event.kind = entity::EventKind::kRelation;
  event.stream = entity::Stream::of(side);
  event.actor = actor;
  event.data = entity::RelationChange{public_profile(*std::move(peer)), state};
  auto id = tx.record(std::move(event));
  if (!id) {
    return id.error();
  }
  if (auto written = tx.set_relation(side, other, state, *id); !written) {
    return written.error();
  }
  return id;
}

/// Moves `now` to the given states, writing what differs. Returns where the first side changed, or
/// none.
Result<EventId> change(Transaction& tx, const Pair& now, RelationState mine, RelationState theirs) {
  EventId changed;
  if (mine != now.mine) {
    auto id = change_side(tx, now.me, now.me, now.peer, mine);
    if (!id) {
      return id.error();
    }
    changed = *id;
  }
  if (theirs != now.theirs) {
    auto id = change_side(tx, now.me, now.peer, now.me, theirs);
    if (!id) {
      return id.error();
    }
  }
  return changed;
}

Result<Relation> answer(Transaction& tx, const Pair& pair, RelationState state, EventId changed) {
  auto peer = tx.user(pair.peer);
  if (!peer) {
    return peer.error();
  }
  auto shown = profile_for(tx, state == RelationState::kFriends, *std::move(peer));
  if (!shown) {
    return shown.error();
  }
  return Relation{*std::move(shown), state, changed};
}

Result<bool> is_full(Transaction& tx, UserId user) {
  auto count = tx.relation_count(user);
  if (!count) {
    return count.error();
  }
  return *count >= Friends::kRelationsMax;
}

Error too_many() { return {Errc::kConflict, "your list of people is full"}; }

/// The first request between two people: a new row on each side, so each needs room for it.
Result<EventId> start_request(Transaction& tx, const Pair& pair) {
  auto mine_full = is_full(tx, pair.me);
  if (!mine_full) {
    return mine_full.error();
  }
  if (*mine_full) {
    return too_many();
  }
  auto theirs_full = is_full(tx, pair.peer);
  if (!theirs_full) {
    return theirs_full.error();
  }
  if (*theirs_full) {
    // Someone with a full list takes no requests; it shows as the setting does.
    Object closed;
    closed.owner = pair.peer;
    closed.requests_from = entity::RequestsFrom::kNobody;
    return can(Actor{pair.me, {}}, Action::kRequestFriend, closed).error();
  }
  return change(tx, pair, RelationState::kRequested, RelationState::kIncoming);
}

}  // namespace

Result<std::vector<Relation>> list_relations(data::Reader& reader, Actor actor) {
  if (auto allowed = can(actor, Action::kReadFriends); !allowed) {
    return allowed.error();
  }
  auto rows = reader.relations(actor.user);
  if (!rows) {
    return rows.error();
  }
  for (Relation& row : *rows) {
    const bool friends = row.state == RelationState::kFriends;
    auto shown = profile_for(reader, friends, std::move(row.peer));
    if (!shown) {
      return shown.error();
    }
    row.peer = *std::move(shown);
  }
  return rows;
}

Result<Relation> request_friend(Transaction& tx, Actor actor, UserId peer) {
  if (auto allowed = can_with_person(tx, actor, Action::kRequestFriend, peer); !allowed) {
    return allowed.error();
  }
  auto pair = load(tx, actor.user, peer);
  if (!pair) {
    return pair.error();
  }
  // can() left these: nothing yet, asked already, friends already, or asked by them.
  if (pair->mine == RelationState::kNone) {
    auto changed = start_request(tx, *pair);
    if (!changed) {
      return changed.error();
    }
    return answer(tx, *pair, RelationState::kRequested, *changed);
  }
  if (pair->mine == RelationState::kIncoming) {
    auto changed = change(tx, *pair, RelationState::kFriends, RelationState::kFriends);
    if (!changed) {
      return changed.error();
    }
    return answer(tx, *pair, RelationState::kFriends, *changed);
  }
  return answer(tx, *pair, pair->mine, EventId{});
}

Status remove_friend(Transaction& tx, Actor actor, UserId peer) {
  if (auto allowed = can_with_person(tx, actor, Action::kRemoveFriend, peer); !allowed) {
    return allowed;
  }
  auto pair = load(tx, actor.user, peer);
  if (!pair) {
    return pair.error();
  }
  if (pair->mine == RelationState::kNone || pair->mine == RelationState::kBlocked) {
    return base::ok();
  }
  auto changed = change(tx, *pair, RelationState::kNone, RelationState::kNone);
  return changed ? base::ok() : Status(changed.error());
}

Result<Relation> block_user(Transaction& tx, Actor actor, UserId peer) {
  if (auto allowed = can_with_person(tx, actor, Action::kBlock, peer); !allowed) {
    return allowed.error();
  }
  auto pair = load(tx, actor.user, peer);
  if (!pair) {
    return pair.error();
  }
  if (pair->mine == RelationState::kNone) {
    auto full = is_full(tx, actor.user);
    if (!full) {
      return full.error();
    }
    if (*full) {
      return too_many();
    }
  }
  // Their own block is theirs to keep; whatever else they had with us ends.
  const bool mutual = pair->theirs == RelationState::kBlocked;
  auto changed = change(tx, *pair, RelationState::kBlocked,
                        mutual ? RelationState::kBlocked : RelationState::kNone);
  if (!changed) {
    return changed.error();
  }
  return answer(tx, *pair, RelationState::kBlocked, *changed);
}

Status unblock_user(Transaction& tx, Actor actor, UserId peer) {
  if (auto allowed = can_with_person(tx, actor, Action::kUnblock, peer); !allowed) {
    return allowed;
  }
  auto pair = load(tx, actor.user, peer);
  if (!pair) {
    return pair.error();
  }
  if (pair->mine != RelationState::kBlocked) {
    return base::ok();
  }
  auto changed = change(tx, *pair, RelationState::kNone, pair->theirs);
  return changed ? base::ok() : Status(changed.error());
}

Status befriend(Transaction& tx, UserId a, UserId b) {
  auto pair = load(tx, a, b);
  if (!pair) {
    return pair.error();
  }
  auto changed = change(tx, *pair, RelationState::kFriends, RelationState::kFriends);
  return changed ? base::ok() : Status(changed.error());
}

}  // namespace keepline::logic
