#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "data/store.h"
#include "logic/accounts.h"
#include "logic/actor.h"

// The rules behind class Accounts that concern sessions and passwords. Each end of a session is an
// event in the user's own stream, so that caches and streams everywhere learn of it.
namespace keepline::logic {

/// More sign-ins than this end the session that was unused for longest.
inline constexpr std::size_t kSessionsMax = 100;

/// Opens a session for who proved to know the password behind `proof`.
/// Errors: kWrongCredentials - the password was changed in the meantime.
base::Result<entity::Session> open_session(data::Transaction& tx, const data::Credentials& proof,
                                           const base::Sha256& token_hash, const SignInFrom& from);

/// Errors: kSignInRequired - unknown, ended, or unused for longer than Accounts::kSessionLasts.
base::Result<Authenticated> find_session(data::Reader& reader, const base::Sha256& token_hash,
                                         base::Time now);

base::Result<std::vector<entity::Session>> list_sessions(data::Reader& reader, Actor actor,
                                                         base::Time now);

base::Status end_one_session(data::Transaction& tx, Actor actor, SessionId session);
base::Status end_this_session(data::Transaction& tx, Actor actor);
base::Status end_sessions_but_this(data::Transaction& tx, Actor actor);

/// Replaces the password whose hash is `old_hash`, and ends all other sessions.
/// Errors: kWrongCredentials - it is no longer that one.
base::Status replace_password(data::Transaction& tx, Actor actor, std::string_view old_hash,
                              std::string_view new_hash);

/// Writes that the session was used at `at`, unless it is noted already or the session is gone.
base::Status note_used(data::Transaction& tx, UserId user, SessionId session, base::Time at);

}  // namespace keepline::logic
