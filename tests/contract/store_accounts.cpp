#include "contract/store_contract.h"

namespace keepline::data {
namespace {

using base::Errc;

std::string names(const std::vector<entity::User>& users) {
  std::string text;
  for (const entity::User& user : users) {
    text += user.name + ' ';
  }
  return text;
}

TEST_P(StoreContract, KeepsAUserAsGiven) {
  NewUser given = new_user("Liger_ZQL");
  given.display_name = "漠然";
  given.sex = "男";
  given.age = 30;
  given.email = "liger@example.org";
  const UserId id = must(write([&](Transaction& tx) { return tx.add_user(given); }));

  const auto user = must(read([&](Reader& reader) { return reader.user(id); }));
  EXPECT_EQ(user.id, id);
  EXPECT_EQ(user.name, "Liger_ZQL");
  EXPECT_EQ(user.display_name, "漠然");
  EXPECT_EQ(user.sex, "男");
  EXPECT_EQ(user.age, 30);
  EXPECT_EQ(user.email, "liger@example.org");
  EXPECT_EQ(user.created_at, given.created_at);
  EXPECT_EQ(user.last_seen, std::nullopt);
  EXPECT_EQ(user.version, EventId());
  const auto same = must(read([&](Reader& reader) { return reader.user_by_name(given.name_key); }));
  EXPECT_EQ(same.id, id);
}

TEST_P(StoreContract, KeepsWhatAUserLeftOutAsNothing) {
  const UserId id = add_user("plain");
  const auto user = must(read([&](Reader& reader) { return reader.user(id); }));
  EXPECT_EQ(user.sex, std::nullopt);
  EXPECT_EQ(user.age, std::nullopt);
  EXPECT_EQ(user.email, std::nullopt);
}

TEST_P(StoreContract, TakesANameOnceByItsKey) {
  add_user("Straße");
  auto again = write([](Transaction& tx) { return tx.add_user(new_user("STRASSE")); });
  ASSERT_EQ(error_of(again), Errc::kNameTaken);
  EXPECT_EQ(again.error().field, "name");
  add_user("strass");
}

TEST_P(StoreContract, DoesNotKnowUsersThatAreNotThere) {
  const UserId user = add_user("only");
  const UserId unknown(user.value + 1);
  look([&](Reader& reader) {
    EXPECT_EQ(error_of(reader.user(unknown)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.user(UserId())), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.user(UserId(-1))), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.user_by_name("")), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.credentials("nobody")), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.credentials(unknown)), Errc::kNotFound);
    EXPECT_EQ(error_of(reader.settings(unknown)), Errc::kNotFound);
  });
  must(write([&](Transaction& tx) {
    entity::User changed;
    changed.id = unknown;
    EXPECT_EQ(error_of(tx.update_user(changed)), Errc::kNotFound);
    EXPECT_EQ(error_of(tx.set_password(unknown, "x")), Errc::kNotFound);
    EXPECT_EQ(error_of(tx.set_last_seen(unknown, now_)), Errc::kNotFound);
    EXPECT_EQ(error_of(tx.set_settings(unknown, {})), Errc::kNotFound);
    return base::ok();
  }));
}

TEST_P(StoreContract, ChangesAProfileAndNothingBesideIt) {
  const UserId id = add_user("mutable");
  const UserId other = add_user("other");
  entity::User user = must(read([&](Reader& reader) { return reader.user(id); }));
  user.name = "not changed by this";
  user.display_name = "New Face";
  user.sex = "f";
  user.age = 0;
  user.email = "";
  user.version = EventId(77);
  must(write([&](Transaction& tx) { return tx.update_user(user); }));

  const auto changed = must(read([&](Reader& reader) { return reader.user(id); }));
  EXPECT_EQ(changed.name, "mutable");
  EXPECT_EQ(changed.display_name, "New Face");
  EXPECT_EQ(changed.age, 0);
  EXPECT_EQ(changed.email, "");
  EXPECT_EQ(changed.version, EventId(77));
  EXPECT_EQ(must(read([&](Reader& reader) { return reader.user(other); })).display_name, "other");
}

TEST_P(StoreContract, HandsOutCredentialsByNameAndById) {
  const UserId id = add_user("signs_in");
  must(write([&](Transaction& tx) { return tx.set_password(id, "$argon2id$new"); }));
  for (const auto& found : {read([](Reader& reader) { return reader.credentials("signs_in"); }),
                            read([&](Reader& reader) { return reader.credentials(id); })}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, id);
    EXPECT_EQ(found->password_hash, "$argon2id$new");
  }
}

TEST_P(StoreContract, FindsUsersByTheBeginningOfEitherName) {
  const UserId ann = add_user("ann");
  add_user("annette");
  add_user("an");
  add_user("bob");
  entity::User shown = must(read([&](Reader& reader) { return reader.user(ann); }));
  shown.display_name = "Bobette";
  shown.email = "ann@example.org";
  must(write([&](Transaction& tx) { return tx.update_user(shown); }));
  auto find = [&](std::string_view key, std::string_view after, std::size_t limit) {
    return names(must(read([&](Reader& reader) { return reader.find_users(key, after, limit); })));
  };

  EXPECT_EQ(find("ann", "", 10), "ann annette ");
  EXPECT_EQ(find("bob", "", 10), "ann bob ") << "the display name counts too, once";
  EXPECT_EQ(find("", "", 10), "an ann annette bob ");
  EXPECT_EQ(find("", "", 2), "an ann ");
  EXPECT_EQ(find("", "ann", 2), "annette bob ");
  EXPECT_EQ(find("", "bob", 2), "");
  EXPECT_EQ(find("annettes", "", 10), "");
  EXPECT_EQ(find("%", "", 10), "") << "no character is special";
  EXPECT_EQ(find("_", "", 10), "");
}

TEST_P(StoreContract, FindsNamesAtTheEndOfTheAlphabet) {
  NewUser last = new_user("zz");
  last.display_name = "\U0010FFFD\U0010FFFD";
  must(write([&](Transaction& tx) { return tx.add_user(last); }));
  const auto found = must(read(
      [&](Reader& reader) { return reader.find_users(entity::name_key("\U0010FFFD"), "", 10); }));
  EXPECT_EQ(names(found), "zz ");
}

TEST_P(StoreContract, ShowsAnEmailOnlyWhereItsOwnerIsRead) {
  NewUser given = new_user("private");
  given.email = "private@example.org";
  const UserId id = must(write([&](Transaction& tx) { return tx.add_user(given); }));
  const UserId friend_id = add_user("friend");
  must(write([&](Transaction& tx) {
    return tx.set_relation(friend_id, id, entity::RelationState::kFriends, EventId(1));
  }));
  const ConversationId conversation = add_direct(id, friend_id);
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.find_users("private", "", 1)).at(0).email, std::nullopt);
    EXPECT_EQ(must(reader.relations(friend_id)).at(0).peer.email, std::nullopt);
    EXPECT_EQ(must(reader.conversation_view(conversation, friend_id)).peer->email, std::nullopt);
    EXPECT_TRUE(must(reader.user_by_name("private")).email);
  });
}

TEST_P(StoreContract, StartsSettingsAtTheirDefaultsAndKeepsThem) {
  const UserId id = add_user("chooser");
  EXPECT_EQ(must(read([&](Reader& reader) { return reader.settings(id); })), entity::Settings());

  entity::Settings chosen;
  chosen.direct_from = entity::DirectFrom::kFriends;
  chosen.requests_from = entity::RequestsFrom::kNobody;
  chosen.receipts = false;
  chosen.typing = false;
  chosen.last_seen = false;
  chosen.presence = entity::PresenceChoice::kInvisible;
  chosen.language = "zh";
  chosen.theme = "dark";
  must(write([&](Transaction& tx) { return tx.set_settings(id, chosen); }));
  EXPECT_EQ(must(read([&](Reader& reader) { return reader.settings(id); })), chosen);
}

TEST_P(StoreContract, KeepsWhenAUserWasLastSeen) {
  const UserId id = add_user("seen");
  must(write([&](Transaction& tx) { return tx.set_last_seen(id, now_); }));
  EXPECT_EQ(must(read([&](Reader& reader) { return reader.user(id); })).last_seen, now_);
}

TEST_P(StoreContract, KeepsSessionsByTheHashOfTheirToken) {
  const UserId id = add_user("at_home");
  NewSession given;
  given.user = id;
  given.token_hash = base::sha256("token");
  given.kind = entity::SessionKind::kBearer;
  given.agent = "curl/8";
  given.address = "127.0.0.1";
  given.created_at = now_;
  given.expires_at = now_ + std::chrono::hours(1);
  const SessionId session = must(write([&](Transaction& tx) { return tx.add_session(given); }));

  const auto found =
      must(read([&](Reader& reader) { return reader.session(base::sha256("token")); }));
  EXPECT_EQ(found.id, session);
  EXPECT_EQ(found.user, id);
  EXPECT_EQ(found.kind, entity::SessionKind::kBearer);
  EXPECT_EQ(found.agent, "curl/8");
  EXPECT_EQ(found.address, "127.0.0.1");
  EXPECT_EQ(found.created_at, now_);
  EXPECT_EQ(found.last_used, now_);
  EXPECT_EQ(found.expires_at, given.expires_at);
  EXPECT_EQ(error_of(read([](Reader& reader) { return reader.session(base::sha256("Token")); })),
            Errc::kNotFound);

  must(write([&](Transaction& tx) { return tx.set_session_used(session, given.expires_at); }));
  EXPECT_EQ(must(read([&](Reader& reader) { return reader.sessions(id); })).at(0).last_used,
            given.expires_at);
}

TEST_P(StoreContract, NeverGivesTheNumberOfARemovedSessionToAnother) {
  const UserId id = add_user("comes_and_goes");
  auto sign_in = [&](const char* token) {
    NewSession given;
    given.user = id;
    given.token_hash = base::sha256(token);
    given.expires_at = now_ + std::chrono::hours(1);
    return must(write([&](Transaction& tx) { return tx.add_session(given); }));
  };
  const SessionId first = sign_in("a");
  must(write([&](Transaction& tx) { return tx.remove_session(first); }));
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.remove_session(first); })),
            Errc::kNotFound);
  EXPECT_EQ(error_of(write([&](Transaction& tx) { return tx.set_session_used(first, now_); })),
            Errc::kNotFound);
  EXPECT_TRUE(must(read([&](Reader& reader) { return reader.sessions(id); })).empty());
  EXPECT_NE(sign_in("b"), first);
}

TEST_P(StoreContract, KeepsEachSideOfARelationForItself) {
  using entity::RelationState;
  const UserId a = add_user("a_side");
  const UserId c = add_user("c_side");
  const UserId b = add_user("b_side");
  must(write([&](Transaction& tx) {
    must(tx.set_relation(a, c, RelationState::kRequested, EventId(5)));
    must(tx.set_relation(c, a, RelationState::kIncoming, EventId(6)));
    return tx.set_relation(a, b, RelationState::kFriends, EventId(7));
  }));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.relation(a, c)), RelationState::kRequested);
    EXPECT_EQ(must(reader.relation(c, a)), RelationState::kIncoming);
    EXPECT_EQ(must(reader.relation(b, a)), RelationState::kNone);
    EXPECT_EQ(must(reader.relation_count(a)), 2);
    EXPECT_EQ(must(reader.relation_count(b)), 0);
    const auto all = must(reader.relations(a));
    EXPECT_EQ(all.size(), 2U);
    EXPECT_EQ(all.at(0).peer.id, b) << "by name";
    EXPECT_EQ(all.at(0).state, RelationState::kFriends);
    EXPECT_EQ(all.at(0).changed, EventId(7));
    EXPECT_EQ(all.at(1).peer.name, "c_side");
  });
  must(write([&](Transaction& tx) {
    must(tx.set_relation(a, c, RelationState::kBlocked, EventId(8)));
    must(tx.set_relation(c, a, RelationState::kNone, EventId(9)));
    return tx.set_relation(c, b, RelationState::kNone, EventId(9));
  }));
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.relation(a, c)), RelationState::kBlocked);
    EXPECT_EQ(must(reader.relation_count(c)), 0);
  });
}

TEST_P(StoreContract, KeepsAClassicPosition) {
  const UserId id = add_user("classic");
  EXPECT_EQ(error_of(read([&](Reader& reader) { return reader.classic_position(id); })),
            Errc::kNotFound);
  for (const std::int64_t position : {5, 3, 9}) {
    must(write([&](Transaction& tx) { return tx.set_classic_position(id, EventId(position)); }));
    EXPECT_EQ(must(read([&](Reader& reader) { return reader.classic_position(id); })),
              EventId(position));
  }
}

}  // namespace
}  // namespace keepline::data
