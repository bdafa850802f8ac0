#pragma once

#include "data/store.h"
#include "entity/user.h"

// What others see of a person.
namespace keepline::logic {

/// `user` as everybody may see them, in answers and in events alike: no e-mail and no last_seen.
entity::User public_profile(entity::User user);

/// public_profile(), with last_seen where `viewer` and the user are friends and the user shows it.
base::Result<entity::User> profile_for(data::Reader& reader, entity::UserId viewer,
                                       entity::User user);

/// As profile_for(), for a viewer who is known to be a friend or not.
base::Result<entity::User> profile_for(data::Reader& reader, bool friends, entity::User user);

}  // namespace keepline::logic
