#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/flat_map.h"
#include "base/json_writer.h"
#include "entity/event.h"

namespace keepline::push {

enum class SignalKind : std::uint8_t { kPresence, kTyping, kProfile };

/// What is only true now: one register's value and the number of its last change. Numbers are given
/// by the tail, one counter for each run of the server.
struct Signal {
  std::uint64_t number = 0;
  SignalKind kind = SignalKind::kPresence;
  bool on = false;    ///< kPresence: online; kTyping: types
  bool busy = false;  ///< kPresence, online: not to be disturbed
  entity::UserId user;
  entity::ConversationId conversation;    ///< of kTyping
  std::optional<entity::Time> last_seen;  ///< of kPresence, offline, where the user shows it
  entity::EventId version;                ///< of kProfile
};

/// {"kind","user","conversation"?,"data"}, with data
///   presence {"online":bool,"busy"?:true,"last_seen"?}    typing {"typing":bool}    profile
///   {"version":id}
/// `typing` false follows a true after 6 s without another, or with the user's message. A client
/// still ends what it shows by itself after that time: a `false` may be lost with a restart.
void write_json(base::JsonWriter& json, const Signal& signal);

/// The newest value of every register, the same on every shard at the same signal number. Presence
/// and profiles are bounded by the number of users; of typing that ended, the newest kEndedMax are
/// kept so that a lost answer can be asked for again.
///
/// Lives on one shard.
class Registers {
 public:
  static constexpr std::size_t kEndedMax = 1024;

  void apply(const Signal& signal);

  /// The register, or nothing if this run never set it.
  std::optional<Signal> presence(entity::UserId user) const;
  std::optional<Signal> profile(entity::UserId user) const;
  const std::vector<Signal>* typing(entity::ConversationId conversation) const;
  bool any_typing() const { return !typing_.empty(); }

 private:
  struct Ended {
    std::uint64_t number;
    entity::ConversationId conversation;
  };
  /// A Signal of presence without what its place says: there is one for every user who ever came.
  struct PresenceOf {
    std::uint64_t number_and_seen = 0;  ///< four times the number, 1 more for online, 2 for busy
  };
  struct ProfileOf {
    std::uint64_t number = 0;
    entity::EventId version;
  };
  void forget_oldest_ended();

  base::FlatMap<entity::UserId, PresenceOf> presence_;
  base::FlatMap<entity::UserId, entity::Time> last_seen_;  ///< of those who are gone and show it
  base::FlatMap<entity::UserId, ProfileOf> profile_;
  std::unordered_map<entity::ConversationId, std::vector<Signal>> typing_;
  std::deque<Ended> ended_;  ///< oldest first; may name a register that types again
};

}  // namespace keepline::push
