#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "data/sqlite/store.h"
#include "logic/accounts.h"
#include "logic/conversations.h"
#include "logic/friends.h"
#include "logic/house_test.h"
#include "logic/messages.h"
#include "logic/snapshot.h"
#include "logic/wait_test.h"

namespace keepline::logic {
namespace {

class Deaf final : public data::EventSink {
 public:
  void committed(data::BatchPtr /*batch*/) override {}
};

/// The house as it runs: the store's threads, the hasher, and the faces of the rules.
class Facades : public ::testing::Test {
 protected:
  Facades() { start(); }
  ~Facades() override {
    stop();
    std::filesystem::remove_all(folder);
  }

  void start() {
    data::OpenOptions options;
    options.folder = folder;
    store = *data::open_sqlite(options);
    threads.emplace(*store, sink, clock, Messages::send_rule(), data::StoreThreads::Options{});
    hasher.emplace(random, Hasher::Options{});
    accounts.emplace(*threads, *hasher, clock, random);
  }
  void stop() {
    accounts.reset();
    hasher.reset();
    threads.reset();
    store.reset();
  }
  /// Stands for a server that stops and starts at another time.
  void restart_after(std::chrono::milliseconds pause) {
    stop();
    clock.advance(pause);
    start();
  }

  Registration wish(std::string name, std::string password) {
    Registration made;
    made.name = std::move(name);
    made.password = std::move(password);
    return made;
  }
  entity::User add_user(std::string name) {
    return *wait_for(accounts->register_user(wish(std::move(name), kPassword)));
  }
  Result<SignedIn> sign_in(std::string name, std::string password) {
    return wait_for(accounts->sign_in(std::move(name), std::move(password), SignInFrom{}));
  }
  Actor actor(const SignedIn& signed_in) { return {signed_in.user.id, signed_in.session.id}; }

  static constexpr const char* kPassword = "correct horse";

  std::filesystem::path folder = make_test_folder();
  base::FakeClock clock;
  base::SystemRandom random;
  Deaf sink;
  std::unique_ptr<data::Store> store;
  std::optional<data::StoreThreads> threads;
  std::optional<Hasher> hasher;
  std::optional<Accounts> accounts;
};

TEST_F(Facades, WhoRegistersCanSignInAndIsKnownByTheirToken) {
  const entity::User user = add_user("liger");
  const auto signed_in = sign_in("LIGER", kPassword);
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(signed_in->user.id, user.id);
  EXPECT_EQ(signed_in->token.size(), 43U);
  const auto known = wait_for(accounts->authenticate(signed_in->token));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->session.user, user.id);
  EXPECT_EQ(known->session.id, signed_in->session.id);
  EXPECT_EQ(wait_for(accounts->me(actor(*signed_in)))->name, "liger");
  EXPECT_EQ(wait_for(accounts->verify("liger", kPassword))->id, user.id);

  EXPECT_TRUE(wait_for(accounts->sign_out(actor(*signed_in))));
  EXPECT_EQ(code_of(wait_for(accounts->authenticate(signed_in->token))), "sign_in_required");
}

TEST_F(Facades, AnUnknownNameAndAWrongPasswordAnswerAlike) {
  add_user("liger");
  const auto wrong = sign_in("liger", "wrong password");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, base::Errc::kWrongCredentials);
  for (const std::string& name :
       {std::string("nobody"), std::string(), std::string("a b"), std::string("\xFF"),
        std::string("\xE2\x80\xAE"), std::string(500, 'a')}) {
    EXPECT_EQ(sign_in(name, kPassword).error(), wrong.error()) << name;
    EXPECT_EQ(wait_for(accounts->verify(name, kPassword)).error(), wrong.error()) << name;
  }
  EXPECT_EQ(sign_in("liger", "").error(), wrong.error());
}

TEST_F(Facades, APasswordIsTheSameHoweverItWasTyped) {
  EXPECT_TRUE(wait_for(accounts->register_user(wish("liger", "pass Jos\xC3\xA9 word"))));
  EXPECT_TRUE(sign_in("liger", "pass Jose\xCC\x81 word"));
}

TEST_F(Facades, ARegistrationIsRefusedWithItsField) {
  add_user("liger");
  const auto refused = [&](std::string name, std::string password) {
    const auto result = wait_for(accounts->register_user(wish(name, password)));
    return code_of(result) + " " + result.error().field;
  };
  EXPECT_EQ(refused("a", kPassword), "too_short name");
  EXPECT_EQ(refused("amy", "short"), "too_short password");
  EXPECT_EQ(refused("amy", std::string(1025, 'x')), "too_long password");
  EXPECT_EQ(refused("Liger", kPassword), "name_taken name");
  EXPECT_FALSE(*wait_for(accounts->name_free("LIGER")));
  EXPECT_TRUE(*wait_for(accounts->name_free("amy")));
}

TEST_F(Facades, ANewPasswordEndsTheOtherSessions) {
  add_user("liger");
  const auto mine = sign_in("liger", kPassword);
  const auto other = sign_in("liger", kPassword);
  const auto change = [&](std::string before, std::string after) {
    return wait_for(accounts->change_password(actor(*mine), std::move(before), std::move(after)));
  };
  EXPECT_EQ(code_of(change("wrong", "battery staple")), "wrong_credentials");
  EXPECT_EQ(change(kPassword, "short").error().field, "new_password");
  EXPECT_EQ(code_of(wait_for(accounts->authenticate(other->token))), "ok") << "nothing changed yet";

  EXPECT_TRUE(change(kPassword, "battery staple"));
  EXPECT_EQ(code_of(wait_for(accounts->authenticate(mine->token))), "ok");
  EXPECT_EQ(code_of(wait_for(accounts->authenticate(other->token))), "sign_in_required");
  EXPECT_EQ(code_of(sign_in("liger", kPassword)), "wrong_credentials");
  EXPECT_EQ(code_of(sign_in("liger", "battery staple")), "ok");
  EXPECT_EQ(code_of(wait_for(accounts->change_password(Actor{}, "a", "b"))), "sign_in_required");
}

TEST_F(Facades, SessionsAreListedAndEnded) {
  add_user("liger");
  const auto mine = sign_in("liger", kPassword);
  const auto other = sign_in("liger", kPassword);
  EXPECT_EQ(wait_for(accounts->sessions(actor(*mine)))->size(), 2U);
  EXPECT_TRUE(wait_for(accounts->end_session(actor(*mine), other->session.id)));
  EXPECT_EQ(wait_for(accounts->sessions(actor(*mine)))->size(), 1U);
  ASSERT_TRUE(sign_in("liger", kPassword));
  EXPECT_TRUE(wait_for(accounts->end_other_sessions(actor(*mine))));
  EXPECT_EQ(wait_for(accounts->sessions(actor(*mine)))->size(), 1U);
}

TEST_F(Facades, UseAndPresenceAreWrittenWhenTheServerStopsAtTheLatest) {
  const entity::User user = add_user("liger");
  const auto signed_in = sign_in("liger", kPassword);
  EXPECT_FALSE(accounts->used(signed_in->session)) << "noted less than 10 minutes ago";
  restart_after(std::chrono::minutes{10});
  const auto now = clock.now();
  EXPECT_TRUE(accounts->used(signed_in->session));
  accounts->seen(user.id, now);
  restart_after(std::chrono::minutes{1});
  EXPECT_EQ(wait_for(accounts->authenticate(signed_in->token))->session.last_used, now);
  EXPECT_EQ(wait_for(accounts->me(actor(*signed_in)))->last_seen, now);
}

TEST_F(Facades, ADemoAccountGetsItsPasswordAtEveryStart) {
  const auto first = accounts->ensure_demo_account(wish("liger_zql", "12345"));
  ASSERT_TRUE(first);
  const auto signed_in = sign_in("liger_zql", "12345");
  ASSERT_TRUE(signed_in) << "the rules of passwords are not for it";
  const auto again = accounts->ensure_demo_account(wish("liger_zql", "54321"));
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(code_of(sign_in("liger_zql", "12345")), "wrong_credentials");
  EXPECT_EQ(code_of(sign_in("liger_zql", "54321")), "ok");
  EXPECT_EQ(code_of(wait_for(accounts->authenticate(signed_in->token))), "ok")
      << "who was signed in stays so";
}

TEST_F(Facades, TwoPeopleChat) {
  const Actor liger{add_user("liger").id, {}};
  const Actor zql{add_user("zql").id, {}};
  Friends friends(*threads);
  Conversations conversations(*threads);
  Messages messages(*threads, clock);
  Snapshots snapshots(*threads);

  EXPECT_TRUE(friends.make_friends(liger.user, zql.user));
  EXPECT_TRUE(friends.make_friends(zql.user, liger.user)) << "again";
  EXPECT_EQ(wait_for(friends.list(liger))->at(0).state, entity::RelationState::kFriends);

  const auto chat = wait_for(conversations.open_direct(liger, zql.user));
  ASSERT_TRUE(chat);
  const ConversationId id = chat->conversation.id;
  const auto sent = wait_for(messages.send(liger, id, "n1", "你好"));
  ASSERT_TRUE(sent);
  EXPECT_TRUE(wait_for(messages.send(liger, id, "n1", "你好"))->repeated);
  EXPECT_EQ(wait_for(messages.send(liger, id, "", "x")).error().field, "nonce");
  EXPECT_EQ(wait_for(messages.send(liger, id, "n2", " ")).error().field, "text");
  EXPECT_EQ(code_of(wait_for(messages.send(Actor{}, id, "n2", "x"))), "sign_in_required");

  EXPECT_TRUE(wait_for(conversations.may_type(zql, id, clock.now())));
  EXPECT_EQ(*wait_for(conversations.mark_read(zql, id, 1, false)), 1);
  EXPECT_EQ(wait_for(conversations.get(liger, id))->peer_read_seq, 1);
  EXPECT_EQ(wait_for(conversations.list(zql, std::nullopt, 10))->size(), 1U);
  EXPECT_EQ(wait_for(conversations.members(zql, id, "", UserId{}, 10))->size(), 2U);
  EXPECT_EQ(wait_for(messages.page(zql, id, {}))->messages.at(0).text, "你好");
  EXPECT_EQ(wait_for(snapshots.load(zql))->conversations.size(), 1U);

  EXPECT_EQ(wait_for(friends.block(zql, liger.user))->state, entity::RelationState::kBlocked);
  EXPECT_EQ(code_of(wait_for(messages.send(liger, id, "n3", "x"))), "not_allowed");
  EXPECT_TRUE(wait_for(friends.unblock(zql, liger.user)));
  EXPECT_EQ(wait_for(friends.request(zql, liger.user))->state, entity::RelationState::kRequested);
  EXPECT_TRUE(wait_for(friends.remove(liger, zql.user)));
}

TEST_F(Facades, AClassicPositionOutlivesTheServer) {
  const Actor liger{add_user("liger").id, {}};
  const Actor zql{add_user("zql").id, {}};
  std::optional<Messages> messages(std::in_place, *threads, clock);
  const auto chat = wait_for(Conversations(*threads).open_direct(liger, zql.user));
  EXPECT_TRUE(wait_for(messages->classic_online(zql)));
  EXPECT_TRUE(wait_for(messages->send(liger, chat->conversation.id, "n1", "one")));
  EXPECT_TRUE(wait_for(messages->send(liger, chat->conversation.id, "n2", "two")));
  const auto next = wait_for(messages->classic_next(zql, EventId{}));
  EXPECT_EQ(next->message->text, "one");
  messages->classic_delivered(zql, next->looked_at);
  messages.reset();

  restart_after(std::chrono::seconds{1});
  Messages after(*threads, clock);
  EXPECT_EQ(wait_for(after.classic_next(zql, EventId{}))->message->text, "two");
}

}  // namespace
}  // namespace keepline::logic
