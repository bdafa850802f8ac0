#include "logic/sessions_rules.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "logic/permission.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Transaction;
using entity::Session;

constexpr std::size_t kAgentBytesMax = 200;

/// When a session ends if it is not used again. Stored is only the end that use does not move.
base::Time end_of(const Session& session) {
  return std::min(session.expires_at, session.last_used + Accounts::kSessionLasts);
}

/// A User-Agent is bytes from outside; what is kept of it can be shown.
std::string shown_agent(std::string_view agent) {
  std::string shown(agent.substr(0, kAgentBytesMax));
  if (agent.size() > kAgentBytesMax && base::is_utf8(agent)) {
    // The cut may have split the last character.
    while (!base::is_utf8(shown)) {
      shown.pop_back();
    }
  }
  if (!base::is_utf8(shown)) {
    const auto foreign = [](char c) { return static_cast<unsigned char>(c) > 0x7E; };
    std::ranges::replace_if(shown, foreign, '?');
  }
  return shown;
}

Status end(Transaction& tx, UserId actor, const Session& session) {
  entity::Event event;
  event.kind = entity::EventKind::kSessionEnded;
  event.stream = entity::Stream::of(session.user);
  event.actor = actor;
  event.data = entity::SessionEnded{session.id};
  if (auto id = tx.record(std::move(event)); !id) {
    return id.error();
  }
  return tx.remove_session(session.id);
}

/// Ends those of the actor's sessions for which `which` says so.
template <class Which>
Status end_where(Transaction& tx, UserId user, Which which) {
  auto sessions = tx.sessions(user);
  if (!sessions) {
    return sessions.error();
  }
  for (const Session& session : *sessions) {
    if (!which(session)) {
      continue;
    }
    if (auto ended = end(tx, user, session); !ended) {
      return ended;
    }
  }
  return base::ok();
}

/// Ends what has expired, and then the longest unused until there is room for one more.
Status make_room(Transaction& tx, UserId user) {
  const base::Time now = tx.now();
  if (auto ended = end_where(tx, user, [now](const Session& s) { return end_of(s) <= now; });
      !ended) {
    return ended;
  }
  auto sessions = tx.sessions(user);
  if (!sessions) {
    return sessions.error();
  }
  std::ranges::sort(*sessions, {}, &Session::last_used);
  for (std::size_t i = 0; i + kSessionsMax <= sessions->size(); ++i) {
    if (auto ended = end(tx, user, (*sessions)[i]); !ended) {
      return ended;
    }
  }
  return base::ok();
}

/// Whether the user's password is still the one behind `hash`.
Status still_current(Transaction& tx, UserId user, std::string_view hash) {
  auto current = tx.credentials(user);
  if (!current) {
    return current.error();
  }
  if (current->password_hash != hash) {
    return Error(Errc::kWrongCredentials, "name or password is wrong");
  }
  return base::ok();
}

}  // namespace

Result<Session> open_session(Transaction& tx, const data::Credentials& proof,
                             const base::Sha256& token_hash, const SignInFrom& from) {
  // Between the check of the password and now it may have been changed, which ended every session:
  // one more must not slip in behind it.
  if (auto current = still_current(tx, proof.user, proof.password_hash); !current) {
    return current.error();
  }
  if (auto room = make_room(tx, proof.user); !room) {
    return room.error();
  }
  data::NewSession wish;
  wish.user = proof.user;
  wish.token_hash = token_hash;
  wish.kind = from.kind;
  wish.agent = shown_agent(from.agent);
  wish.address = from.address;
  wish.created_at = tx.now();
  wish.expires_at = tx.now() + Accounts::kSessionLastsAtMost;
  auto id = tx.add_session(wish);
  if (!id) {
    return id.error();
  }
  Session session;
  session.id = *id;
  session.user = wish.user;
  session.kind = wish.kind;
  session.agent = wish.agent;
  session.address = wish.address;
  session.created_at = wish.created_at;
  session.last_used = wish.created_at;
  session.expires_at = wish.expires_at;
  session.expires_at = end_of(session);
  return session;
}

Result<Authenticated> find_session(data::Reader& reader, const base::Sha256& token_hash,
                                   base::Time now) {
  auto position = reader.position();
  if (!position) {
    return position.error();
  }
  auto session = reader.session(token_hash);
  if (!session && session.error().code != Errc::kNotFound) {
    return session.error();
  }
  if (!session || end_of(*session) <= now) {
    return Error(Errc::kSignInRequired, "sign in first");
  }
  session->expires_at = end_of(*session);
  return Authenticated{*std::move(session), position->head};
}

Result<std::vector<Session>> list_sessions(data::Reader& reader, Actor actor, base::Time now) {
  if (auto allowed = can(actor, Action::kReadSessions); !allowed) {
    return allowed.error();
  }
  auto sessions = reader.sessions(actor.user);
  if (!sessions) {
    return sessions.error();
  }
  std::erase_if(*sessions, [now](const Session& session) { return end_of(session) <= now; });
  for (Session& session : *sessions) {
    session.expires_at = end_of(session);
  }
  return sessions;
}

Status end_one_session(Transaction& tx, Actor actor, SessionId session) {
  auto sessions = tx.sessions(actor.user);
  if (!sessions) {
    return sessions.error();
  }
  const auto found = std::ranges::find(*sessions, session, &Session::id);
  Object object;
  object.owner = found == sessions->end() ? UserId{} : found->user;
  if (auto allowed = can(actor, Action::kEndSession, object); !allowed) {
    return allowed;
  }
  return end(tx, actor.user, *found);
}

Status end_this_session(Transaction& tx, Actor actor) {
  if (auto allowed = can(actor, Action::kSignOut); !allowed) {
    return allowed;
  }
  return end_where(tx, actor.user,
                   [actor](const Session& session) { return session.id == actor.session; });
}

Status end_sessions_but_this(Transaction& tx, Actor actor) {
  if (auto allowed = can(actor, Action::kEndOtherSessions); !allowed) {
    return allowed;
  }
  return end_where(tx, actor.user,
                   [actor](const Session& session) { return session.id != actor.session; });
}

Status replace_password(Transaction& tx, Actor actor, std::string_view old_hash,
                        std::string_view new_hash) {
  if (auto allowed = can(actor, Action::kChangePassword); !allowed) {
    return allowed;
  }
  if (auto current = still_current(tx, actor.user, old_hash); !current) {
    return current;
  }
  if (auto written = tx.set_password(actor.user, new_hash); !written) {
    return written;
  }
  return end_where(tx, actor.user,
                   [actor](const Session& session) { return session.id != actor.session; });
}

Status note_used(Transaction& tx, UserId user, SessionId session, base::Time at) {
  auto sessions = tx.sessions(user);
  if (!sessions) {
    return sessions.error();
  }
  const auto found = std::ranges::find(*sessions, session, &Session::id);
  if (found == sessions->end() || at - found->last_used < Accounts::kUsedEvery) {
    return base::ok();
  }
  return tx.set_session_used(session, at);
}

}  // namespace keepline::logic
