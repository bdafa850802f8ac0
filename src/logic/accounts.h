#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "data/store_threads.h"
#include "entity/user.h"
#include "logic/actor.h"
#include "logic/hasher.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;

struct Registration {
  std::string name;
  std::optional<std::string> display_name;  ///< the name, where absent
  std::string password;
  std::optional<std::string> sex;
  std::optional<std::int64_t> age;
  std::optional<std::string> email;
};

/// Where a sign-in comes from: shown in the list of sessions.
struct SignInFrom {
  entity::SessionKind kind = entity::SessionKind::kCookie;
  std::string agent;
  std::string address;
};

struct SignedIn {
  entity::User user;
  entity::Session session;
  std::string token;   ///< given out once, stored only as a hash
  std::string device;  ///< for a browser to keep (logic/device.h)
};

/// A session as it was at a position of the log: what a cache needs to know whether it is still
/// good.
struct Authenticated {
  entity::Session session;
  EventId as_of;
};

/// Absent fields stay as they are; for optional ones the inner nothing clears them.
struct ProfilePatch {
  std::optional<std::string> display_name;
  std::optional<std::optional<std::string>> sex;
  std::optional<std::optional<std::int64_t>> age;
  std::optional<std::optional<std::string>> email;
};

struct SettingsPatch {
  std::optional<entity::DirectFrom> direct_from;
  std::optional<entity::RequestsFrom> requests_from;
  std::optional<bool> receipts;
  std::optional<bool> typing;
  std::optional<bool> last_seen;
  std::optional<entity::PresenceChoice> presence;
  std::optional<std::string> language;
  std::optional<std::string> theme;
};

/// Accounts, profiles and sessions. Thread-safe; answers resume on the caller's executor.
class Accounts {
 public:
  Accounts(data::StoreThreads& stores, Hasher& hasher, const base::Clock& clock,
           base::Random& random);

  /// A session ends when it was not used for this long, ...
  static constexpr std::chrono::days kSessionLasts{30};
  /// ... and in any case after this long: browsers keep no cookie longer.
  static constexpr std::chrono::days kSessionLastsAtMost{400};
  static constexpr std::chrono::minutes kUsedEvery{10};

  /// Errors: kNameTaken, the field errors of entity/validate.h, kOverloaded.
  awaitable<Result<entity::User>> register_user(Registration wish);

  /// Errors: kWrongCredentials, the same in the same time for an unknown name and a wrong password;
  /// kOverloaded.
  awaitable<Result<SignedIn>> sign_in(std::string name, std::string password, SignInFrom from);

  /// Whether `device` comes from a browser that signed in to the account `name` before, with its
  /// present password. False also for a name that nobody has.
  awaitable<Result<bool>> knows_device(std::string name, std::string device);

  /// Whether name and password belong together, without a session: the classic endpoint's question.
  awaitable<Result<entity::User>> verify(std::string name, std::string password);

  /// Errors: kSignInRequired for a token that is unknown, ended or expired.
  awaitable<Result<Authenticated>> authenticate(std::string token);

  awaitable<Status> sign_out(Actor actor);
  awaitable<Result<std::vector<entity::Session>>> sessions(Actor actor);
  /// Errors: kNotFound for another's session, as for none.
  awaitable<Status> end_session(Actor actor, SessionId session);
  /// Ends every session of the actor but the one that asks.
  awaitable<Status> end_other_sessions(Actor actor);

  /// Ends every other session; the answer is a new device, since the old ones are void. Errors:
  /// kWrongCredentials for the old password, field errors for the new.
  awaitable<Result<std::string>> change_password(Actor actor, std::string old_password,
                                                 std::string new_password);

  awaitable<Result<entity::User>> me(Actor actor);
  awaitable<Result<entity::User>> update_me(Actor actor, ProfilePatch patch);
  awaitable<Result<entity::Settings>> settings(Actor actor);
  awaitable<Result<entity::Settings>> update_settings(Actor actor, SettingsPatch patch);

  /// Another's public profile: no e-mail, last_seen only for friends whom it is shown to.
  awaitable<Result<entity::User>> user(Actor actor, UserId id);
  /// By the start of the name or of the display name; never the actor, and nobody who blocked them.
  awaitable<Result<std::vector<entity::User>>> find_users(Actor actor, std::string query,
                                                          std::string after, std::size_t limit);
  /// Whether `name` could be registered. Errors: the field errors of a name.
  awaitable<Result<bool>> name_free(std::string name);

  /// Notes that a session was used, with the next batch that is written anyway, unless that was
  /// noted less than kUsedEvery ago. Returns whether it noted it: who keeps `session` then sets its
  /// last_used to now.
  bool used(const entity::Session& session);
  /// Notes when a user was last here, likewise.
  void seen(UserId user, base::Time at);

  /// Sets a password without knowing the old one and without its rules, and creates the account
  /// where there is none: for the demo. Blocks; call it before serving.
  Result<entity::User> ensure_demo_account(const Registration& account);

  /// How often authenticate() asked the database.
  std::uint64_t session_reads() const { return session_reads_; }

 private:
  /// Whose name and password these are, and the hash they were checked against.
  awaitable<Result<data::Credentials>> prove(std::string name, std::string password);
  /// Whether `password` is the user's, whose hash is the answer.
  awaitable<Result<std::string>> prove_again(UserId user, std::string password);

  data::StoreThreads& stores_;
  Hasher& hasher_;
  const base::Clock& clock_;
  base::Random& random_;
  std::atomic<std::uint64_t> session_reads_{0};
};

}  // namespace keepline::logic
