#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "data/store.h"
#include "logic/accounts.h"
#include "logic/actor.h"

// The rules behind class Accounts that concern profiles and settings; sessions_rules.h has the
// others. The promises are those of the class.
namespace keepline::logic {

/// `wish` as it is to be stored, all but the password's hash. Errors: the field errors of
/// entity/validate.h. The demo's accounts are exempt from the password's rules.
base::Result<data::NewUser> valid_registration(const Registration& wish);

base::Result<bool> name_is_free(data::Reader& reader, std::string_view name);

base::Result<entity::User> add_account(data::Transaction& tx, data::NewUser user);

base::Result<entity::User> read_me(data::Reader& reader, Actor actor);
base::Result<entity::User> update_profile(data::Transaction& tx, Actor actor,
                                          const ProfilePatch& patch);

base::Result<entity::Settings> read_settings(data::Reader& reader, Actor actor);
base::Result<entity::Settings> change_settings(data::Transaction& tx, Actor actor,
                                               const SettingsPatch& patch);

base::Result<entity::User> read_user(data::Reader& reader, Actor actor, UserId id);
base::Result<std::vector<entity::User>> search_users(data::Reader& reader, Actor actor,
                                                     std::string_view query, std::string_view after,
                                                     std::size_t limit);

}  // namespace keepline::logic
