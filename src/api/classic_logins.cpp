#include "api/classic_logins.h"

#include "base/secret.h"

namespace keepline::api {

ClassicLogins::ClassicLogins(const base::Clock& clock, const Secret& secret, std::size_t capacity)
    : clock_(clock), secret_(secret), capacity_(capacity) {}

ClassicLogins::Key ClassicLogins::key_of(const Secret& secret, std::string_view name,
                                         std::string_view password) {
  // The length keeps ("ab", "c") and ("a", "bc") apart.
  std::string text(secret.begin(), secret.end());
  text += std::to_string(name.size());
  text += ':';
  text += name;
  text += password;
  const base::Sha256 hash = base::sha256(text);
  return Key(hash.begin(), hash.end());
}

const ClassicCaller* ClassicLogins::find(const Key& key) {
  const auto found = entries_.find(key);
  const bool good = found != entries_.end() && clock_.tick() - found->second.checked < kLasts;
  return good ? &found->second.caller : nullptr;
}

bool ClassicLogins::remembers(const Key& key) {
  const auto found = entries_.find(key);
  return found != entries_.end() && clock_.tick() - found->second.checked < kRemembered;
}

void ClassicLogins::add(const Key& key, const ClassicCaller& caller) {
  entries_[key] = Entry{caller, clock_.tick(), ++number_};
  oldest_first_.push_back({key, number_});
  make_room();
}

void ClassicLogins::drop(const Key& key) { entries_.erase(key); }

void ClassicLogins::make_room() {
  // A place whose entry is gone or was added again is passed over, so both stay bounded: an entry
  // is added again only after kLasts.
  while (!oldest_first_.empty()) {
    const Place& oldest = oldest_first_.front();
    const auto entry = entries_.find(oldest.key);
    if (entry != entries_.end() && entry->second.number == oldest.number) {
      if (entries_.size() <= capacity_ && clock_.tick() - entry->second.checked < kRemembered) {
        return;
      }
      entries_.erase(entry);
    }
    oldest_first_.pop_front();
  }
}

}  // namespace keepline::api
