#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/flat_map.h"
#include "base/secret.h"
#include "entity/user.h"

namespace keepline::api {

using entity::EventId;
using entity::SessionId;
using entity::UserId;

/// A session as a shard remembers it.
struct KnownSession {
  UserId user;
  SessionId session;
  base::Time expires_at{};
  base::Time last_used{};   ///< as it was noted last
  base::Time cookie_set{};  ///< when its browser got its cookie, as far as this shard knows
};

/// The sessions that this shard has seen lately, so that no request needs the database to know who
/// asks.
///
/// A session enters by fill(), with the log position at which it was read, and leaves with ended(),
/// which hears every SessionEnded event in the log's order. A fill that was read before the newest
/// end known of its user is refused: it may show a session that is over.
///
/// Bounded: of the sessions the least recently used goes; of the ends all go at once, and their
/// newest then stands for every user. Lives on one shard.
class SessionCache {
 public:
  static constexpr std::size_t kSessionsMax = 65'536;
  static constexpr std::size_t kEndsMax = 65'536;
  static constexpr std::chrono::days kCookieEvery{1};

  explicit SessionCache(std::size_t sessions_max = kSessionsMax, std::size_t ends_max = kEndsMax);

  /// The session of a token, or nullptr where it is not here or has expired. Stands until the next
  /// call of another member.
  KnownSession* find(const base::Sha256& token_hash, base::Time now);

  /// Whether the browser that holds this cookie should be given it anew: its session slides with
  /// use, a cookie does not. True at most once every kCookieEvery, and never for a session that is
  /// not here: it may just have ended.
  bool cookie_due(const base::Sha256& token_hash, base::Time now);

  /// Whether the session may be believed; it is remembered then.
  bool fill(const base::Sha256& token_hash, const KnownSession& session, EventId as_of);

  /// Drops a session that is known to have ended before its event is heard here.
  void forget(SessionId session);

  /// The event `at` ended `session` of `user`.
  void ended(UserId user, SessionId session, EventId at);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry;
  struct HashOfHash {
    std::size_t operator()(const base::Sha256& hash) const noexcept;
  };
  using Entries = std::unordered_map<base::Sha256, Entry, HashOfHash>;
  using Node = Entries::value_type;  ///< stays where it is for as long as it is there
  /// A ring through the entries, in the order of use.
  struct Entry {
    KnownSession session;
    Node* newer = nullptr;
    Node* older = nullptr;
  };

  void enter(Node& node);
  void leave(Node& node);
  void erase(Node& node);
  EventId newest_end(UserId user) const;

  const std::size_t sessions_max_;
  const std::size_t ends_max_;
  Entries entries_;
  Node* newest_ = nullptr;
  Node* oldest_ = nullptr;
  base::FlatMap<SessionId, Node*> by_session_;
  std::unordered_map<UserId, EventId> ends_;
  EventId ends_forgotten_;  ///< no end that left ends_ is newer
};

}  // namespace keepline::api
