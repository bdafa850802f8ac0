#include "logic/permission.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace keepline::logic {
namespace {

using entity::ConversationKind;
using entity::DirectFrom;
using entity::RelationState;
using entity::RequestsFrom;

constexpr Actor kMe{UserId{1}, SessionId{1}};
constexpr UserId kOther{2};

char sign(const base::Status& status) {
  if (status) {
    return '.';
  }
  switch (status.error().code) {
    case base::Errc::kSignInRequired:
      return 'S';
    case base::Errc::kNotFound:
      return 'N';
    case base::Errc::kNotAllowed:
      return 'X';
    case base::Errc::kConflict:
      return 'C';
    default:
      return '?';
  }
}

/// A thing of someone who stands to the actor like this; where it is a conversation, the direct one
/// of the two, or for a stranger one of others.
Object thing_of(UserId owner, RelationState mine, RelationState theirs, bool member) {
  Object object;
  object.owner = owner;
  object.mine = mine;
  object.theirs = theirs;
  object.member = member;
  return object;
}

Object of_myself() {
  Object object = thing_of(kMe.user, RelationState::kNone, RelationState::kNone, true);
  object.kind = ConversationKind::kRoom;
  return object;
}
Object of_friend(bool member) {
  return thing_of(kOther, RelationState::kFriends, RelationState::kFriends, member);
}
Object of_stranger() { return thing_of(kOther, RelationState::kNone, RelationState::kNone, false); }
Object of_blocker(bool member) {
  return thing_of(kOther, RelationState::kNone, RelationState::kBlocked, member);
}
Object of_blocked(bool member) {
  return thing_of(kOther, RelationState::kBlocked, RelationState::kNone, member);
}

/// One sign for each kind of actor: anonymous, oneself, friend, stranger, blocked by the other,
/// blocking the other.
std::string row_of(Action action) {
  // A direct conversation of the two is there for what happens in one, and not yet for opening it.
  const Who who = action_row(action).who;
  const bool inside = who != Who::kVisitor && who != Who::kAsker;
  return {
      sign(can(Actor{}, action, of_friend(inside))), sign(can(kMe, action, of_myself())),
      sign(can(kMe, action, of_friend(inside))),     sign(can(kMe, action, of_stranger())),
      sign(can(kMe, action, of_blocker(inside))),    sign(can(kMe, action, of_blocked(inside)))};
}

// S: sign in first. N: it does not exist for you. X: not allowed. C: your own block is in the way.
TEST(Permission, IsThisTable) {
  const std::map<Action, std::string> expected{
      //                            anonymous, self, friend, stranger, blocked by, blocks
      {Action::kReadPublic, "......"},
      {Action::kRegister, "......"},
      {Action::kCheckName, "......"},
      {Action::kSignIn, "......"},
      {Action::kSignOut, "S....."},
      {Action::kReadSessions, "S....."},
      {Action::kEndSession, "S.NNNN"},
      {Action::kEndOtherSessions, "S....."},
      {Action::kChangePassword, "S....."},
      {Action::kReadMe, "S....."},
      {Action::kUpdateMe, "S....."},
      {Action::kReadSettings, "S....."},
      {Action::kUpdateSettings, "S....."},
      {Action::kFindUsers, "S....."},
      {Action::kReadUser, "S....."},
      {Action::kReadFriends, "S....."},
      {Action::kRequestFriend, "SX..XC"},
      {Action::kRemoveFriend, "SX...."},
      {Action::kBlock, "SX...."},
      {Action::kUnblock, "SX...."},
      {Action::kReadConversations, "S....."},
      {Action::kOpenDirect, "SX..XX"},
      {Action::kReadConversation, "S..N.."},
      {Action::kReadMembers, "S..N.."},
      {Action::kMarkRead, "S..N.."},
      {Action::kType, "S..NXX"},
      {Action::kSend, "S..NXX"},
      {Action::kReadMessages, "S..N.."},
      {Action::kForward, "S..NXX"},
      {Action::kReadMessage, "S..N.."},
      {Action::kEditMessage, "SXXNXX"},  // another's
      {Action::kDeleteMessage, "SXXNXX"},
      {Action::kReadEdits, "S..N.."},
      {Action::kReact, "S..NXX"},
      {Action::kPin, "SX.NXX"},  // in a room, as a plain member
      {Action::kReadPins, "S..N.."},
      {Action::kSave, "S..N.."},
      {Action::kReadSaved, "S....."},
      {Action::kReadMentions, "S....."},
      {Action::kReadReads, "S..N.."},
      {Action::kMarkMine, "S..N.."},
      {Action::kCreateConversation, "S....."},
      {Action::kUpdateConversation, "SXXNXX"},
      {Action::kSettle, "SXXNXX"},
      {Action::kDeleteConversation, "SXXNXX"},
      {Action::kJoin, "S..N.."},
      {Action::kLeave, "S.XNXX"},
      {Action::kAddMembers, "SXXNXX"},
      {Action::kUpdateMember, "SXXNXX"},
      {Action::kSilence, "SXXNXX"},
      {Action::kSetRole, "SXXNXX"},
      {Action::kRemoveMember, "SXXNXX"},
      {Action::kReadBans, "SXXNXX"},
      {Action::kBan, "SXXNXX"},
      {Action::kUnban, "SXXNXX"},
      {Action::kReadInvites, "SXXNXX"},
      {Action::kCreateInvite, "SXXNXX"},
      {Action::kRevokeInvite, "SXXNXX"},
      {Action::kReadInvite, "S..N.."},
      {Action::kUseInvite, "S..N.."},
      {Action::kFindRooms, "S....."},
      {Action::kReadRoom, "S....."},
      {Action::kSearch, "S....."},
      {Action::kSync, "S....."},
      {Action::kFollow, "S....."},
      {Action::kClassic, "S....."},
  };
  for (const ActionRow& row : kActions) {
    ASSERT_TRUE(expected.contains(row.action)) << "no expectation for " << row.name;
    EXPECT_EQ(row_of(row.action), expected.at(row.action)) << row.name;
  }
}

TEST(Permission, LetsAuthorsEditAndAuthorsAndARoomsAdminsDelete) {
  Object theirs = of_myself();
  Object own = theirs;
  own.own = true;
  EXPECT_TRUE(can(kMe, Action::kEditMessage, own));
  EXPECT_TRUE(can(kMe, Action::kDeleteMessage, own));
  theirs.role = entity::Role::kAdmin;
  EXPECT_EQ(sign(can(kMe, Action::kEditMessage, theirs)), 'X');
  EXPECT_TRUE(can(kMe, Action::kDeleteMessage, theirs));
  EXPECT_TRUE(can(kMe, Action::kPin, theirs));
  theirs.kind = ConversationKind::kGroup;
  EXPECT_EQ(sign(can(kMe, Action::kDeleteMessage, theirs)), 'X') << "only rooms have admins for it";
  own.silenced_until = entity::kSilencedForEver;
  EXPECT_EQ(sign(can(kMe, Action::kEditMessage, own)), 'X');
  EXPECT_TRUE(can(kMe, Action::kDeleteMessage, own)) << "to take back is not to speak";
  own.member = false;
  EXPECT_EQ(sign(can(kMe, Action::kDeleteMessage, own)), 'N');
}

TEST(Permission, NamesEachActionOnce) {
  std::set<std::string_view> names;
  for (const ActionRow& row : kActions) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(action_name(row.action), row.name);
  }
}

TEST(Permission, AnswersABlockAndASettingAlike) {
  Object closed = of_stranger();
  closed.requests_from = RequestsFrom::kNobody;
  closed.direct_from = DirectFrom::kFriends;
  for (const Action action : {Action::kRequestFriend, Action::kOpenDirect}) {
    EXPECT_EQ(can(kMe, action, closed).error(), can(kMe, action, of_blocker(false)).error());
  }
}

TEST(Permission, LetsARequestBeAnsweredByWhoTakesNone) {
  for (const RelationState mine :
       {RelationState::kIncoming, RelationState::kRequested, RelationState::kFriends}) {
    Object object = of_stranger();
    object.mine = mine;
    object.requests_from = RequestsFrom::kNobody;
    EXPECT_EQ(sign(can(kMe, Action::kRequestFriend, object)), '.');
  }
}

TEST(Permission, OfTheActorsOwnBlockSaysNothingOfTheOthers) {
  Object mutual = of_blocked(false);
  mutual.theirs = RelationState::kBlocked;
  EXPECT_EQ(can(kMe, Action::kRequestFriend, mutual).error(),
            can(kMe, Action::kRequestFriend, of_blocked(false)).error());
}

TEST(Permission, OpensTheChatOfWhoTakesFriendsForFriendsOnly) {
  Object object = of_friend(false);
  object.direct_from = DirectFrom::kFriends;
  EXPECT_EQ(sign(can(kMe, Action::kOpenDirect, object)), '.');
  for (const RelationState mine :
       {RelationState::kNone, RelationState::kRequested, RelationState::kIncoming}) {
    object.mine = mine;
    EXPECT_EQ(sign(can(kMe, Action::kOpenDirect, object)), 'X');
  }
}

TEST(Permission, KeepsAnOpenedChatOpenToRead) {
  for (const Object& object : {of_blocker(true), of_blocked(true)}) {
    EXPECT_EQ(sign(can(kMe, Action::kOpenDirect, object)), '.');
    EXPECT_EQ(sign(can(kMe, Action::kReadMessages, object)), '.');
    EXPECT_EQ(sign(can(kMe, Action::kSend, object)), 'X');
  }
}

TEST(Permission, DoesNotLetABlockSilenceARoom) {
  for (const ConversationKind kind : {ConversationKind::kGroup, ConversationKind::kRoom}) {
    for (Object object : {of_blocker(true), of_blocked(true)}) {
      object.kind = kind;
      EXPECT_EQ(sign(can(kMe, Action::kSend, object)), '.');
      EXPECT_EQ(sign(can(kMe, Action::kType, object)), '.');
    }
  }
}

/// What the member of a group or room may do whose role is this, one sign for each.
std::string in_place(ConversationKind kind, entity::Role role, const std::vector<Action>& actions) {
  Object object;
  object.member = true;
  object.kind = kind;
  object.role = role;
  std::string signs;
  for (const Action action : actions) {
    signs += sign(can(kMe, action, object));
  }
  return signs;
}

TEST(Permission, GivesEachRoleWhatIsIts) {
  const std::vector<Action> actions{
      Action::kSend,   Action::kLeave,   Action::kUpdateConversation, Action::kAddMembers,
      Action::kSettle, Action::kSilence, Action::kRemoveMember,       Action::kBan,
      Action::kUnban,  Action::kSetRole, Action::kDeleteConversation};
  using entity::Role;
  EXPECT_EQ(in_place(ConversationKind::kRoom, Role::kMember, actions), "..XXXXXXXXX");
  EXPECT_EQ(in_place(ConversationKind::kRoom, Role::kAdmin, actions), ".........XX");
  EXPECT_EQ(in_place(ConversationKind::kRoom, Role::kOwner, actions), "...........");
  EXPECT_EQ(in_place(ConversationKind::kGroup, Role::kMember, actions), "....XXXXXXX");
  EXPECT_EQ(in_place(ConversationKind::kGroup, Role::kAdmin, actions), ".........XX");
  EXPECT_EQ(in_place(ConversationKind::kGroup, Role::kOwner, actions), "...........");
  EXPECT_EQ(in_place(ConversationKind::kDirect, Role::kOwner, actions), ".XXXXXXXXXX");
}

TEST(Permission, SetsNobodyOverTheirEqual) {
  using entity::Role;
  for (const Action action : {Action::kSilence, Action::kRemoveMember, Action::kBan}) {
    for (const Role mine : {Role::kMember, Role::kAdmin, Role::kOwner}) {
      for (const Role other : {Role::kMember, Role::kAdmin, Role::kOwner}) {
        Object object;
        object.member = true;
        object.kind = ConversationKind::kRoom;
        object.role = mine;
        object.other = other;
        EXPECT_EQ(sign(can(kMe, action, object)), mine > other ? '.' : 'X');
      }
    }
  }
}

TEST(Permission, LetsTheSilencedReadAndNotWrite) {
  Object object;
  object.member = true;
  object.kind = ConversationKind::kRoom;
  object.silenced_until = base::from_millis(1000);
  object.now = base::from_millis(999);
  EXPECT_EQ(sign(can(kMe, Action::kReadMessages, object)), '.');
  EXPECT_EQ(sign(can(kMe, Action::kSend, object)), 'X');
  EXPECT_EQ(sign(can(kMe, Action::kType, object)), 'X');
  object.now = base::from_millis(1000);
  EXPECT_EQ(sign(can(kMe, Action::kSend, object)), '.');
}

TEST(Permission, LetsNobodyWriteOrComeInWhereItIsArchived) {
  Object object;
  object.member = true;
  object.kind = ConversationKind::kRoom;
  object.role = entity::Role::kOwner;
  object.archived = true;
  EXPECT_EQ(sign(can(kMe, Action::kSend, object)), 'X');
  EXPECT_EQ(sign(can(kMe, Action::kAddMembers, object)), 'X');
  EXPECT_EQ(sign(can(kMe, Action::kSettle, object)), '.');
  EXPECT_EQ(sign(can(kMe, Action::kRemoveMember, object)), '.');
  object.member = false;
  object.welcome = true;
  EXPECT_EQ(sign(can(kMe, Action::kJoin, object)), 'X');
}

TEST(Permission, LetsInWhoIsWelcomeAndNotBanned) {
  for (const Action action : {Action::kJoin, Action::kReadInvite, Action::kUseInvite}) {
    Object object;
    object.kind = ConversationKind::kRoom;
    EXPECT_EQ(sign(can(kMe, action, object)), 'N');
    object.banned = true;
    EXPECT_EQ(sign(can(kMe, action, object)), 'N') << "who was banned learns nothing either";
    object.welcome = true;
    EXPECT_EQ(sign(can(kMe, action, object)), 'X');
    object.banned = false;
    EXPECT_EQ(sign(can(kMe, action, object)), '.');
  }
}

TEST(Permission, TellsNobodyWhatDoesNotExistFromWhatIsNotTheirs) {
  const base::Error nothing = can(kMe, Action::kEndSession, Object{}).error();
  EXPECT_EQ(can(kMe, Action::kEndSession, of_stranger()).error(), nothing);
  EXPECT_EQ(can(kMe, Action::kReadMessages, Object{}).error(),
            can(kMe, Action::kReadMessages, of_stranger()).error());
}

}  // namespace
}  // namespace keepline::logic
