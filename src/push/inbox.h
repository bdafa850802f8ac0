#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/few.h"
#include "entity/conversation.h"
#include "entity/event.h"
#include "entity/user.h"
#include "net/wheel.h"
#include "push/logged_event.h"

namespace keepline::push {

class Inbox;
class Listener;

/// One poller of one user: a session and the name its client chose (by hash: a collision within one
/// user's session would only make one poll end early). Session 0 is for waits, which have none.
struct ClientKey {
  entity::SessionId session;
  std::uint64_t client = 0;

  friend bool operator==(ClientKey, ClientKey) = default;
};

/// A part of a conversation's stream that is the inbox's: an entity::Span with what finding it
/// again costs.
struct Place {
  entity::ConversationId conversation;
  entity::EventId from;
  entity::EventId to;      ///< none: open
  std::uint32_t slot = 0;  ///< where the audience keeps this inbox, while open

  bool open() const { return !to; }
  bool covers(entity::EventId id) const { return from <= id && (open() || id <= to); }
};

/// Someone whom the inbox's user may see.
struct Peer {
  entity::UserId user;
  entity::EventId version;  ///< of their profile, when the view was read
  bool friends = false;     ///< presence is shown
  bool direct = false;      ///< in a direct conversation
};

/// The ids of the newest events that concern someone, oldest first: so few that they lie in the
/// inbox itself.
class Recent {
 public:
  static constexpr std::size_t kMax = 4;

  const entity::EventId* begin() const { return ids_.data(); }
  const entity::EventId* end() const { return ids_.data() + size_; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0; }
  /// Adds the newest. Where there is no room the older half goes, so that this is rare; returns the
  /// newest that went, or none.
  entity::EventId push(entity::EventId id);

 private:
  std::array<entity::EventId, kMax> ids_{};
  std::uint32_t size_ = 0;
};

/// What a user lets their friends see of their presence.
struct Showing {
  entity::PresenceChoice choice = entity::PresenceChoice::kAutomatic;
  bool last_seen = false;  ///< when they were last here

  friend bool operator==(const Showing&, const Showing&) = default;
};

/// Hears that an inbox has been idle for its time.
class InboxOwner {
 public:
  virtual void idle(Inbox& inbox) = 0;

 protected:
  ~InboxOwner() = default;
};

/// What one user on one shard may still need: where they belong, a short row of the newest events
/// that concern them, and their listeners. Everything after `floor` that concerns the user is in
/// `recent` (ids, resolved by the shard's ring: below the ring's floor it holds nothing).
///
/// Bounded: places and peers by what the user belongs to; listeners by the
/// limits on parked polls. Its timer drops it some time after the last listener. Lives on one
/// shard, owned by Nearby.
class Inbox final : public net::Timer {
 public:
  enum class State : std::uint8_t {
    kBare,     ///< its places are not known: nothing is delivered
    kLoading,  ///< asked for
    kReady     ///< true at the shard's head
  };

  Inbox(entity::UserId user_in, InboxOwner& owner);
  ~Inbox() override;

  /// Adds an event that concerns the user.
  /// Requires: it is the shard's newest.
  void remember(entity::EventId id);
  /// Forgets what is remembered: nothing at or below `floor_in` is known any more.
  void forget(entity::EventId floor_in);

  /// Whether `event` concerns the user, wherever in the log it stands.
  bool concerned(const LoggedEvent& event) const;
  /// Whether the user shares the read mark `event` of someone else.
  bool hears_read(const LoggedEvent& event) const { return receipts && event.actor != user; }

  Place* open_place(entity::ConversationId conversation);
  const Place* open_place(entity::ConversationId conversation) const;
  Peer* peer(entity::UserId who);

  const entity::UserId user;
  State state = State::kBare;
  bool near = false;     ///< the user's home counts this shard as one of theirs
  bool coming = false;   ///< it will as soon as the view says what they show of their presence
  bool reading = false;  ///< a view was asked for
  bool stale = false;    ///< the last refresh failed: try with the next listener
  bool receipts = true;  ///< settings of the user
  bool typing = true;
  Showing showing;
  bool queued[2] = {};  ///< in the shard's lanes of what to fan out
  std::uint8_t attempts = 0;
  std::uint32_t serial = 0;      ///< of the view that is awaited
  entity::EventId refresh_from;  ///< a view older than this is not enough: the user joined there
  entity::EventId floor;
  entity::EventId last_event;     ///< no event after it, up to the shard's head, concerns the user
  std::uint64_t last_signal = 0;  ///< as last_event, for signals
  base::Time last_ended{};        ///< when the last listener went
  Recent recent;
  std::vector<Place> places;  ///< by conversation, then from
  std::vector<Peer> peers;    ///< by user
  base::Few<std::unique_ptr<Listener>> listeners;
  base::Few<ClientKey> claims;  ///< pollers that the user's home believes to be here

 private:
  void expired() override { owner_.idle(*this); }

  InboxOwner& owner_;
};

}  // namespace keepline::push
