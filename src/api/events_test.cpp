#include <gtest/gtest.h>

#include "api/handlers.h"

namespace keepline::api {
namespace {

using base::Errc;

base::Result<push::EventsRequest> ask(std::string query) {
  net::Request request;
  request.query = std::move(query);
  return read_events(request, logic::Actor{base::UserId(7), base::SessionId(70)});
}

TEST(ReadEvents, BeginsNowWithoutACursor) {
  const auto poll = ask("");
  ASSERT_TRUE(poll);
  EXPECT_EQ(poll->user, base::UserId(7));
  EXPECT_EQ(poll->session, base::SessionId(70));
  EXPECT_FALSE(poll->cursor);
  EXPECT_EQ(poll->wait, std::chrono::seconds(25));
  EXPECT_TRUE(poll->hello);
}

TEST(ReadEvents, TakesWhatTheClientSays) {
  const auto poll = ask("cursor=c1&wait=0&client=tab-1&user=7");
  ASSERT_TRUE(poll);
  EXPECT_EQ(poll->cursor, "c1");
  EXPECT_EQ(poll->wait, std::chrono::seconds(0));
  EXPECT_EQ(poll->client, "tab-1");
  EXPECT_FALSE(poll->hello);
  EXPECT_TRUE(ask("cursor=c1&hello=1")->hello);
}

// Goal: who holds a broken cursor is told to reset by the engine, and never kept out by a 4xx.
TEST(ReadEvents, PassesOnACursorThatCannotBeRead) {
  for (const std::string query : {"cursor=", "cursor=garbage", "cursor=%ff%fe", "cursor=%00",
                                  "wait=0&cursor=%c0%80&client=a", "cursor"}) {
    const auto poll = ask(query);
    ASSERT_TRUE(poll) << query;
    EXPECT_TRUE(poll->cursor) << query;
  }
  const auto huge = ask("cursor=" + std::string(5000, 'a'));
  ASSERT_TRUE(huge);
  EXPECT_LT(huge->cursor->size(), 81U);
}

TEST(ReadEvents, IsStrictAboutEverythingElse) {
  EXPECT_EQ(ask("wait=26").error().code, Errc::kBadValue);
  EXPECT_EQ(ask("wait=-1").error().code, Errc::kBadValue);
  EXPECT_EQ(ask("client=" + std::string(33, 'a')).error().code, Errc::kTooLong);
  EXPECT_EQ(ask("token=secret").error().code, Errc::kUnknownField);
  EXPECT_EQ(ask("client=%ff").error().code, Errc::kBadRequest);
  EXPECT_EQ(ask("user=8").error().code, Errc::kOtherUser);
  EXPECT_EQ(ask("user=me").error().code, Errc::kBadRequest);
}

}  // namespace
}  // namespace keepline::api
