#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "entity/user.h"

namespace keepline::api {

/// Who a classic request speaks for.
struct ClassicCaller {
  entity::UserId user;
  std::string name;
};

/// Names and passwords that were found to belong together a moment ago, so that a client that sends
/// both with every poll costs one password hash a minute and not one a poll.
///
/// It keeps no password, nor anything one could be guessed from outside this process: an entry is
/// found by a hash keyed with a secret that is made anew at each start. An entry is good for kLasts
/// from the check, however often it is used: that long an old password still works here after it
/// was changed. Then it is kept for kRemembered more, only to tell a client that comes back from
/// somebody who guesses. Bounded: the oldest entry makes room.
///
/// Lives on one shard. What one shard learns the others are told, under the same secret.
class ClassicLogins {
 public:
  using Secret = std::array<std::uint8_t, 32>;
  using Key = std::string;  ///< 32 bytes

  static constexpr std::chrono::seconds kLasts{60};
  static constexpr std::chrono::hours kRemembered{1};

  ClassicLogins(const base::Clock& clock, const Secret& secret, std::size_t capacity = 4'096);

  /// What stands for `name` and `password` here.
  static Key key_of(const Secret& secret, std::string_view name, std::string_view password);
  Key key_of(std::string_view name, std::string_view password) const {
    return key_of(secret_, name, password);
  }

  /// Who it is, where the check is not older than kLasts; else nullptr.
  const ClassicCaller* find(const Key& key);
  /// Whether these belonged together when they were last checked.
  bool remembers(const Key& key);

  /// They belong together: it was checked just now.
  void add(const Key& key, const ClassicCaller& caller);
  /// They do not, or no longer.
  void drop(const Key& key);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    ClassicCaller caller;
    base::Tick checked;
    std::uint64_t number = 0;  ///< of its place in oldest_first_
  };
  struct Place {
    Key key;
    std::uint64_t number = 0;  ///< an entry with another number was added again since
  };

  void make_room();

  const base::Clock& clock_;
  const Secret secret_;
  const std::size_t capacity_;
  std::unordered_map<Key, Entry> entries_;
  std::deque<Place> oldest_first_;
  std::uint64_t number_ = 0;
};

}  // namespace keepline::api
