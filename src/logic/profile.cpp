#include "logic/profile.h"

#include <utility>

namespace keepline::logic {

using base::Result;
using entity::User;

User public_profile(User user) {
  user.email.reset();
  user.last_seen.reset();
  return user;
}

Result<User> profile_for(data::Reader& reader, bool friends, User user) {
  if (!friends || !user.last_seen) {
    return public_profile(std::move(user));
  }
  auto settings = reader.settings(user.id);
  if (!settings) {
    return settings.error();
  }
  const auto last_seen = settings->last_seen ? user.last_seen : std::nullopt;
  User shown = public_profile(std::move(user));
  shown.last_seen = last_seen;
  return shown;
}

Result<User> profile_for(data::Reader& reader, entity::UserId viewer, User user) {
  auto relation = reader.relation(viewer, user.id);
  if (!relation) {
    return relation.error();
  }
  return profile_for(reader, *relation == entity::RelationState::kFriends, std::move(user));
}

}  // namespace keepline::logic
