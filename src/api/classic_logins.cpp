#include "api/classic_logins.h"

namespace keepline::api {

ClassicLogins::ClassicLogins(const base::Clock& clock, base::Random& random, std::size_t capacity)
    : clock_(clock), capacity_(capacity) {
  random.fill(secret_);
}

const ClassicCaller* ClassicLogins::find(std::string_view name, std::string_view password) {
  drop_expired();
  const auto found = entries_.find(key_of(name, password));
  return found == entries_.end() ? nullptr : &found->second.caller;
}

void ClassicLogins::add(std::string_view name, std::string_view password, ClassicCaller caller) {
  drop_expired();
  const base::Tick expires = clock_.tick() + kLasts;
  const auto [place, is_new] =
      entries_.try_emplace(key_of(name, password), Entry{std::move(caller), expires});
  if (!is_new) {
    return;  // two requests were checked side by side: the first check counts
  }
  oldest_first_.push_back(place->first);
  if (entries_.size() > capacity_) {
    entries_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
}

ClassicLogins::Key ClassicLogins::key_of(std::string_view name, std::string_view password) const {
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  std::string text(secret_.begin(), secret_.end());
  text += std::to_string(name.size());
  text += ':';
  text += name;
  text += password;
  const base::Sha256 hash = base::sha256(text);
  return Key(hash.begin(), hash.end());
}

void ClassicLogins::drop_expired() {
  // All entries last equally long, so the oldest is the first to go.
  const base::Tick now = clock_.tick();
  while (!oldest_first_.empty()) {
    const auto oldest = entries_.find(oldest_first_.front());
    if (oldest->second.expires > now) {
      return;
    }
    entries_.erase(oldest);
    oldest_first_.pop_front();
  }
}

}  // namespace keepline::api
