#include "logic/accounts_rules.h"

#include <utility>

#include "base/utf8.h"
#include "entity/validate.h"
#include "logic/facts.h"
#include "logic/limits.h"
#include "logic/permission.h"
#include "logic/profile.h"

namespace keepline::logic {
namespace {

using base::Errc;
using base::Error;
using base::Result;
using base::Status;
using data::Reader;
using data::Transaction;
using entity::Settings;
using entity::User;

/// `value` after `rule`; an absent or empty text is no value.
template <class Rule>
Result<std::optional<std::string>> optional_text(const std::optional<std::string>& value,
                                                 Rule rule) {
  if (!value || value->empty()) {
    return std::optional<std::string>{};
  }
  Result<std::string> valid = rule(*value);
  if (!valid) {
    return valid.error();
  }
  return valid->empty() ? std::optional<std::string>{} : std::optional(*std::move(valid));
}

Result<std::optional<std::string>> optional_sex(const std::optional<std::string>& value) {
  return optional_text(value, [](std::string_view text) { return entity::valid_sex(text); });
}

Result<std::optional<std::string>> optional_email(const std::optional<std::string>& value) {
  return optional_text(value, [](std::string_view text) { return entity::valid_email(text); });
}

Result<std::optional<std::int64_t>> optional_age(std::optional<std::int64_t> value) {
  if (!value) {
    return value;
  }
  auto valid = entity::valid_age(*value);
  return valid ? Result<std::optional<std::int64_t>>(*valid) : valid.error();
}

/// What a profile shows, for telling whether a patch changes anything.
bool same_profile(const User& a, const User& b) {
  return a.display_name == b.display_name && a.sex == b.sex && a.age == b.age && a.email == b.email;
}

Status apply(const ProfilePatch& patch, User& user) {
  if (patch.display_name) {
    auto name = entity::valid_display_name(*patch.display_name);
    if (!name) {
      return name.error();
    }
    user.display_name = *std::move(name);
  }
  if (patch.sex) {
    auto sex = optional_sex(*patch.sex);
    if (!sex) {
      return sex.error();
    }
    user.sex = *std::move(sex);
  }
  if (patch.age) {
    auto age = optional_age(*patch.age);
    if (!age) {
      return age.error();
    }
    user.age = *age;
  }
  if (patch.email) {
    auto email = optional_email(*patch.email);
    if (!email) {
      return email.error();
    }
    user.email = *std::move(email);
  }
  return base::ok();
}

Status apply(const SettingsPatch& patch, Settings& settings) {
  if (patch.language && !patch.language->empty() && *patch.language != "en" &&
      *patch.language != "zh") {
    return Error(Errc::kBadValue, "empty, en or zh", "language");
  }
  if (patch.theme && !patch.theme->empty() && *patch.theme != "light" && *patch.theme != "dark") {
    return Error(Errc::kBadValue, "empty, light or dark", "theme");
  }
  settings.direct_from = patch.direct_from.value_or(settings.direct_from);
  settings.requests_from = patch.requests_from.value_or(settings.requests_from);
  settings.receipts = patch.receipts.value_or(settings.receipts);
  settings.typing = patch.typing.value_or(settings.typing);
  settings.last_seen = patch.last_seen.value_or(settings.last_seen);
  settings.presence = patch.presence.value_or(settings.presence);
  settings.language = patch.language.value_or(settings.language);
  settings.theme = patch.theme.value_or(settings.theme);
  return base::ok();
}

entity::Event own_event(UserId user, entity::EventKind kind) {
  entity::Event event;
  event.kind = kind;
  event.stream = entity::Stream::of(user);
  event.actor = user;
  return event;
}

/// Records that others see `user` anew, and writes that down with what else changed.
Status show_anew(Transaction& tx, User& user) {
  entity::Event event = own_event(user.id, entity::EventKind::kProfile);
  event.data = entity::ProfileChange{user};
  auto id = tx.record(std::move(event));
  if (!id) {
    return id.error();
  }
  user.version = *id;
  return tx.update_user(user);
}

/// The start of a name to look for. Errors: field errors of `q`.
Result<std::string> search_key(std::string_view query) {
  const auto length = base::code_points(query);
  if (!length || query.find('\0') != std::string_view::npos) {
    return Error(Errc::kBadValue, "must be well-formed UTF-8 without NUL", "q");
  }
  if (*length > entity::kDisplayNameMax) {
    return Error(Errc::kTooLong, "at most 64 characters", "q");
  }
  std::string key = entity::name_key(query);
  if (key.find_first_not_of(' ') == std::string::npos) {
    return Error(Errc::kTooShort, "at least 1 character", "q");
  }
  return key;
}

}  // namespace

Result<data::NewUser> valid_registration(const Registration& wish) {
  auto name = entity::valid_name(wish.name);
  if (!name) {
    return name.error();
  }
  auto display_name = entity::valid_display_name(wish.display_name.value_or(*name));
  if (!display_name) {
    return display_name.error();
  }
  auto sex = optional_sex(wish.sex);
  if (!sex) {
    return sex.error();
  }
  auto age = optional_age(wish.age);
  if (!age) {
    return age.error();
  }
  auto email = optional_email(wish.email);
  if (!email) {
    return email.error();
  }
  data::NewUser user;
  user.name_key = entity::name_key(*name);
  user.name = *std::move(name);
  user.display_name = *std::move(display_name);
  user.sex = *std::move(sex);
  user.age = *age;
  user.email = *std::move(email);
  return user;
}

Result<bool> name_is_free(Reader& reader, std::string_view name) {
  auto valid = entity::valid_name(name);
  if (!valid) {
    return valid.error();
  }
  auto taken = reader.user_by_name(entity::name_key(*valid));
  if (!taken && taken.error().code != Errc::kNotFound) {
    return taken.error();
  }
  return !taken.has_value();
}

Result<User> add_account(Transaction& tx, data::NewUser user) {
  user.created_at = tx.now();
  auto id = tx.add_user(user);
  if (!id) {
    return id.error();
  }
  return tx.user(*id);
}

Result<User> read_me(Reader& reader, Actor actor) {
  if (auto allowed = can(actor, Action::kReadMe); !allowed) {
    return allowed.error();
  }
  return reader.user(actor.user);
}

Result<User> update_profile(Transaction& tx, Actor actor, const ProfilePatch& patch) {
  if (auto allowed = can(actor, Action::kUpdateMe); !allowed) {
    return allowed.error();
  }
  auto before = tx.user(actor.user);
  if (!before) {
    return before.error();
  }
  User user = *before;
  if (auto applied = apply(patch, user); !applied) {
    return applied.error();
  }
  if (same_profile(*before, user)) {
    return user;
  }
  if (auto shown = show_anew(tx, user); !shown) {
    return shown.error();
  }
  return user;
}

Result<Settings> read_settings(Reader& reader, Actor actor) {
  if (auto allowed = can(actor, Action::kReadSettings); !allowed) {
    return allowed.error();
  }
  return reader.settings(actor.user);
}

Result<Settings> change_settings(Transaction& tx, Actor actor, const SettingsPatch& patch) {
  if (auto allowed = can(actor, Action::kUpdateSettings); !allowed) {
    return allowed.error();
  }
  auto before = tx.settings(actor.user);
  if (!before) {
    return before.error();
  }
  Settings settings = *before;
  if (auto applied = apply(patch, settings); !applied) {
    return applied.error();
  }
  if (settings == *before) {
    return settings;
  }
  if (auto written = tx.set_settings(actor.user, settings); !written) {
    return written.error();
  }
  entity::Event event = own_event(actor.user, entity::EventKind::kSettings);
  event.data = entity::SettingsChange{settings};
  if (auto id = tx.record(std::move(event)); !id) {
    return id.error();
  }
  if (settings.receipts != before->receipts) {
    // Their read marks appear or go. A new version of the profile tells whoever sees them, now or
    // when they come back.
    auto user = tx.user(actor.user);
    if (!user) {
      return user.error();
    }
    if (auto shown = show_anew(tx, *user); !shown) {
      return shown.error();
    }
  }
  return settings;
}

Result<User> read_user(Reader& reader, Actor actor, UserId id) {
  if (auto allowed = can_with_person(reader, actor, Action::kReadUser, id); !allowed) {
    return allowed.error();
  }
  auto user = reader.user(id);
  if (!user) {
    return user.error();
  }
  return profile_for(reader, actor.user, *std::move(user));
}

Result<std::vector<User>> search_users(Reader& reader, Actor actor, std::string_view query,
                                       std::string_view after, std::size_t limit) {
  if (auto allowed = can(actor, Action::kFindUsers); !allowed) {
    return allowed.error();
  }
  auto key = search_key(query);
  if (!key) {
    return key.error();
  }
  const std::size_t wanted = page_limit(limit);
  std::string after_key = entity::name_key(after);
  std::vector<User> found;
  // Those who are left out must not make a page look like the last one, so more are read until it
  // is full. The read's own limit of time bounds this.
  while (found.size() < wanted) {
    auto some = reader.find_users(*key, after_key, wanted);
    if (!some) {
      return some.error();
    }
    const bool last = some->size() < wanted;
    for (User& user : *some) {
      after_key = entity::name_key(user.name);
      if (user.id == actor.user || found.size() == wanted) {
        continue;
      }
      auto theirs = reader.relation(user.id, actor.user);
      if (!theirs) {
        return theirs.error();
      }
      if (*theirs == entity::RelationState::kBlocked) {
        continue;
      }
      auto profile = profile_for(reader, actor.user, std::move(user));
      if (!profile) {
        return profile.error();
      }
      found.push_back(*std::move(profile));
    }
    if (last) {
      break;
    }
  }
  return found;
}

}  // namespace keepline::logic
