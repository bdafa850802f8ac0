#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
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
/// It keeps neither passwords nor anything they could be guessed from outside this process: an
/// entry is found by a hash keyed with 256 bits that are made anew at each start. An entry lasts
/// kLasts from the check, however often it is used: that long an old password still works here
/// after it was changed. Bounded: the oldest entry makes room.
///
/// Lives on one shard; every shard has its own.
class ClassicLogins {
 public:
  static constexpr std::chrono::seconds kLasts{60};

  ClassicLogins(const base::Clock& clock, base::Random& random, std::size_t capacity = 4'096);

  const ClassicCaller* find(std::string_view name, std::string_view password);
  void add(std::string_view name, std::string_view password, ClassicCaller caller);

  std::size_t size() const { return entries_.size(); }

 private:
  using Key = std::string;  ///< 32 bytes
  struct Entry {
    ClassicCaller caller;
    base::Tick expires;
  };

  Key key_of(std::string_view name, std::string_view password) const;
  void drop_expired();

  const base::Clock& clock_;
  const std::size_t capacity_;
  std::array<std::uint8_t, 32> secret_{};
  std::unordered_map<Key, Entry> entries_;
  std::deque<Key> oldest_first_;  ///< the keys of entries_, each once
};

}  // namespace keepline::api
