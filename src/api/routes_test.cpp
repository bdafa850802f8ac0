#include "api/routes.h"

#include <gtest/gtest.h>

#include <set>

namespace keepline::api {
namespace {

using net::Method;

std::string found(Method method, std::string_view path) {
  const Match match = find_route(method, path);
  if (match.route == nullptr) {
    return match.path_known ? "other method" : "nothing";
  }
  std::string out(logic::action_name(match.route->action));
  if (match.id != 0) {
    out += " " + std::to_string(match.id);
  }
  if (match.second != 0) {
    out += " " + std::to_string(match.second);
  }
  if (!match.name.empty()) {
    out += " " + std::string(match.name);
  }
  return out;
}

TEST(Routes, FindWhatAPathMeans) {
  EXPECT_EQ(found(Method::kGet, "/healthz"), "read_public");
  EXPECT_EQ(found(Method::kGet, "/api/v1/me"), "read_me");
  EXPECT_EQ(found(Method::kPatch, "/api/v1/me"), "update_me");
  EXPECT_EQ(found(Method::kPost, "/api/v1/conversations/12/messages"), "send 12");
  EXPECT_EQ(found(Method::kPut, "/api/v1/users/9007199254740991/conversation"),
            "open_direct 9007199254740991");
  EXPECT_EQ(found(Method::kGet, "/api/v1/names/漠然"), "check_name 漠然");
  EXPECT_EQ(found(Method::kPatch, "/api/v1/conversations/12/members/34"), "update_member 12 34");
  EXPECT_EQ(found(Method::kPost, "/api/v1/invites/0/join"), "use_invite 0");
  EXPECT_EQ(found(Method::kDelete, "/api/v1/me/sessions"), "end_other_sessions");
  EXPECT_EQ(found(Method::kDelete, "/api/v1/me/sessions/3"), "end_session 3");
}

TEST(Routes, AskHeadAsGet) {
  EXPECT_EQ(found(Method::kHead, "/api/v1/me"), "read_me");
  EXPECT_EQ(found(Method::kHead, "/api/v1/login"), "other method");
}

TEST(Routes, TellAWrongMethodFromAWrongPath) {
  EXPECT_EQ(found(Method::kDelete, "/api/v1/me"), "other method");
  EXPECT_EQ(found(Method::kOptions, "/api/v1/me"), "other method");
  EXPECT_EQ(allowed_methods("/api/v1/me"), "GET, HEAD, PATCH, OPTIONS");
  EXPECT_EQ(allowed_methods("/api/v1/login"), "POST, OPTIONS");
  for (const std::string_view path :
       {"", "/", "/api", "/api/v1", "/api/v1/", "/api/v1/me/", "/api/v1/ME", "//api/v1/me",
        "/api/v1/conversations/0", "/api/v1/conversations/abc", "/api/v1/conversations/01/messages",
        "/api/v1/conversations/9007199254740992", "/api/v1/names/", "/api/v1/names/a/b",
        "/api/v1/users/1/conversation/2", "/api/v2/me", "/healthz/"}) {
    EXPECT_EQ(found(Method::kGet, path), "nothing") << path;
  }
}

TEST(Routes, AreEachThereOnce) {
  std::set<std::string> seen;
  for (const Route& route : route_table()) {
    EXPECT_TRUE(
        seen.insert(std::string(method_name(route.method)) + std::string(route.pattern)).second)
        << route.pattern;
  }
}

TEST(Routes, ChangeNothingByGet) {
  // Whether a method is safe decides who must prove the origin, so no GET may stand for a change.
  const std::set<logic::Action> reads{logic::Action::kReadPublic,
                                      logic::Action::kCheckName,
                                      logic::Action::kReadSessions,
                                      logic::Action::kReadMe,
                                      logic::Action::kReadSettings,
                                      logic::Action::kFindUsers,
                                      logic::Action::kReadUser,
                                      logic::Action::kReadFriends,
                                      logic::Action::kReadConversations,
                                      logic::Action::kReadConversation,
                                      logic::Action::kReadMembers,
                                      logic::Action::kReadBans,
                                      logic::Action::kReadInvites,
                                      logic::Action::kReadInvite,
                                      logic::Action::kFindRooms,
                                      logic::Action::kReadRoom,
                                      logic::Action::kReadMessages,
                                      logic::Action::kReadMessage,
                                      logic::Action::kReadEdits,
                                      logic::Action::kReadPins,
                                      logic::Action::kReadReads,
                                      logic::Action::kReadMentions,
                                      logic::Action::kReadSaved,
                                      logic::Action::kSearch,
                                      logic::Action::kSync,
                                      logic::Action::kFollow};
  for (const Route& route : route_table()) {
    EXPECT_EQ(route.method == Method::kGet, reads.contains(route.action)) << route.pattern;
  }
}

TEST(Routes, OpenToEverybodyAreFewAndNamed) {
  std::string open;
  for (const Route& route : route_table()) {
    if (!route.needs_session()) {
      open += std::string(route.pattern) + " ";
    }
  }
  EXPECT_EQ(open, "/healthz /api/v1/server /api/v1/register /api/v1/login /api/v1/names/{name} ");
}

}  // namespace
}  // namespace keepline::api
