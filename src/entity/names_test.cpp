#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "entity/event.h"

namespace keepline::entity {
namespace {

TEST(Names, TellEveryRelationApart) {
  EXPECT_EQ(relation_name(RelationState::kNone), "none");
  EXPECT_EQ(relation_name(RelationState::kRequested), "requested");
  EXPECT_EQ(relation_name(RelationState::kIncoming), "incoming");
  EXPECT_EQ(relation_name(RelationState::kFriends), "friends");
  EXPECT_EQ(relation_name(RelationState::kBlocked), "blocked");
}

TEST(Names, TellEveryKindOfConversationAndRoleApart) {
  EXPECT_EQ(conversation_kind_name(ConversationKind::kDirect), "direct");
  EXPECT_EQ(conversation_kind_name(ConversationKind::kGroup), "group");
  EXPECT_EQ(conversation_kind_name(ConversationKind::kRoom), "room");
  EXPECT_EQ(role_name(Role::kMember), "member");
  EXPECT_EQ(role_name(Role::kAdmin), "admin");
  EXPECT_EQ(role_name(Role::kOwner), "owner");
}

TEST(Names, TellEveryKindOfEventApart) {
  std::set<std::string_view> names;
  for (int number = 0; number < 256; ++number) {
    const std::string_view name = event_kind_name(static_cast<EventKind>(number));
    EXPECT_TRUE(name == "unknown" || names.insert(name).second) << name;
  }
  EXPECT_EQ(names.size(), 18U);
  EXPECT_EQ(event_kind_name(EventKind::kMessage), "message");
}

TEST(Names, OfSettingsAreReadAsTheyAreWritten) {
  for (const DirectFrom from : {DirectFrom::kEveryone, DirectFrom::kFriends}) {
    EXPECT_EQ(direct_from_named(direct_from_name(from)), from);
  }
  for (const RequestsFrom from : {RequestsFrom::kEveryone, RequestsFrom::kNobody}) {
    EXPECT_EQ(requests_from_named(requests_from_name(from)), from);
  }
  for (const PresenceChoice choice :
       {PresenceChoice::kAutomatic, PresenceChoice::kBusy, PresenceChoice::kInvisible}) {
    EXPECT_EQ(presence_choice_named(presence_choice_name(choice)), choice);
  }
  EXPECT_EQ(presence_choice_named("away"), std::nullopt);
  EXPECT_EQ(direct_from_named("nobody"), std::nullopt);
  EXPECT_EQ(direct_from_named(""), std::nullopt);
  EXPECT_EQ(requests_from_named("friends"), std::nullopt);
}

TEST(Stream, IsOneNumberForAConversationOrAUser) {
  const Stream room = Stream::of(ConversationId{7});
  EXPECT_TRUE(room.is_conversation());
  EXPECT_EQ(room.conversation(), ConversationId{7});
  EXPECT_EQ(Stream::from_stored(room.stored()), room);

  const Stream own = Stream::of(UserId{7});
  EXPECT_FALSE(own.is_conversation());
  EXPECT_EQ(own.user(), UserId{7});
  EXPECT_EQ(Stream::from_stored(own.stored()), own);
  EXPECT_NE(own, room);
}

TEST(Span, CoversItsFirstAndItsLastEvent) {
  const Span open{ConversationId{1}, EventId{5}, std::nullopt};
  EXPECT_FALSE(open.covers(EventId{4}));
  EXPECT_TRUE(open.covers(EventId{5}));
  EXPECT_TRUE(open.covers(EventId{1'000'000}));

  const Span closed{ConversationId{1}, EventId{5}, EventId{9}};
  EXPECT_TRUE(closed.covers(EventId{9}));
  EXPECT_FALSE(closed.covers(EventId{10}));
}

}  // namespace
}  // namespace keepline::entity
