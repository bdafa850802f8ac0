#include "api/authenticate.h"

#include <algorithm>

#include "api/decode.h"

namespace keepline::api {
namespace {

using base::Errc;
using base::Error;

constexpr std::size_t kTokenSize = 43;  ///< 256 bits in base64url
constexpr int kReadsMax = 3;
constexpr std::string_view kDeviceCookie = "keepline_device";
constexpr std::chrono::days kDeviceLasts{400};  ///< browsers keep no cookie longer

bool looks_like_a_token(std::string_view text) {
  return text.size() == kTokenSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::string_view bearer_of(const net::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  std::string_view value = request.header("authorization");
  if (value.size() < kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), value.begin(),
                  [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); })) {
    return {};
  }
  value.remove_prefix(kScheme.size());
  while (value.starts_with(' ')) {
    value.remove_prefix(1);
  }
  return value;
}

std::string_view cookie_name(bool https) { return https ? "__Host-keepline" : "keepline"; }

}  // namespace

base::Result<Credentials> read_credentials(const net::Request& request, bool https) {
  const std::string_view cookie = request.cookie(cookie_name(https));
  const std::string_view bearer = bearer_of(request);
  if (!cookie.empty() && !bearer.empty() && cookie != bearer) {
    return Error(Errc::kSignInRequired, "The cookie and the Authorization header differ.");
  }
  // What cannot be a token is no credential, but a cookie it still is: the rules about origins look
  // at what a browser sent, not at what it is worth.
  Credentials credentials{bearer.empty() ? cookie : bearer, !cookie.empty() && bearer.empty()};
  if (!looks_like_a_token(credentials.token)) {
    credentials.token = {};
  }
  return credentials;
}

std::string session_cookie(std::string_view token, std::chrono::seconds lasts, bool https) {
  std::string cookie(cookie_name(https));
  cookie.append("=").append(token);
  cookie.append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  cookie.append(std::to_string(lasts.count()));
  if (https) {
    cookie.append("; Secure");
  }
  return cookie;
}

std::string_view read_device(const net::Request& request) { return request.cookie(kDeviceCookie); }

std::string device_cookie(std::string_view device, bool https) {
  std::string cookie(kDeviceCookie);
  cookie.append("=").append(device);
  cookie.append("; Path=/api/v1/login; HttpOnly; SameSite=Lax; Max-Age=");
  cookie.append(std::to_string(std::chrono::seconds(kDeviceLasts).count()));
  if (https) {
    cookie.append("; Secure");
  }
  return cookie;
}

base::Status check_user(std::string_view claim, UserId user) {
  const auto id = parse_id(claim);
  if (!id) {
    return Error(Errc::kBadRequest, "Keepline-User must be the id of a user.");
  }
  if (UserId(*id) != user) {
    return Error(Errc::kOtherUser);
  }
  return base::ok();
}

Authenticator::Authenticator(logic::Accounts& accounts, Limits& limits, const base::Clock& clock)
    : accounts_(accounts), limits_(limits), clock_(clock) {}

std::optional<logic::Actor> Authenticator::known(std::string_view token) {
  KnownSession* const session = cache_.find(base::token_hash(token), clock_.now());
  if (session == nullptr) {
    return std::nullopt;
  }
  note_use(*session);
  return logic::Actor{session->user, session->session};
}

boost::asio::awaitable<base::Result<logic::Actor>> Authenticator::find(std::string token,
                                                                       net::AddressBytes client) {
  if (const auto actor = known(token)) {
    co_return *actor;
  }
  if (auto allowed = limits_.take(Limit::kAddress, client); !allowed) {
    co_return allowed.error();
  }
  const base::Sha256 hash = base::token_hash(token);
  for (int reads = 0; reads < kReadsMax; ++reads) {
    auto read = co_await accounts_.authenticate(token);
    if (!read) {
      co_return read.error();
    }
    const entity::Session& session = read->session;
    KnownSession found{session.user, session.id, session.expires_at, session.last_used,
                       session.created_at};
    note_use(found);
    if (cache_.fill(hash, found, read->as_of)) {
      co_return logic::Actor{found.user, found.session};
    }
    // A session of this user ended since the read: what was read may be what ended.
  }
  co_return Error(Errc::kOverloaded);
}

bool Authenticator::cookie_due(std::string_view token) {
  return cache_.cookie_due(base::token_hash(token), clock_.now());
}

void Authenticator::note_use(KnownSession& known) {
  const base::Time now = clock_.now();
  if (now - known.last_used < logic::Accounts::kUsedEvery) {
    return;
  }
  known.last_used = now;
  entity::Session session;
  session.id = known.session;
  session.user = known.user;
  session.last_used = now;
  session.expires_at = known.expires_at;
  accounts_.used(session);
}

}  // namespace keepline::api
