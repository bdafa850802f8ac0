#include "logic/accounts.h"

#include <fmt/format.h>

#include <utility>

#include "base/secret.h"
#include "entity/validate.h"
#include "logic/accounts_rules.h"
#include "logic/device.h"
#include "logic/permission.h"
#include "logic/run_now.h"
#include "logic/sessions_rules.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using data::Reader;
using data::Transaction;

Error wrong_credentials() { return {Errc::kWrongCredentials, "name or password is wrong"}; }

}  // namespace

Accounts::Accounts(data::StoreThreads& stores, Hasher& hasher, const base::Clock& clock,
                   base::Random& random)
    : stores_(stores), hasher_(hasher), clock_(clock), random_(random) {}

awaitable<Result<entity::User>> Accounts::register_user(Registration wish) {
  auto user = valid_registration(wish);
  if (!user) {
    co_return user.error();
  }
  auto password = entity::valid_password(wish.password);
  if (!password) {
    co_return password.error();
  }
  // A taken name is told before the costly hash; the write decides all the same.
  auto is_free = [name = user->name](Reader& reader) { return name_is_free(reader, name); };
  auto free = co_await stores_.read(std::move(is_free));
  if (!free) {
    co_return free.error();
  }
  if (!*free) {
    co_return Error(Errc::kNameTaken, "this name is taken", "name");
  }
  auto hash = co_await hasher_.hash(*std::move(password));
  if (!hash) {
    co_return hash.error();
  }
  user->password_hash = *std::move(hash);
  auto rule = [user = *std::move(user)](Transaction& tx) { return add_account(tx, user); };
  auto added = co_await stores_.write(std::move(rule));
  co_return added;
}

awaitable<Result<data::Credentials>> Accounts::prove(std::string name, std::string password) {
  auto normal = entity::normal_password(password);
  if (!normal) {
    co_return normal.error();
  }
  auto find = [key = entity::name_key(name)](Reader& reader) { return reader.credentials(key); };
  auto known = co_await stores_.read(std::move(find));
  if (!known && known.error().code != Errc::kNotFound) {
    co_return known.error();
  }
  // An unknown name costs what a known one costs.
  std::string hash = known ? known->password_hash : std::string{};
  auto right = co_await hasher_.verify(std::move(hash), *std::move(normal));
  if (!right) {
    co_return right.error();
  }
  if (!*right) {
    co_return wrong_credentials();
  }
  co_return known;
}

awaitable<Result<SignedIn>> Accounts::sign_in(std::string name, std::string password,
                                              SignInFrom from) {
  auto proof = co_await prove(std::move(name), std::move(password));
  if (!proof) {
    co_return proof.error();
  }
  std::string token = base::new_token(random_);
  auto rule = [proof = *proof, hash = base::token_hash(token),
               from = std::move(from)](Transaction& tx) -> Result<SignedIn> {
    auto session = open_session(tx, proof, hash, from);
    if (!session) {
      return session.error();
    }
    auto user = tx.user(proof.user);
    if (!user) {
      return user.error();
    }
    return SignedIn{*std::move(user), *std::move(session), {}, {}};
  };
  auto signed_in = co_await stores_.write(std::move(rule));
  if (signed_in) {
    signed_in->token = std::move(token);
    signed_in->device = new_device(random_, *proof);
  }
  co_return signed_in;
}

awaitable<Result<bool>> Accounts::knows_device(std::string name, std::string device) {
  auto find = [key = entity::name_key(name),
               device = std::move(device)](Reader& reader) -> Result<bool> {
    auto account = reader.credentials(key);
    if (!account) {
      return account.error().code == Errc::kNotFound ? Result<bool>(false) : account.error();
    }
    return is_device_of(device, *account);
  };
  auto known = co_await stores_.read(std::move(find));
  co_return known;
}

awaitable<Result<entity::User>> Accounts::verify(std::string name, std::string password) {
  auto proof = co_await prove(std::move(name), std::move(password));
  if (!proof) {
    co_return proof.error();
  }
  auto find = [id = proof->user](Reader& reader) { return reader.user(id); };
  auto user = co_await stores_.read(std::move(find));
  co_return user;
}

awaitable<Result<Authenticated>> Accounts::authenticate(std::string token) {
  ++session_reads_;
  auto find = [hash = base::token_hash(token), now = clock_.now()](Reader& reader) {
    return find_session(reader, hash, now);
  };
  auto found = co_await stores_.read(std::move(find));
  co_return found;
}

awaitable<Status> Accounts::sign_out(Actor actor) {
  auto rule = [actor](Transaction& tx) { return end_this_session(tx, actor); };
  auto ended = co_await stores_.write(std::move(rule));
  co_return ended;
}

awaitable<Result<std::vector<entity::Session>>> Accounts::sessions(Actor actor) {
  auto list = [actor, now = clock_.now()](Reader& reader) {
    return list_sessions(reader, actor, now);
  };
  auto sessions = co_await stores_.read(std::move(list));
  co_return sessions;
}

awaitable<Status> Accounts::end_session(Actor actor, SessionId session) {
  auto rule = [actor, session](Transaction& tx) { return end_one_session(tx, actor, session); };
  auto ended = co_await stores_.write(std::move(rule));
  co_return ended;
}

awaitable<Status> Accounts::end_other_sessions(Actor actor) {
  auto rule = [actor](Transaction& tx) { return end_sessions_but_this(tx, actor); };
  auto ended = co_await stores_.write(std::move(rule));
  co_return ended;
}

awaitable<Result<std::string>> Accounts::prove_again(UserId user, std::string password) {
  auto find = [user](Reader& reader) { return reader.credentials(user); };
  auto known = co_await stores_.read(std::move(find));
  if (!known) {
    co_return known.error();
  }
  auto right = co_await hasher_.verify(known->password_hash, std::move(password));
  if (!right) {
    co_return right.error();
  }
  if (!*right) {
    co_return Error(Errc::kWrongCredentials, "the old password is wrong", "old_password");
  }
  co_return known->password_hash;
}

awaitable<Result<std::string>> Accounts::change_password(Actor actor, std::string old_password,
                                                         std::string new_password) {
  // Asked here already: nobody makes the server hash who may not.
  if (auto allowed = can(actor, Action::kChangePassword); !allowed) {
    co_return allowed.error();
  }
  auto old_normal = entity::normal_password(old_password, "old_password");
  if (!old_normal) {
    co_return old_normal.error();
  }
  auto new_normal = entity::valid_password(new_password, "new_password");
  if (!new_normal) {
    co_return new_normal.error();
  }
  auto old_hash = co_await prove_again(actor.user, *std::move(old_normal));
  if (!old_hash) {
    co_return old_hash.error();
  }
  auto new_hash = co_await hasher_.hash(*std::move(new_normal));
  if (!new_hash) {
    co_return new_hash.error();
  }
  const data::Credentials account{actor.user, *new_hash};
  auto rule = [actor, before = *std::move(old_hash), after = *std::move(new_hash)](
                  Transaction& tx) { return replace_password(tx, actor, before, after); };
  auto changed = co_await stores_.write(std::move(rule));
  if (!changed) {
    co_return changed.error();
  }
  co_return new_device(random_, account);
}

awaitable<Result<entity::User>> Accounts::me(Actor actor) {
  auto query = [actor](Reader& reader) { return read_me(reader, actor); };
  auto user = co_await stores_.read(std::move(query));
  co_return user;
}

awaitable<Result<entity::User>> Accounts::update_me(Actor actor, ProfilePatch patch) {
  auto rule = [actor, patch = std::move(patch)](Transaction& tx) {
    return update_profile(tx, actor, patch);
  };
  auto user = co_await stores_.write(std::move(rule));
  co_return user;
}

awaitable<Result<entity::Settings>> Accounts::settings(Actor actor) {
  auto query = [actor](Reader& reader) { return read_settings(reader, actor); };
  auto settings = co_await stores_.read(std::move(query));
  co_return settings;
}

awaitable<Result<entity::Settings>> Accounts::update_settings(Actor actor, SettingsPatch patch) {
  auto rule = [actor, patch = std::move(patch)](Transaction& tx) {
    return change_settings(tx, actor, patch);
  };
  auto settings = co_await stores_.write(std::move(rule));
  co_return settings;
}

awaitable<Result<entity::User>> Accounts::user(Actor actor, UserId id) {
  auto query = [actor, id](Reader& reader) { return read_user(reader, actor, id); };
  auto user = co_await stores_.read(std::move(query));
  co_return user;
}

awaitable<Result<std::vector<entity::User>>> Accounts::find_users(Actor actor, std::string query,
                                                                  std::string after,
                                                                  std::size_t limit) {
  auto search = [actor, query = std::move(query), after = std::move(after), limit](Reader& reader) {
    return search_users(reader, actor, query, after, limit);
  };
  auto users = co_await stores_.read(std::move(search));
  co_return users;
}

awaitable<Result<bool>> Accounts::name_free(std::string name) {
  auto query = [name = std::move(name)](Reader& reader) { return name_is_free(reader, name); };
  auto free = co_await stores_.read(std::move(query));
  co_return free;
}

bool Accounts::used(const entity::Session& session) {
  const base::Time now = clock_.now();
  if (now - session.last_used < kUsedEvery) {
    return false;
  }
  stores_.write_along(fmt::format("used:{}", session.id.value),
                      [user = session.user, id = session.id, now](Transaction& tx) {
                        // Lost where it fails: the next use notes it again.
                        static_cast<void>(note_used(tx, user, id, now));
                      });
  return true;
}

void Accounts::seen(UserId user, base::Time at) {
  stores_.write_along(fmt::format("seen:{}", user.value), [user, at](Transaction& tx) {
    static_cast<void>(tx.set_last_seen(user, at));
  });
}

Result<entity::User> Accounts::ensure_demo_account(const Registration& account) {
  auto user = valid_registration(account);
  if (!user) {
    return user.error();
  }
  auto password = entity::normal_password(account.password);
  if (!password) {
    return password.error();
  }
  user->password_hash = hasher_.hash_now(*password);
  auto rule = [user = *std::move(user)](Transaction& tx) -> Result<entity::User> {
    auto known = tx.user_by_name(user.name_key);
    if (!known) {
      return known.error().code == Errc::kNotFound ? add_account(tx, user) : known.error();
    }
    if (auto written = tx.set_password(known->id, user.password_hash); !written) {
      return written.error();
    }
    return known;
  };
  Result<entity::User> ensured = Errc::kInternal;
  auto task = [this, &rule, &ensured]() -> awaitable<void> {
    auto done = co_await stores_.write(rule);
    ensured = std::move(done);
  };
  run_now(task());
  return ensured;
}

}  // namespace keepline::logic
