#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "entity/conversation.h"
#include "entity/relation.h"
#include "logic/actor.h"

namespace keepline::logic {

/// Everything one can ask of the server. Each rule names its action, and each route of `api` names
/// one; an action without a row in `kActions` does not compile.
enum class Action : std::uint8_t {
  kReadPublic,  ///< pages, the API's description, the health check
  kRegister,
  kCheckName,
  kSignIn,
  kSignOut,
  kReadSessions,
  kEndSession,
  kEndOtherSessions,
  kChangePassword,
  kReadMe,
  kUpdateMe,
  kReadSettings,
  kUpdateSettings,
  kFindUsers,
  kReadUser,
  kReadFriends,
  kRequestFriend,
  kRemoveFriend,
  kBlock,
  kUnblock,
  kReadConversations,
  kOpenDirect,
  kReadConversation,
  kReadMembers,
  kMarkRead,
  kType,
  kSend,
  kReadMessages,
  kSync,
  kFollow,  ///< the stream of events
  kClassic  ///< the classic endpoint's positions
};

/// Who may, in general; the fine print is in can().
enum class Who : std::uint8_t {
  kAnyone,      ///< no sign-in needed
  kSignedIn,    ///< what concerns the actor alone, or is public among users
  kOwner,       ///< for others the thing does not exist
  kNotOneself,  ///< any other person
  kAsker,       ///< whoever that person takes requests from
  kVisitor,     ///< whoever that person lets open a direct chat
  kMember,      ///< for others the conversation does not exist
  kSpeaker      ///< a member whom no block silences
};

struct ActionRow {
  Action action;
  std::string_view name;
  Who who;
};

/// One row for each action, in the order of the enum.
inline constexpr std::array kActions{
    ActionRow{Action::kReadPublic, "read_public", Who::kAnyone},
    ActionRow{Action::kRegister, "register", Who::kAnyone},
    ActionRow{Action::kCheckName, "check_name", Who::kAnyone},
    ActionRow{Action::kSignIn, "sign_in", Who::kAnyone},
    ActionRow{Action::kSignOut, "sign_out", Who::kSignedIn},
    ActionRow{Action::kReadSessions, "read_sessions", Who::kSignedIn},
    ActionRow{Action::kEndSession, "end_session", Who::kOwner},
    ActionRow{Action::kEndOtherSessions, "end_other_sessions", Who::kSignedIn},
    ActionRow{Action::kChangePassword, "change_password", Who::kSignedIn},
    ActionRow{Action::kReadMe, "read_me", Who::kSignedIn},
    ActionRow{Action::kUpdateMe, "update_me", Who::kSignedIn},
    ActionRow{Action::kReadSettings, "read_settings", Who::kSignedIn},
    ActionRow{Action::kUpdateSettings, "update_settings", Who::kSignedIn},
    ActionRow{Action::kFindUsers, "find_users", Who::kSignedIn},
    ActionRow{Action::kReadUser, "read_user", Who::kSignedIn},
    ActionRow{Action::kReadFriends, "read_friends", Who::kSignedIn},
    ActionRow{Action::kRequestFriend, "request_friend", Who::kAsker},
    ActionRow{Action::kRemoveFriend, "remove_friend", Who::kNotOneself},
    ActionRow{Action::kBlock, "block", Who::kNotOneself},
    ActionRow{Action::kUnblock, "unblock", Who::kNotOneself},
    ActionRow{Action::kReadConversations, "read_conversations", Who::kSignedIn},
    ActionRow{Action::kOpenDirect, "open_direct", Who::kVisitor},
    ActionRow{Action::kReadConversation, "read_conversation", Who::kMember},
    ActionRow{Action::kReadMembers, "read_members", Who::kMember},
    ActionRow{Action::kMarkRead, "mark_read", Who::kMember},
    ActionRow{Action::kType, "type", Who::kSpeaker},
    ActionRow{Action::kSend, "send", Who::kSpeaker},
    ActionRow{Action::kReadMessages, "read_messages", Who::kMember},
    ActionRow{Action::kSync, "sync", Who::kSignedIn},
    ActionRow{Action::kFollow, "follow", Who::kSignedIn},
    ActionRow{Action::kClassic, "classic", Who::kSignedIn},
};

namespace detail {
constexpr bool has_a_row_for_each_action() {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (kActions[i].action != static_cast<Action>(i) || kActions[i].name.empty()) {
      return false;
    }
  }
  return kActions.size() == static_cast<std::size_t>(Action::kClassic) + 1;
}
}  // namespace detail
static_assert(detail::has_a_row_for_each_action());

constexpr const ActionRow& action_row(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}

/// "send", "open_direct", ... : for logs, tests and the table in the documentation.
constexpr std::string_view action_name(Action action) { return action_row(action).name; }

/// The facts about what an action is aimed at. Only what the action's row asks about matters;
/// facts.h loads them.
struct Object {
  /// Whose it is, or the person it is aimed at. In a direct conversation, the other one.
  UserId owner;
  entity::RelationState mine = entity::RelationState::kNone;       ///< the actor's to the owner
  entity::RelationState theirs = entity::RelationState::kNone;     ///< the owner's to the actor
  entity::DirectFrom direct_from = entity::DirectFrom::kEveryone;  ///< the owner's
  entity::RequestsFrom requests_from = entity::RequestsFrom::kEveryone;  ///< the owner's
  bool member = false;  ///< the actor is a member of the conversation
  entity::ConversationKind kind = entity::ConversationKind::kDirect;
};

/// Whether `actor` may do `action` to `object`. The one place where rights are decided; every rule
/// asks it before it reads for an answer or writes. A pure function.
///
/// Errors: kSignInRequired - anonymous, where that is not enough;
///         kNotFound       - the actor must not learn whether the thing exists;
///         kNotAllowed     - the thing is known, and the answer is no. A block and a setting answer
///                           exactly alike;
///         kConflict       - the actor's own block stands in the way of their wish.
base::Status can(const Actor& actor, Action action, const Object& object = {});

}  // namespace keepline::logic
