#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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
  kForward,
  kReadMessage,
  kEditMessage,
  kDeleteMessage,
  kReadEdits,
  kReact,
  kPin,
  kReadPins,
  kSave,
  kReadSaved,
  kReadMentions,
  kReadReads,
  kMarkMine,
  kCreateConversation,
  kUpdateConversation,
  kSettle,  ///< how much of the past shows, who may come in, and the archive
  kDeleteConversation,
  kJoin,  ///< an open room
  kLeave,
  kAddMembers,
  kUpdateMember,
  kSilence,
  kSetRole,
  kRemoveMember,
  kReadBans,
  kBan,
  kUnban,
  kReadInvites,
  kCreateInvite,
  kRevokeInvite,
  kReadInvite,
  kUseInvite,
  kFindRooms,
  kReadRoom,
  kSearch,
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
  kSpeaker,     ///< a member whom nothing silences: no block, no admin, no archive
  kAuthor,      ///< a speaker, of what they wrote themselves
  kRemover,     ///< a member, of what they wrote themselves; in a room also its admins
  kPinner,      ///< a speaker; in a room its admins alone
  kEditor,      ///< a member of a group, an admin of a room
  kAdder,       ///< the same, where it is not archived
  kAdmin,       ///< an admin or owner of a group or room
  kSuperior,    ///< an admin or owner, over whoever is less
  kHead,        ///< an owner
  kLeaver,      ///< a member of a group or room
  kGuest        ///< whoever is let into an open room
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
    ActionRow{Action::kForward, "forward", Who::kSpeaker},
    ActionRow{Action::kReadMessage, "read_message", Who::kMember},
    ActionRow{Action::kEditMessage, "edit_message", Who::kAuthor},
    ActionRow{Action::kDeleteMessage, "delete_message", Who::kRemover},
    ActionRow{Action::kReadEdits, "read_edits", Who::kMember},
    ActionRow{Action::kReact, "react", Who::kSpeaker},
    ActionRow{Action::kPin, "pin", Who::kPinner},
    ActionRow{Action::kReadPins, "read_pins", Who::kMember},
    ActionRow{Action::kSave, "save", Who::kMember},
    ActionRow{Action::kReadSaved, "read_saved", Who::kSignedIn},
    ActionRow{Action::kReadMentions, "read_mentions", Who::kSignedIn},
    ActionRow{Action::kReadReads, "read_reads", Who::kMember},
    ActionRow{Action::kMarkMine, "mark_mine", Who::kMember},
    ActionRow{Action::kCreateConversation, "create_conversation", Who::kSignedIn},
    ActionRow{Action::kUpdateConversation, "update_conversation", Who::kEditor},
    ActionRow{Action::kSettle, "settle", Who::kAdmin},
    ActionRow{Action::kDeleteConversation, "delete_conversation", Who::kHead},
    ActionRow{Action::kJoin, "join", Who::kGuest},
    ActionRow{Action::kLeave, "leave", Who::kLeaver},
    ActionRow{Action::kAddMembers, "add_members", Who::kAdder},
    ActionRow{Action::kUpdateMember, "update_member", Who::kAdmin},
    ActionRow{Action::kSilence, "silence", Who::kSuperior},
    ActionRow{Action::kSetRole, "set_role", Who::kHead},
    ActionRow{Action::kRemoveMember, "remove_member", Who::kSuperior},
    ActionRow{Action::kReadBans, "read_bans", Who::kAdmin},
    ActionRow{Action::kBan, "ban", Who::kSuperior},
    ActionRow{Action::kUnban, "unban", Who::kAdmin},
    ActionRow{Action::kReadInvites, "read_invites", Who::kAdmin},
    ActionRow{Action::kCreateInvite, "create_invite", Who::kAdmin},
    ActionRow{Action::kRevokeInvite, "revoke_invite", Who::kAdmin},
    ActionRow{Action::kReadInvite, "read_invite", Who::kGuest},
    ActionRow{Action::kUseInvite, "use_invite", Who::kGuest},
    ActionRow{Action::kFindRooms, "find_rooms", Who::kSignedIn},
    ActionRow{Action::kReadRoom, "read_room", Who::kSignedIn},
    ActionRow{Action::kSearch, "search", Who::kSignedIn},
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
  entity::Role role = entity::Role::kMember;   ///< the actor's, where they are a member
  bool own = false;                            ///< the actor wrote the message it is about
  std::optional<entity::Role> other;           ///< that of the member it is aimed at, if any
  std::optional<entity::Time> silenced_until;  ///< the actor's
  entity::Time now{};                          ///< silences that end later hold; left out, all do
  bool archived = false;
  bool welcome = false;  ///< the room is open, or the actor has an invitation
  bool banned = false;   ///< the actor is
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
