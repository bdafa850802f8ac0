#include "logic/accounts_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "logic/friends_rules.h"
#include "logic/house_test.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;
using entity::User;

class AccountsRules : public ::testing::Test {
 protected:
  Result<User> update(Actor actor, const ProfilePatch& patch) {
    return house.write([&](Transaction& tx) { return update_profile(tx, actor, patch); });
  }
  Result<entity::Settings> choose(Actor actor, const SettingsPatch& patch) {
    return house.write([&](Transaction& tx) { return change_settings(tx, actor, patch); });
  }
  Result<User> profile(Actor actor, Actor of) {
    return house.read([&](Reader& reader) { return read_user(reader, actor, of.user); });
  }
  /// The names that a search finds, or the error.
  std::string found(Actor actor, std::string_view query, std::string_view after = {},
                    std::size_t limit = 100) {
    const auto users = house.read(
        [&](Reader& reader) { return search_users(reader, actor, query, after, limit); });
    if (!users) {
      return code_of(users);
    }
    std::string names;
    for (const User& user : *users) {
      EXPECT_FALSE(user.email);
      names += user.name + " ";
    }
    return names;
  }
  Result<bool> is_free(std::string_view name) {
    return house.read([&](Reader& reader) { return name_is_free(reader, name); });
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
};

std::string field_of(const Registration& wish) {
  const auto user = valid_registration(wish);
  return user ? "ok" : code_of(user) + " " + user.error().field;
}

TEST_F(AccountsRules, ARegistrationIsStoredInItsNormalForm) {
  Registration wish;
  wish.name = "Jose\xCC\x81";
  wish.sex = " 男 ";
  wish.age = 26;
  wish.email = "a@b";
  const auto user = valid_registration(wish);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, "Jos\xC3\xA9");
  EXPECT_EQ(user->name_key, "jos\xC3\xA9");
  EXPECT_EQ(user->display_name, "Jos\xC3\xA9") << "the name, where there is none";
  EXPECT_EQ(user->sex, "男");
  EXPECT_EQ(user->age, 26);
  EXPECT_EQ(user->email, "a@b");

  wish.display_name = " Pepe ";
  wish.sex = "";
  wish.email = "";
  wish.age.reset();
  const auto other = valid_registration(wish);
  EXPECT_EQ(other->display_name, "Pepe");
  EXPECT_FALSE(other->sex) << "an empty field of a form says nothing";
  EXPECT_FALSE(other->email);
  EXPECT_FALSE(other->age);
}

TEST_F(AccountsRules, ARegistrationNamesTheFieldThatIsWrong) {
  const auto with = [](auto change) {
    Registration wish;
    wish.name = "amy";
    change(wish);
    return field_of(wish);
  };
  EXPECT_EQ(with([](Registration&) {}), "ok");
  EXPECT_EQ(with([](Registration& r) { r.name = "a"; }), "too_short name");
  EXPECT_EQ(with([](Registration& r) { r.display_name = " "; }), "too_short display_name");
  EXPECT_EQ(with([](Registration& r) { r.sex = std::string(17, 'x'); }), "too_long sex");
  EXPECT_EQ(with([](Registration& r) { r.age = 151; }), "bad_value age");
  EXPECT_EQ(with([](Registration& r) { r.email = "nobody"; }), "bad_value email");
}

TEST_F(AccountsRules, ANameIsTakenOnceWhateverItsCaseAndWidth) {
  Registration wish;
  wish.name = "ＬＩＧＥＲ";
  const auto added =
      house.write([&](Transaction& tx) { return add_account(tx, *valid_registration(wish)); });
  EXPECT_EQ(code_of(added), "name_taken");
  EXPECT_FALSE(*is_free("LIGER"));
  EXPECT_FALSE(*is_free("ｌｉｇｅｒ"));
  EXPECT_TRUE(*is_free("liger2"));
  EXPECT_EQ(code_of(is_free("a")), "too_short");
  EXPECT_EQ(code_of(is_free("a b")), "bad_value");
}

TEST_F(AccountsRules, ANewAccountHasItsMomentAndNoVersion) {
  Registration wish;
  wish.name = "amy";
  const auto added =
      house.write([&](Transaction& tx) { return add_account(tx, *valid_registration(wish)); });
  ASSERT_TRUE(added);
  EXPECT_EQ(added->created_at, house.clock.now());
  EXPECT_FALSE(added->version);
  EXPECT_FALSE(added->last_seen);
}

TEST_F(AccountsRules, APatchChangesWhatItNamesAndNothingElse) {
  ProfilePatch patch;
  patch.display_name = "  漠然 ";
  patch.age = std::optional<std::int64_t>(26);
  const auto user = update(liger, patch);
  ASSERT_TRUE(user);
  EXPECT_EQ(user->display_name, "漠然");
  EXPECT_EQ(user->age, 26);
  EXPECT_EQ(user->email, "liger@example.org");

  ProfilePatch clear;
  clear.age = std::optional<std::int64_t>();
  clear.email = std::optional<std::string>();
  const auto cleared = update(liger, clear);
  EXPECT_EQ(cleared->display_name, "漠然");
  EXPECT_FALSE(cleared->age);
  EXPECT_FALSE(cleared->email);
  const auto stored = house.read([&](Reader& r) { return read_me(r, liger); });
  EXPECT_EQ(stored->display_name, "漠然");
  EXPECT_FALSE(stored->email);
}

TEST_F(AccountsRules, AChangedProfileIsAnEventThatIsItsVersion) {
  house.take_events();
  ProfilePatch patch;
  patch.display_name = "漠然";
  const auto user = update(liger, patch);
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, entity::EventKind::kProfile);
  EXPECT_EQ(events[0].stream, entity::Stream::of(liger.user));
  EXPECT_EQ(events[0].id, user->version);
  EXPECT_EQ(std::get<entity::ProfileChange>(events[0].data).user.display_name, "漠然");
  EXPECT_EQ(house.read([&](Reader& r) { return read_me(r, liger); })->version, user->version);

  EXPECT_EQ(update(liger, patch)->version, user->version) << "nothing changed";
  EXPECT_EQ(update(liger, ProfilePatch{})->version, user->version);
  EXPECT_EQ(house.take_streams(), "");
}

TEST_F(AccountsRules, ABadPatchChangesNothing) {
  house.take_events();
  ProfilePatch patch;
  patch.display_name = "fine";
  patch.age = std::optional<std::int64_t>(-1);
  const auto refused = update(liger, patch);
  EXPECT_EQ(code_of(refused), "bad_value");
  EXPECT_EQ(refused.error().field, "age");
  EXPECT_EQ(house.read([&](Reader& r) { return read_me(r, liger); })->display_name, "liger");
  EXPECT_EQ(house.take_streams(), "");
}

// Goal: whoever shows read marks is told that they appear or go.
// Method: a new version of the profile, which is a signal to all who see that person.
TEST_F(AccountsRules, HiddenAndShownReadMarksAreANewVersionOfTheProfile) {
  const auto version = [&] {
    return house.read([&](Reader& r) { return read_me(r, liger); })->version;
  };
  for (const bool shown : {false, true}) {
    house.take_events();
    SettingsPatch patch;
    patch.receipts = shown;
    ASSERT_TRUE(choose(liger, patch));
    const auto events = house.take_events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].kind, entity::EventKind::kSettings);
    EXPECT_EQ(events[1].kind, entity::EventKind::kProfile);
    EXPECT_EQ(events[1].stream, entity::Stream::of(liger.user));
    EXPECT_EQ(version(), events[1].id);
  }
}

TEST_F(AccountsRules, SettingsChangeOneByOneAndSaySo) {
  house.take_events();
  SettingsPatch patch;
  patch.last_seen = false;
  patch.language = "zh";
  ASSERT_TRUE(choose(liger, patch));
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].stream, entity::Stream::of(liger.user));
  const auto stored = house.read([&](Reader& r) { return read_settings(r, liger); });
  EXPECT_EQ(std::get<entity::SettingsChange>(events[0].data).settings, *stored);
  EXPECT_FALSE(stored->last_seen);
  EXPECT_TRUE(stored->typing);
  EXPECT_EQ(stored->language, "zh");

  ASSERT_TRUE(choose(liger, patch));
  ASSERT_TRUE(choose(liger, SettingsPatch{}));
  EXPECT_EQ(house.take_streams(), "") << "nothing changed";

  SettingsPatch all;
  all.direct_from = entity::DirectFrom::kFriends;
  all.requests_from = entity::RequestsFrom::kNobody;
  all.receipts = true;
  all.typing = false;
  all.last_seen = false;
  all.presence = entity::PresenceChoice::kBusy;
  all.language = "";
  all.theme = "dark";
  entity::Settings expected;
  expected.direct_from = entity::DirectFrom::kFriends;
  expected.requests_from = entity::RequestsFrom::kNobody;
  expected.typing = false;
  expected.last_seen = false;
  expected.presence = entity::PresenceChoice::kBusy;
  expected.theme = "dark";
  EXPECT_EQ(*choose(liger, all), expected);
}

TEST_F(AccountsRules, SettingsKnowTheirValues) {
  SettingsPatch language;
  language.language = "fr";
  EXPECT_EQ(choose(liger, language).error().field, "language");
  SettingsPatch theme;
  theme.theme = "pink";
  EXPECT_EQ(choose(liger, theme).error().field, "theme");
}

TEST_F(AccountsRules, AProfileShowsOthersNoEmail) {
  EXPECT_EQ(profile(liger, zql)->name, "zql");
  EXPECT_FALSE(profile(liger, zql)->email);
  EXPECT_EQ(house.read([&](Reader& r) { return read_me(r, liger); })->email, "liger@example.org");
  EXPECT_EQ(code_of(profile(liger, Actor{UserId{999}, {}})), "not_found");
}

TEST_F(AccountsRules, AProfileShowsFriendsWhenOneWasLastSeen) {
  ASSERT_TRUE(
      house.write([&](Transaction& tx) { return tx.set_last_seen(zql.user, house.clock.now()); }));
  EXPECT_FALSE(profile(liger, zql)->last_seen);
  ASSERT_TRUE(house.write([&](Transaction& tx) { return befriend(tx, liger.user, zql.user); }));
  EXPECT_EQ(profile(liger, zql)->last_seen, house.clock.now());
  SettingsPatch hide;
  hide.last_seen = false;
  ASSERT_TRUE(choose(zql, hide));
  EXPECT_FALSE(profile(liger, zql)->last_seen);
}

TEST_F(AccountsRules, ASearchFindsTheStartOfNamesAndDisplayNames) {
  house.add_user("Zoe");
  const Actor amy = house.add_user("amy");
  ProfilePatch patch;
  patch.display_name = "Zhang Amy";
  ASSERT_TRUE(update(amy, patch));
  EXPECT_EQ(found(liger, "z"), "amy Zoe zql ");
  EXPECT_EQ(found(liger, "Z"), "amy Zoe zql ");
  EXPECT_EQ(found(liger, "zh"), "amy ");
  EXPECT_EQ(found(liger, "ZHANG A"), "amy ");
  EXPECT_EQ(found(liger, "amy"), "amy ");
  EXPECT_EQ(found(liger, "oe"), "") << "the start only";
}

TEST_F(AccountsRules, ASearchNeverFindsOneselfOrWhoBlockedOne) {
  const Actor zoe = house.add_user("zoe");
  ASSERT_TRUE(house.write([&](Transaction& tx) { return block_user(tx, zoe, liger.user); }));
  ASSERT_TRUE(house.write([&](Transaction& tx) { return block_user(tx, liger, zql.user); }));
  EXPECT_EQ(found(liger, "z"), "zql ") << "whom one blocks is found, to be unblocked";
  EXPECT_EQ(found(zoe, "liger"), "liger ");
  EXPECT_EQ(found(liger, "lig"), "");
}

// Goal: those who are left out do not make a page look like the last one.
TEST_F(AccountsRules, ASearchFillsItsPages) {
  for (const char* name : {"pa", "pb", "pc", "pd", "pe"}) {
    const Actor someone = house.add_user(name);
    if (std::string_view(name) < "pd") {
      ASSERT_TRUE(
          house.write([&](Transaction& tx) { return block_user(tx, someone, liger.user); }));
    }
  }
  EXPECT_EQ(found(liger, "p", "", 2), "pd pe ");
  EXPECT_EQ(found(liger, "p", "", 1), "pd ");
  EXPECT_EQ(found(liger, "p", "PD", 1), "pe ");
  EXPECT_EQ(found(liger, "p", "pe", 1), "");
}

TEST_F(AccountsRules, ASearchTakesTextOnly) {
  EXPECT_EQ(found(liger, ""), "too_short");
  EXPECT_EQ(found(liger, "  "), "too_short");
  EXPECT_EQ(found(liger, "\xFF"), "bad_value");
  EXPECT_EQ(found(liger, std::string_view("a\0", 2)), "bad_value");
  EXPECT_EQ(found(liger, std::string(65, 'a')), "too_long");
  EXPECT_EQ(found(liger, std::string(64, 'a')), "");
  EXPECT_EQ(found(liger, "%"), "") << "no pattern";
  EXPECT_EQ(found(liger, "_"), "");
}

TEST_F(AccountsRules, AskForASignIn) {
  const Actor nobody;
  EXPECT_EQ(code_of(update(nobody, {})), "sign_in_required");
  EXPECT_EQ(code_of(choose(nobody, {})), "sign_in_required");
  EXPECT_EQ(code_of(profile(nobody, liger)), "sign_in_required");
  EXPECT_EQ(found(nobody, "z"), "sign_in_required");
  EXPECT_EQ(code_of(house.read([&](Reader& r) { return read_me(r, nobody); })), "sign_in_required");
  EXPECT_EQ(code_of(house.read([&](Reader& r) { return read_settings(r, nobody); })),
            "sign_in_required");
}

}  // namespace
}  // namespace keepline::logic
