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

void SessionCache::enter(Node& node) {
  node.second.older = newest_;
  node.second.newer = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->second.newer) = &node;
  newest_ = &node;
}

void SessionCache::leave(Node& node) {
  Entry& entry = node.second;
  (entry.newer == nullptr ? newest_ : entry.newer->second.older) = entry.older;
  (entry.older == nullptr ? oldest_ : entry.older->second.newer) = entry.newer;
}

KnownSession* SessionCache::find(const base::Sha256& token_hash, base::Time now) {
  const auto found = entries_.find(token_hash);
  if (found == entries_.end()) {
    return nullptr;
  }
  Node& node = *found;
  if (node.second.session.expires_at <= now) {
    erase(node);
    return nullptr;
  }
  leave(node);
  enter(node);
  return &node.second.session;
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
  if (const auto old = entries_.find(token_hash); old != entries_.end()) {
    erase(*old);
  }
  if (Node** const old = by_session_.find(session.session)) {
    erase(**old);
  }
  if (entries_.size() >= sessions_max_) {
    erase(*oldest_);
  }
  Node& node = *entries_.try_emplace(token_hash, Entry{session}).first;
  enter(node);
  by_session_[session.session] = &node;
  return true;
}

void SessionCache::forget(SessionId session) {
  if (Node** const found = by_session_.find(session)) {
    erase(**found);
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

void SessionCache::erase(Node& node) {
  leave(node);
  by_session_.erase(node.second.session.session);
  const base::Sha256 token_hash = node.first;  // it must outlive the node
  entries_.erase(token_hash);
}

EventId SessionCache::newest_end(UserId user) const {
  const auto found = ends_.find(user);
  return found == ends_.end() ? ends_forgotten_ : std::max(found->second, ends_forgotten_);
}

}  // namespace keepline::api
