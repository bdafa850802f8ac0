#pragma once

#include "data/sqlite/database.h"
#include "data/store.h"

namespace keepline::data::sqlite {

/// The users of one connection: the contract's calls on accounts (data/store.h), over `user_info`.
/// The connection outlives this.
class Accounts {
 public:
  explicit Accounts(Db& db) : db_(db) {}

  Result<entity::User> user(UserId id);
  Result<entity::User> user_by_name(std::string_view name_key);
  Result<Credentials> credentials(std::string_view name_key);
  Result<Credentials> credentials(UserId id);
  Result<std::vector<entity::User>> find_users(std::string_view key, std::string_view after_key,
                                               std::size_t limit);
  Result<entity::Settings> settings(UserId id);

  Result<UserId> add_user(const NewUser& user);
  Status update_user(const entity::User& user);
  Status set_password(UserId user, std::string_view password_hash);
  Status set_last_seen(UserId user, Time at);
  Status set_settings(UserId user, const entity::Settings& settings);

 private:
  Db& db_;
};

}  // namespace keepline::data::sqlite
