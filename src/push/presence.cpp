#include "push/presence.h"

#include <algorithm>
#include <bit>

namespace keepline::push {
namespace {

std::uint64_t bit(std::size_t shard) { return std::uint64_t{1} << shard; }

}  // namespace

Presence Homes::seen(const Home& home) {
  const bool online = home.shards != 0 && home.showing.choice != entity::PresenceChoice::kInvisible;
  return {online, online && home.showing.choice == entity::PresenceChoice::kBusy};
}

void Homes::appear(entity::UserId user, std::size_t shard, base::Time at, Showing showing,
                   entity::EventId as_of) {
  Home& home = homes_[user];
  const Presence before = seen(home);
  home.shards |= bit(shard);
  if (home.showing_as_of <= as_of) {
    home.showing = showing;
    home.showing_as_of = as_of;
  }
  if (const Presence now = seen(home); now != before) {
    heard_.edge(user, now, at, home.showing.last_seen);
  }
}

void Homes::vanish(entity::UserId user, std::size_t shard, base::Time last) {
  const auto found = homes_.find(user);
  if (found == homes_.end()) {
    return;
  }
  Home& home = found->second;
  home.claims.erase_if([&](const Claim& c) { return c.stamp.shard == shard; });
  if ((home.shards & bit(shard)) == 0) {
    return;
  }
  home.shards &= ~bit(shard);
  home.last = std::max(home.last, last);
  if (home.shards != 0) {
    return;
  }
  const base::Time at = home.last;
  const Showing showing = home.showing;
  homes_.erase(found);
  // Who was invisible has been gone for all others since then.
  if (showing.choice != entity::PresenceChoice::kInvisible) {
    heard_.edge(user, {}, at, showing.last_seen);
  }
}

void Homes::show(entity::UserId user, base::Time at, Showing showing, entity::EventId as_of) {
  const auto found = homes_.find(user);
  if (found == homes_.end() || as_of < found->second.showing_as_of) {
    return;
  }
  Home& home = found->second;
  const Presence before = seen(home);
  home.showing = showing;
  home.showing_as_of = as_of;
  if (const Presence now = seen(home); now != before) {
    heard_.edge(user, now, at, showing.last_seen);
  }
}

void Homes::leave(entity::UserId user) {
  const auto found = homes_.find(user);
  if (found == homes_.end()) {
    return;
  }
  for (std::uint64_t left = found->second.shards; left != 0; left &= left - 1) {
    heard_.part(static_cast<std::size_t>(std::countr_zero(left)), user);
  }
}

void Homes::claim(entity::UserId user, ClientKey key, Stamp stamp) {
  const auto found = homes_.find(user);
  if (found == homes_.end()) {
    return;  // It vanished meanwhile; so did the poll.
  }
  Home& home = found->second;
  const auto same = std::find_if(home.claims.begin(), home.claims.end(),
                                 [&](const Claim& c) { return c.key == key; });
  if (same != home.claims.end()) {
    const Stamp known = same->stamp;
    if (known.shard != stamp.shard && stamp < known) {
      heard_.yield(stamp.shard, user, key, known);
      return;
    }
    home.claims.erase(same);
    home.claims.push_back({key, stamp});
    if (known.shard != stamp.shard) {
      heard_.yield(known.shard, user, key, stamp);
    }
    return;
  }
  home.claims.push_back({key, stamp});
  const auto of_session =
      std::count_if(home.claims.begin(), home.claims.end(),
                    [&](const Claim& c) { return c.key.session == key.session; });
  if (key.session && static_cast<std::size_t>(of_session) > polls_per_session_max_) {
    evict_oldest(user, home, key.session, false);
  }
  if (home.claims.size() > kClaimsMax) {
    evict_oldest(user, home, {}, true);
  }
}

void Homes::evict_oldest(entity::UserId user, Home& home, entity::SessionId session, bool any) {
  const auto oldest = std::find_if(home.claims.begin(), home.claims.end(),
                                   [&](const Claim& c) { return any || c.key.session == session; });
  const Claim claim = *oldest;
  home.claims.erase(oldest);
  heard_.evict(claim.stamp.shard, user, claim.key);
}

void Homes::unclaim(entity::UserId user, ClientKey key, std::size_t shard) {
  const auto found = homes_.find(user);
  if (found == homes_.end()) {
    return;
  }
  found->second.claims.erase_if(
      [&](const Claim& c) { return c.key == key && c.stamp.shard == shard; });
}

}  // namespace keepline::push
