#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api/limits.h"
#include "api/session_cache.h"
#include "base/result.h"
#include "logic/accounts.h"
#include "net/request.h"

namespace keepline::api {

/// What a request brings to show who asks: a token, and how it came.
struct Credentials {
  std::string_view token;  ///< empty: nothing, or nothing that could be a token
  bool cookie = false;     ///< it is a cookie, which a browser sends for any page that asks
};

/// Reads the session cookie (`__Host-keepline` over https, else `keepline`) and
/// `Authorization: Bearer`; other schemes are a proxy's business.
/// Errors: kSignInRequired - both are there and differ.
base::Result<Credentials> read_credentials(const net::Request& request, bool https);

/// The Set-Cookie value that signs a browser in for `lasts`; out, where that is 0.
std::string session_cookie(std::string_view token, std::chrono::seconds lasts, bool https);

/// The device that a browser shows when it signs in (logic/device.h), or "".
std::string_view read_device(const net::Request& request);

/// The Set-Cookie value that makes it show `device`, at sign-ins alone.
std::string device_cookie(std::string_view device, bool https);

/// Whether the page asks as the user whom it believes in (Keepline-User, or `user` on streams).
/// Errors: kOtherUser; kBadRequest where `claim` is no id.
base::Status check_user(std::string_view claim, UserId user);

/// Knows who asks, from memory where it can.
///
/// Lives on one shard.
class Authenticator {
 public:
  Authenticator(logic::Accounts& accounts, Limits& limits, const base::Clock& clock);

  /// The actor of a token that is remembered: no wait, no database.
  std::optional<logic::Actor> known(std::string_view token);

  /// The actor of any token. Errors: kSignInRequired; kRateLimited, since unknown tokens cost a
  /// read; kOverloaded.
  boost::asio::awaitable<base::Result<logic::Actor>> find(std::string token,
                                                          net::AddressBytes client);

  /// Whether the answer to a request that brought `token` as a cookie should set it anew
  /// (SessionCache::cookie_due). Asked for when the answer is ready: the request may have ended its
  /// own session.
  bool cookie_due(std::string_view token);

  /// Whoever was told that a session ended finds it so with their next request on this shard. The
  /// others hear of it from the log.
  void forget(SessionId session) { cache_.forget(session); }

  /// For push::ShardHub::on_session_ended().
  void ended(UserId user, SessionId session, EventId at) { cache_.ended(user, session, at); }

 private:
  void note_use(KnownSession& session);

  logic::Accounts& accounts_;
  Limits& limits_;
  const base::Clock& clock_;
  SessionCache cache_;
};

}  // namespace keepline::api
