#include "logic/sessions_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "logic/house_test.h"

namespace keepline::logic {
namespace {

using base::Result;
using data::Reader;
using data::Transaction;
using entity::Session;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::minutes;

class SessionsRules : public ::testing::Test {
 protected:
  /// Opens a session whose token is `token`.
  Result<Session> sign_in(Actor user, std::string_view token, std::string agent = "test") {
    SignInFrom from;
    from.agent = std::move(agent);
    from.address = "127.0.0.1";
    return house.write([&](Transaction& tx) {
      return open_session(tx, *tx.credentials(user.user), base::token_hash(token), from);
    });
  }
  Result<Authenticated> find(std::string_view token) {
    return house.read([&](Reader& reader) {
      return find_session(reader, base::token_hash(token), house.clock.now());
    });
  }
  Actor actor(const Session& session) { return {session.user, session.id}; }
  std::size_t count(Actor user) {
    return house
        .read([&](Reader& reader) { return list_sessions(reader, user, house.clock.now()); })
        ->size();
  }
  base::Status use(const Session& session) {
    return house.write([&](Transaction& tx) {
      return note_used(tx, session.user, session.id, house.clock.now());
    });
  }

  TestHouse house;
  Actor liger = house.add_user("liger");
  Actor zql = house.add_user("zql");
};

TEST_F(SessionsRules, ATokenFindsItsSession) {
  const auto session = sign_in(liger, "t1", "curl/8");
  ASSERT_TRUE(session);
  const auto found = find("t1");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session.id, session->id);
  EXPECT_EQ(found->session.user, liger.user);
  EXPECT_EQ(found->session.agent, "curl/8");
  EXPECT_EQ(found->session.expires_at, session->expires_at);
  EXPECT_EQ(found->as_of, house.read([](Reader& r) { return r.position(); })->head);
  EXPECT_EQ(code_of(find("t2")), "sign_in_required");
  EXPECT_EQ(code_of(find("")), "sign_in_required");
}

TEST_F(SessionsRules, ASessionEnds30DaysAfterItsLastUse) {
  const auto session = sign_in(liger, "t1");
  EXPECT_EQ(session->expires_at, house.clock.now() + days{30});
  house.clock.advance(days{30} - milliseconds{1});
  EXPECT_EQ(code_of(find("t1")), "ok");
  house.clock.advance(milliseconds{1});
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
  EXPECT_EQ(count(liger), 0U);
}

TEST_F(SessionsRules, UseMovesTheEnd) {
  const auto session = sign_in(liger, "t1");
  for (int month = 0; month < 12; ++month) {
    house.clock.advance(days{29});
    ASSERT_EQ(code_of(find("t1")), "ok") << month;
    ASSERT_TRUE(use(*session));
    EXPECT_EQ(find("t1")->session.expires_at, house.clock.now() + days{30});
  }
  EXPECT_EQ(count(liger), 1U);
}

TEST_F(SessionsRules, ASessionEndsAfter400DaysHoweverItWasUsed) {
  const auto session = sign_in(liger, "t1");
  for (int i = 0; i < 20; ++i) {
    house.clock.advance(days{20} - (i == 19 ? milliseconds{1} : milliseconds{0}));
    ASSERT_EQ(code_of(find("t1")), "ok") << i;
    ASSERT_TRUE(use(*session));
  }
  house.clock.advance(milliseconds{1});
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
}

TEST_F(SessionsRules, UseIsWrittenEvery10MinutesAtMost) {
  const auto session = sign_in(liger, "t1");
  const auto begun = house.clock.now();
  house.clock.advance(minutes{10} - milliseconds{1});
  ASSERT_TRUE(use(*session));
  EXPECT_EQ(find("t1")->session.last_used, begun);
  house.clock.advance(milliseconds{1});
  ASSERT_TRUE(use(*session));
  EXPECT_EQ(find("t1")->session.last_used, begun + minutes{10});
}

TEST_F(SessionsRules, UseDoesNotBringAnEndedSessionBack) {
  const auto session = sign_in(liger, "t1");
  ASSERT_TRUE(house.write([&](Transaction& tx) { return end_this_session(tx, actor(*session)); }));
  house.clock.advance(days{1});
  EXPECT_TRUE(use(*session));
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
}

TEST_F(SessionsRules, TheEndOfASessionIsAnEventOfItsUser) {
  const auto session = sign_in(liger, "t1");
  house.take_events();
  ASSERT_TRUE(house.write([&](Transaction& tx) { return end_this_session(tx, actor(*session)); }));
  const auto events = house.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, entity::EventKind::kSessionEnded);
  EXPECT_EQ(events[0].stream, entity::Stream::of(liger.user));
  EXPECT_EQ(std::get<entity::SessionEnded>(events[0].data).session, session->id);
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
}

TEST_F(SessionsRules, SigningOutLeavesTheOthers) {
  const auto first = sign_in(liger, "t1");
  ASSERT_TRUE(sign_in(liger, "t2"));
  ASSERT_TRUE(house.write([&](Transaction& tx) { return end_this_session(tx, actor(*first)); }));
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
  EXPECT_EQ(code_of(find("t2")), "ok");
  EXPECT_TRUE(house.write([&](Transaction& tx) { return end_this_session(tx, actor(*first)); }))
      << "again";
}

TEST_F(SessionsRules, OnesSessionsCanBeEndedOneByOneAndAnothersNot) {
  const auto mine = sign_in(liger, "t1");
  const auto other = sign_in(liger, "t2");
  const auto theirs = sign_in(zql, "t3");
  house.take_events();
  const auto end = [&](Actor who, SessionId which) {
    return house.write([&](Transaction& tx) { return end_one_session(tx, who, which); });
  };
  EXPECT_EQ(code_of(end(actor(*mine), theirs->id)), "not_found");
  EXPECT_EQ(end(actor(*mine), theirs->id).error(), end(actor(*mine), SessionId{999}).error());
  EXPECT_EQ(house.take_streams(), "");
  EXPECT_EQ(code_of(find("t3")), "ok");

  EXPECT_TRUE(end(actor(*mine), other->id));
  EXPECT_EQ(code_of(find("t2")), "sign_in_required");
  EXPECT_EQ(code_of(end(actor(*mine), other->id)), "not_found") << "ended already";
  EXPECT_EQ(code_of(find("t1")), "ok");
}

TEST_F(SessionsRules, AllOthersCanBeEndedAtOnce) {
  const auto mine = sign_in(liger, "t1");
  ASSERT_TRUE(sign_in(liger, "t2"));
  ASSERT_TRUE(sign_in(liger, "t3"));
  ASSERT_TRUE(sign_in(zql, "t4"));
  house.take_events();
  ASSERT_TRUE(
      house.write([&](Transaction& tx) { return end_sessions_but_this(tx, actor(*mine)); }));
  EXPECT_EQ(house.take_streams(), "session_ended@u1 session_ended@u1 ");
  EXPECT_EQ(count(liger), 1U);
  EXPECT_EQ(code_of(find("t1")), "ok");
  EXPECT_EQ(code_of(find("t4")), "ok");
}

TEST_F(SessionsRules, ANewPasswordEndsAllOtherSessions) {
  const auto mine = sign_in(liger, "t1");
  ASSERT_TRUE(sign_in(liger, "t2"));
  house.take_events();
  ASSERT_TRUE(house.write(
      [&](Transaction& tx) { return replace_password(tx, actor(*mine), "", "hash one"); }));
  EXPECT_EQ(house.take_streams(), "session_ended@u1 ");
  EXPECT_EQ(code_of(find("t1")), "ok");
  EXPECT_EQ(code_of(find("t2")), "sign_in_required");
  EXPECT_EQ(house.read([&](Reader& r) { return r.credentials(liger.user); })->password_hash,
            "hash one");
}

TEST_F(SessionsRules, APasswordIsReplacedOnlyByWhoKnowsTheNewestOne) {
  const auto mine = sign_in(liger, "t1");
  const auto replace = [&](std::string_view before, std::string_view after) {
    return house.write(
        [&](Transaction& tx) { return replace_password(tx, actor(*mine), before, after); });
  };
  ASSERT_TRUE(replace("", "hash one"));
  EXPECT_EQ(code_of(replace("", "hash two")), "wrong_credentials") << "proved before the change";
  EXPECT_EQ(house.read([&](Reader& r) { return r.credentials(liger.user); })->password_hash,
            "hash one");
}

// Goal: a sign-in that was proved with the old password does not slip in behind its change.
TEST_F(SessionsRules, AnOldProofOpensNoSession) {
  const data::Credentials old{liger.user, "old hash"};
  const auto late = house.write(
      [&](Transaction& tx) { return open_session(tx, old, base::token_hash("t1"), SignInFrom{}); });
  EXPECT_EQ(code_of(late), "wrong_credentials");
  EXPECT_EQ(count(liger), 0U);
}

TEST_F(SessionsRules, SignInsBeyondTheLimitEndTheLongestUnused) {
  for (std::size_t i = 0; i < kSessionsMax; ++i) {
    ASSERT_TRUE(sign_in(liger, "t" + std::to_string(i)));
    house.clock.advance(minutes{1});
  }
  EXPECT_EQ(count(liger), kSessionsMax);
  const auto oldest = find("t0");
  ASSERT_TRUE(use(oldest->session));
  house.take_events();

  ASSERT_TRUE(sign_in(liger, "one more"));
  EXPECT_EQ(count(liger), kSessionsMax);
  EXPECT_EQ(house.take_streams(), "session_ended@u1 ");
  EXPECT_EQ(code_of(find("t0")), "ok") << "it was used";
  EXPECT_EQ(code_of(find("t1")), "sign_in_required");
}

TEST_F(SessionsRules, ASignInClearsAwayWhatExpired) {
  ASSERT_TRUE(sign_in(liger, "t1"));
  house.clock.advance(days{31});
  house.take_events();
  ASSERT_TRUE(sign_in(liger, "t2"));
  EXPECT_EQ(house.take_streams(), "session_ended@u1 ");
  EXPECT_EQ(house.read([&](Reader& r) { return r.sessions(liger.user); })->size(), 1U);
}

TEST_F(SessionsRules, AnAgentIsKeptAsTextThatCanBeShown) {
  const auto agent_of = [&](std::string agent) {
    const auto session = sign_in(liger, "t" + agent, agent);
    return session->agent;
  };
  EXPECT_EQ(agent_of("Mozilla/5.0"), "Mozilla/5.0");
  EXPECT_EQ(agent_of(std::string(300, 'a')), std::string(200, 'a'));
  EXPECT_EQ(agent_of("caf\xE9"), "caf?");
  EXPECT_EQ(agent_of("caf\xE9 browser"), "caf? browser");
  EXPECT_EQ(agent_of(std::string(199, 'a') + "漠"), std::string(199, 'a')) << "no half character";
  EXPECT_EQ(agent_of("\xFF"), "?");
  EXPECT_EQ(agent_of(std::string(300, '\xE9')), std::string(200, '?'));
}

TEST_F(SessionsRules, AskForASignIn) {
  const Actor nobody;
  const auto run = [&](auto rule) { return code_of(house.write(rule)); };
  EXPECT_EQ(run([&](Transaction& tx) { return end_this_session(tx, nobody); }), "sign_in_required");
  EXPECT_EQ(run([&](Transaction& tx) { return end_one_session(tx, nobody, SessionId{1}); }),
            "sign_in_required");
  EXPECT_EQ(run([&](Transaction& tx) { return end_sessions_but_this(tx, nobody); }),
            "sign_in_required");
  EXPECT_EQ(run([&](Transaction& tx) { return replace_password(tx, nobody, "", "x"); }),
            "sign_in_required");
  EXPECT_EQ(run([&](Transaction& tx) { return list_sessions(tx, nobody, house.clock.now()); }),
            "sign_in_required");
}

}  // namespace
}  // namespace keepline::logic
