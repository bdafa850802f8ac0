#include "push/presence.h"

#include <algorithm>
#include <bit>

namespace keepline::push {
namespace {

std::uint64_t bit(std::size_t shard) { return std::uint64_t{1} << shard; }

}  // namespace

void Homes::appear(entity::UserId user, std::size_t shard, base::Time at) {
  Home& home = homes_[user];
  const bool came = home.shards == 0;
  home.shards |= bit(shard);
  if (came) {
    heard_.edge(user, true, at, home.shows);
  }
}

void Homes::vanish(entity::UserId user, std::size_t shard, base::Time last) {
  const auto found = homes_.find(user);
  if (found == homes_.end()) {
    return;
  }
  Home& home = found->second;
  std::erase_if(home.claims, [&](const Claim& c) { return c.stamp.shard == shard; });
  if ((home.shards & bit(shard)) == 0) {
    return;
  }
  home.shards &= ~bit(shard);
  home.last = std::max(home.last, last);
  if (home.shards != 0) {
    return;
  }
  const base::Time at = home.last;
  const bool shows = home.shows;
  homes_.erase(found);
  heard_.edge(user, false, at, shows);
}

void Homes::shows_last_seen(entity::UserId user, bool shows) {
  const auto found = homes_.find(user);
  if (found != homes_.end()) {
    found->second.shows = shows;
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
  std::erase_if(found->second.claims,
                [&](const Claim& c) { return c.key == key && c.stamp.shard == shard; });
}

}  // namespace keepline::push
