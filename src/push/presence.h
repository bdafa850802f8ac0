#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/few.h"
#include "push/hub.h"
#include "push/inbox.h"

namespace keepline::push {

/// When a poll arrived, comparable between shards: of two at the same tick the higher shard's is
/// the newer.
struct Stamp {
  base::Tick tick;
  std::size_t shard = 0;

  friend auto operator<=>(const Stamp&, const Stamp&) = default;
};

/// Hears what the homes of users decide.
class HomesHeard {
 public:
  /// What friends see of `user` is `seen` since `at`, which they may see where it is `told`.
  virtual void edge(entity::UserId user, Presence seen, base::Time at, bool told) = 0;
  /// The user asked to be gone: `shard` ends their grace there.
  virtual void part(std::size_t shard, entity::UserId user) = 0;
  /// The poller `key` is on another shard since `newer`: what `shard` has of it ends, unless it is
  /// newer still.
  virtual void yield(std::size_t shard, entity::UserId user, ClientKey key, Stamp newer) = 0;
  /// The session of `key` has too many pollers: what `shard` has of this one ends.
  virtual void evict(std::size_t shard, entity::UserId user, ClientKey key) = 0;

 protected:
  ~HomesHeard() = default;
};

/// The homes of the users whose hash leads to this shard: what is per user across all shards. On
/// which shards someone is near (presence follows from that), and on which shard each of their
/// pollers parked last (supersession follows from that). Shards say when something appears or goes,
/// not for every poll.
///
/// Bounded: an entry for each user near somewhere, kClaimsMax pollers for each. Lives on one shard.
class Homes {
 public:
  static constexpr std::size_t kClaimsMax = 32;
  static constexpr std::size_t kShardsMax = 64;

  Homes(HomesHeard& heard, std::size_t polls_per_session_max)
      : heard_(heard), polls_per_session_max_(polls_per_session_max) {}

  /// The user has a stream on `shard`, which did not count them before, and shows `showing`, which
  /// the log says at `as_of`.
  void appear(entity::UserId user, std::size_t shard, base::Time at, Showing showing,
              entity::EventId as_of);
  /// The grace of the last stream on `shard`, which ended at `last`, is over.
  void vanish(entity::UserId user, std::size_t shard, base::Time last);
  /// A shard knows by the log at `as_of` what the user shows. What is older than known is nothing.
  void show(entity::UserId user, base::Time at, Showing showing, entity::EventId as_of);
  void leave(entity::UserId user);

  /// A poller parked on `stamp.shard`, which did not have it before.
  void claim(entity::UserId user, ClientKey key, Stamp stamp);
  /// The poller's client went away from `shard`.
  void unclaim(entity::UserId user, ClientKey key, std::size_t shard);

  std::size_t size() const { return homes_.size(); }

 private:
  struct Claim {
    ClientKey key;
    Stamp stamp;
  };
  struct Home {
    std::uint64_t shards = 0;  ///< one bit for each on which the user is near
    base::Few<Claim> claims;   ///< in the order they came
    base::Time last{};
    entity::EventId showing_as_of;
    Showing showing;
  };

  static Presence seen(const Home& home);

  void evict_oldest(entity::UserId user, Home& home, entity::SessionId session, bool any);

  HomesHeard& heard_;
  const std::size_t polls_per_session_max_;
  std::unordered_map<entity::UserId, Home> homes_;
};

}  // namespace keepline::push
