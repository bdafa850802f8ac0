#include <algorithm>

#include "contract/log_contract.h"

// Who is shown what of the log.
namespace keepline::data {
namespace {

using base::Errc;
using entity::Event;
using entity::EventKind;
using entity::Stream;

class AudienceContract : public LogContract {};

TEST_P(AudienceContract, KeepsPrivateThingsOutOfWhatOthersAreShown) {
  NewUser given = new_user("private");
  given.email = "private@example.org";
  const UserId them = must(write([&](Transaction& tx) { return tx.add_user(given); }));
  must(write([&](Transaction& tx) { return tx.set_last_seen(them, now_); }));
  const UserId me = add_user("me");
  record(relation_event(me, them, entity::RelationState::kRequested));
  add_room({me, them});
  for (const Event& event : events_for(me, EventId()).events) {
    const entity::User& user = event.kind == EventKind::kRelation
                                   ? std::get<entity::RelationChange>(event.data).peer
                                   : std::get<entity::MemberChange>(event.data).user;
    EXPECT_EQ(user.email, std::nullopt);
    EXPECT_EQ(user.last_seen, std::nullopt);
  }
}

TEST_P(AudienceContract, ShowsOthersReadMarksOnlyToThoseWhoShareTheirs) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  const EventId start = head();
  const EventId theirs = record(read_event(Stream::of(direct), direct, you, 1));
  const EventId mine = record(read_event(Stream::of(direct), direct, me, 1));
  record(read_event(Stream::of(you), direct, you, 1));

  EXPECT_EQ(ids(events_for(me, start).events),
            std::to_string(theirs.value) + ' ' + std::to_string(mine.value) + ' ');
  set_receipts(me, false);
  EXPECT_EQ(ids(events_for(me, start).events), std::to_string(mine.value) + ' ');
}

// A picture of one member of a room:   joins   hears   leaves | away | joins   hears
TEST_P(AudienceContract, ShowsExactlyTheSpansOfAMember) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId room = add_room({you});
  say(room, you, "too early");
  const EventId joined = must(write([&](Transaction& tx) { return join(tx, room, me); }));
  const auto heard = say(room, you, "heard");
  const EventId left = must(write([&](Transaction& tx) { return leave(tx, room, me); }));
  say(room, you, "missed");
  const EventId again = must(write([&](Transaction& tx) { return join(tx, room, me); }));
  const auto later = say(room, you, "later");

  std::string expected;
  for (const EventId id : {joined, heard.id, left, again, later.id}) {
    expected += std::to_string(id.value) + ' ';
  }
  EXPECT_EQ(ids(events_for(me, EventId()).events), expected);
  EXPECT_EQ(kinds(events_for(me, heard.id).events), "left joined message ");
  EXPECT_EQ(kinds(events_for(me, left).events), "joined message ");

  const auto everything = view(me, EventId());
  ASSERT_EQ(everything.conversations.size(), 2U);
  EXPECT_EQ(everything.conversations[0].span.from, joined);
  EXPECT_EQ(everything.conversations[0].span.to, left);
  EXPECT_EQ(everything.conversations[1].span.from, again);
  EXPECT_EQ(everything.conversations[1].span.to, std::nullopt);
  EXPECT_EQ(everything.conversations[1].member_count, 2);
  EXPECT_EQ(view(me, EventId(left.value - 1)).conversations.size(), 2U);
  EXPECT_EQ(view(me, left).conversations.size(), 1U) << "it ended at, not after, the position";
  EXPECT_EQ(everything.as_of, head());
}

TEST_P(AudienceContract, ViewsThePeopleThatOneMaySee) {
  const UserId me = add_user("me");
  const UserId stranger = add_user("stranger");
  const UserId friend_id = add_user("friend");
  const UserId both = add_user("both");
  const UserId in_room = add_user("in_room");
  const UserId asked = add_user("asked");
  must(write([&](Transaction& tx) {
    must(tx.set_relation(me, friend_id, entity::RelationState::kFriends, EventId(1)));
    must(tx.set_relation(me, asked, entity::RelationState::kRequested, EventId(1)));
    return tx.set_relation(me, both, entity::RelationState::kFriends, EventId(1));
  }));
  entity::User changed = must(read([&](Reader& reader) { return reader.user(both); }));
  changed.version = EventId(44);
  must(write([&](Transaction& tx) { return tx.update_user(changed); }));
  const ConversationId direct = add_direct(both, me);
  add_direct(me, stranger);
  add_room({me, in_room});
  set_receipts(me, false);

  const auto seen = view(me, EventId());
  ASSERT_EQ(seen.peers.size(), 3U);
  EXPECT_EQ(seen.peers[0].user, stranger);
  EXPECT_FALSE(seen.peers[0].friends);
  EXPECT_EQ(seen.peers[1].user, friend_id);
  EXPECT_TRUE(seen.peers[1].friends);
  EXPECT_EQ(seen.peers[2].user, both);
  EXPECT_TRUE(seen.peers[2].friends);
  EXPECT_EQ(seen.peers[2].version, EventId(44));
  EXPECT_FALSE(seen.settings.receipts);
  const auto viewed =
      std::find_if(seen.conversations.begin(), seen.conversations.end(),
                   [&](const auto& each) { return each.span.conversation == direct; });
  ASSERT_NE(viewed, seen.conversations.end());
  EXPECT_EQ(viewed->peer, both);
  EXPECT_EQ(viewed->kind, entity::ConversationKind::kDirect);
  EXPECT_EQ(seen.conversations.back().peer, UserId()) << "a room has no peer";
  EXPECT_EQ(error_of(read([&](Reader& r) { return r.view_of(UserId(99), EventId()); })),
            Errc::kNotFound);
}

TEST_P(AudienceContract, HandsTheClassicEndpointWhatOthersSaid) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId direct = add_direct(me, you);
  const ConversationId room = add_room({you});
  say(direct, me, "mine");
  const auto first = say(direct, you, "first");
  say(room, you, "not for me");
  must(write([&](Transaction& tx) { return join(tx, room, me); }));
  say(room, you, "second");
  say(direct, you, "third");
  auto incoming = [&](EventId after, std::size_t limit) {
    std::string text;
    for (const auto& message :
         must(read([&](Reader& reader) { return reader.incoming_messages(me, after, limit); }))) {
      text += message.text + ' ';
    }
    return text;
  };
  EXPECT_EQ(incoming(EventId(), 10), "first second third ");
  EXPECT_EQ(incoming(EventId(), 2), "first second ");
  EXPECT_EQ(incoming(first.id, 10), "second third ");
  EXPECT_EQ(incoming(head(), 10), "");
}

INSTANTIATE_TEST_SUITE_P(All, AudienceContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
