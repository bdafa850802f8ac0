#include "api/routes.h"

#include <algorithm>
#include <array>

#include "api/decode.h"
#include "api/handlers.h"

namespace keepline::api {
namespace {

using logic::Action;
using net::Method;

constexpr std::size_t kFormMax = std::size_t{16} << 10U;      ///< a few short fields
constexpr std::size_t kMessageMax = std::size_t{256} << 10U;  ///< 16 000 code points, all escaped

// src/api/check_api.py reads this table: one route begins on each line that has a "/".
// clang-format off
constexpr std::array kRoutes{
    Route{Method::kGet, "/healthz", Action::kReadPublic, check_health},
    Route{Method::kGet, "/api/v1/server", Action::kReadPublic, describe_server},

    Route{Method::kPost, "/api/v1/register", Action::kRegister, register_user, kFormMax, Limit::kRegister},
    Route{Method::kPost, "/api/v1/login", Action::kSignIn, sign_in, kFormMax},
    Route{Method::kPost, "/api/v1/logout", Action::kSignOut, sign_out},
    Route{Method::kGet, "/api/v1/me", Action::kReadMe, get_me},
    Route{Method::kPatch, "/api/v1/me", Action::kUpdateMe, update_me, kFormMax},
    Route{Method::kPost, "/api/v1/me/password", Action::kChangePassword, change_password, kFormMax},
    Route{Method::kGet, "/api/v1/me/sessions", Action::kReadSessions, list_sessions},
    Route{Method::kDelete, "/api/v1/me/sessions", Action::kEndOtherSessions, end_other_sessions},
    Route{Method::kDelete, "/api/v1/me/sessions/{id}", Action::kEndSession, end_session},
    Route{Method::kGet, "/api/v1/me/settings", Action::kReadSettings, get_settings},
    Route{Method::kPatch, "/api/v1/me/settings", Action::kUpdateSettings, update_settings, kFormMax},

    Route{Method::kGet, "/api/v1/names/{name}", Action::kCheckName, check_name, 0, Limit::kSearch},
    Route{Method::kGet, "/api/v1/users", Action::kFindUsers, find_users, 0, Limit::kSearch},
    Route{Method::kGet, "/api/v1/users/{id}", Action::kReadUser, get_user},
    Route{Method::kPut, "/api/v1/users/{id}/conversation", Action::kOpenDirect, open_direct},

    Route{Method::kGet, "/api/v1/friends", Action::kReadFriends, list_friends},
    Route{Method::kPut, "/api/v1/friends/{user}", Action::kRequestFriend, request_friend},
    Route{Method::kDelete, "/api/v1/friends/{user}", Action::kRemoveFriend, remove_friend},
    Route{Method::kPut, "/api/v1/blocks/{user}", Action::kBlock, block_user},
    Route{Method::kDelete, "/api/v1/blocks/{user}", Action::kUnblock, unblock_user},

    Route{Method::kGet, "/api/v1/conversations", Action::kReadConversations, list_conversations},
    Route{Method::kGet, "/api/v1/conversations/{id}", Action::kReadConversation, get_conversation},
    Route{Method::kPost, "/api/v1/conversations", Action::kCreateConversation, create_conversation, kFormMax},
    Route{Method::kPatch, "/api/v1/conversations/{id}", Action::kUpdateConversation, update_conversation, kFormMax},
    Route{Method::kDelete, "/api/v1/conversations/{id}", Action::kDeleteConversation, delete_conversation, kFormMax},
    Route{Method::kPut, "/api/v1/conversations/{id}/membership", Action::kJoin, join_conversation},
    Route{Method::kDelete, "/api/v1/conversations/{id}/membership", Action::kLeave, leave_conversation},
    Route{Method::kGet, "/api/v1/conversations/{id}/members", Action::kReadMembers, list_members},
    Route{Method::kPost, "/api/v1/conversations/{id}/members", Action::kAddMembers, add_members, kFormMax},
    Route{Method::kPatch, "/api/v1/conversations/{id}/members/{user}", Action::kUpdateMember, update_member, kFormMax},
    Route{Method::kDelete, "/api/v1/conversations/{id}/members/{user}", Action::kRemoveMember, remove_member},
    Route{Method::kGet, "/api/v1/conversations/{id}/bans", Action::kReadBans, list_bans},
    Route{Method::kPut, "/api/v1/conversations/{id}/bans/{user}", Action::kBan, ban_user},
    Route{Method::kDelete, "/api/v1/conversations/{id}/bans/{user}", Action::kUnban, unban_user},
    Route{Method::kGet, "/api/v1/conversations/{id}/invites", Action::kReadInvites, list_invites},
    Route{Method::kPost, "/api/v1/conversations/{id}/invites", Action::kCreateInvite, create_invite, kFormMax},
    Route{Method::kDelete, "/api/v1/conversations/{id}/invites/{invite}", Action::kRevokeInvite, revoke_invite},
    Route{Method::kGet, "/api/v1/invites/{name}", Action::kReadInvite, get_invite, 0, Limit::kSearch},
    Route{Method::kPost, "/api/v1/invites/{name}/join", Action::kUseInvite, use_invite, 0, Limit::kSearch},
    Route{Method::kGet, "/api/v1/rooms", Action::kFindRooms, find_rooms, 0, Limit::kSearch},
    Route{Method::kGet, "/api/v1/rooms/{id}", Action::kReadRoom, get_room},
    Route{Method::kPut, "/api/v1/conversations/{id}/read", Action::kMarkRead, mark_read, kFormMax},
    Route{Method::kPut, "/api/v1/conversations/{id}/typing", Action::kType, show_typing},
    Route{Method::kGet, "/api/v1/conversations/{id}/messages", Action::kReadMessages, list_messages},
    Route{Method::kPost, "/api/v1/conversations/{id}/messages", Action::kSend, send_message, kMessageMax, Limit::kSend},
    Route{Method::kPost, "/api/v1/conversations/{id}/forwards", Action::kForward, forward_message, kFormMax, Limit::kSend},
    Route{Method::kGet, "/api/v1/conversations/{id}/pins", Action::kReadPins, list_pins},
    Route{Method::kGet, "/api/v1/conversations/{id}/reads", Action::kReadReads, list_reads},
    Route{Method::kPatch, "/api/v1/conversations/{id}/mine", Action::kMarkMine, mark_mine, kFormMax},

    Route{Method::kGet, "/api/v1/messages/{id}", Action::kReadMessage, get_message},
    Route{Method::kPatch, "/api/v1/messages/{id}", Action::kEditMessage, edit_message, kMessageMax, Limit::kSend},
    Route{Method::kDelete, "/api/v1/messages/{id}", Action::kDeleteMessage, delete_message},
    Route{Method::kGet, "/api/v1/messages/{id}/edits", Action::kReadEdits, list_edits},
    Route{Method::kPut, "/api/v1/messages/{id}/reactions/{name}", Action::kReact, add_reaction},
    Route{Method::kDelete, "/api/v1/messages/{id}/reactions/{name}", Action::kReact, remove_reaction},
    Route{Method::kPut, "/api/v1/messages/{id}/pin", Action::kPin, pin_message},
    Route{Method::kDelete, "/api/v1/messages/{id}/pin", Action::kPin, unpin_message},
    Route{Method::kPut, "/api/v1/messages/{id}/saved", Action::kSave, save_message},
    Route{Method::kDelete, "/api/v1/messages/{id}/saved", Action::kSave, unsave_message},
    Route{Method::kGet, "/api/v1/mentions", Action::kReadMentions, list_mentions},
    Route{Method::kGet, "/api/v1/saved", Action::kReadSaved, list_saved},

    Route{Method::kGet, "/api/v1/search", Action::kSearch, search_messages, 0, Limit::kSearch},

    Route{Method::kGet, "/api/v1/sync", Action::kSync, sync},
    Route{Method::kGet, "/api/v1/events", Action::kFollow, {}, 0, Limit::kPoll},
};
// clang-format on

/// What tells most patterns from a path at a glance.
struct Shape {
  std::string_view literal;  ///< what stands before the first placeholder
  std::ptrdiff_t slashes;
};

constexpr Shape shape_of(std::string_view pattern) {
  return {pattern.substr(0, pattern.find('{')), std::count(pattern.begin(), pattern.end(), '/')};
}

constexpr auto kShapes = [] {
  std::array<Shape, kRoutes.size()> shapes;
  std::transform(kRoutes.begin(), kRoutes.end(), shapes.begin(),
                 [](const Route& route) { return shape_of(route.pattern); });
  return shapes;
}();

/// Takes the first segment, with its leading '/', off `path`.
std::string_view take_segment(std::string_view& path) {
  const auto end = path.find('/', 1);
  const auto segment = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  return segment;
}

/// Whether `path` has the shape of `pattern`; what stands at its placeholder goes into `match`.
bool fits(std::string_view pattern, std::string_view path, Match& match) {
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (wanted == "/{name}") {
      match.name = given.substr(1);
      if (match.name.empty()) {
        return false;
      }
    } else if (wanted.starts_with("/{")) {
      const auto id = parse_id(given.substr(1));
      if (!id) {
        return false;
      }
      (match.id == 0 ? match.id : match.second) = *id;
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const Route> route_table() { return kRoutes; }

std::string print_routes() {
  std::string out;
  for (const Route& route : kRoutes) {
    out.append(method_name(route.method)).append(" ").append(route.pattern);
    out.append(" ").append(logic::action_name(route.action)).append("\n");
  }
  return out;
}

Match find_route(net::Method method, std::string_view path) {
  if (method == Method::kHead) {
    method = Method::kGet;
  }
  const auto slashes = std::count(path.begin(), path.end(), '/');
  Match match;
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    const Route& route = kRoutes[i];
    Match here;
    if (kShapes[i].slashes != slashes || !path.starts_with(kShapes[i].literal) ||
        !fits(route.pattern, path, here)) {
      continue;
    }
    match.path_known = true;
    if (route.method == method) {
      here.route = &route;
      here.path_known = true;
      return here;
    }
  }
  return match;
}

Match match_again(const Route& route, std::string_view path) {
  Match match;
  fits(route.pattern, path, match);
  match.route = &route;
  match.path_known = true;
  return match;
}

std::string allowed_methods(std::string_view path) {
  std::string out;
  for (const Route& route : kRoutes) {
    Match here;
    if (fits(route.pattern, path, here)) {
      out.append(method_name(route.method)).append(", ");
      if (route.method == Method::kGet) {
        out.append("HEAD, ");
      }
    }
  }
  return out + "OPTIONS";
}

}  // namespace keepline::api
