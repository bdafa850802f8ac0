#include "api/session_cache.h"

#include <algorithm>
#include <cstring>

namespace keepline::api {

SessionCache::SessionCache(std::size_t sessions_max, std::size_t ends_max)
    : sessions_max_(sessions_max), ends_max_(ends_max) {}

std::size_t SessionCache::HashOfHash::operator()(const base::Sha256& hash) const noexcept {
  std::size_t word = 0;
  std::memcpy(&word, hash.data(), sizeof word);
  return word;
}

KnownSession* SessionCache::find(const base::Sha256& token_hash, base::Time now) {
  const auto found = by_token_.find(token_hash);
  if (found == by_token_.end()) {
    return nullptr;
  }
  const auto entry = found->second;
  if (entry->session.expires_at <= now) {
    erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->session;
}

bool SessionCache::cookie_due(const base::Sha256& token_hash, base::Time now) {
  KnownSession* const session = find(token_hash, now);
  if (session == nullptr || now - session->cookie_set < kCookieEvery) {
    return false;
  }
  session->cookie_set = now;
  return true;
}

bool SessionCache::fill(const base::Sha256& token_hash, const KnownSession& session,
                        EventId as_of) {
  if (as_of < newest_end(session.user)) {
    return false;
  }
  // Two requests may have read the same session at once; the later read stays.
  if (const auto old = by_token_.find(token_hash); old != by_token_.end()) {
    erase(old->second);
  }
  if (const auto old = by_session_.find(session.session); old != by_session_.end()) {
    erase(old->second);
  }
  if (entries_.size() >= sessions_max_) {
    erase(std::prev(entries_.end()));
  }
  entries_.push_front({token_hash, session});
  by_token_.emplace(token_hash, entries_.begin());
  by_session_.emplace(session.session, entries_.begin());
  return true;
}

void SessionCache::forget(SessionId session) {
  if (const auto found = by_session_.find(session); found != by_session_.end()) {
    erase(found->second);
  }
}

void SessionCache::ended(UserId user, SessionId session, EventId at) {
  forget(session);
  if (ends_.size() >= ends_max_ && !ends_.contains(user)) {
    for (const auto& [who, end] : ends_) {
      ends_forgotten_ = std::max(ends_forgotten_, end);
    }
    ends_.clear();
  }
  EventId& newest = ends_[user];
  newest = std::max(newest, at);
}

void SessionCache::erase(Entries::iterator entry) {
  by_token_.erase(entry->token_hash);
  by_session_.erase(entry->session.session);
  entries_.erase(entry);
}

EventId SessionCache::newest_end(UserId user) const {
  const auto found = ends_.find(user);
  return found == ends_.end() ? ends_forgotten_ : std::max(found->second, ends_forgotten_);
}

}  // namespace keepline::api
