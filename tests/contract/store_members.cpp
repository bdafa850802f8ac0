#include "contract/log_contract.h"

// Members of groups and rooms: roles, silences, and what of the past is theirs.
namespace keepline::data {
namespace {

using base::Errc;
using entity::EventKind;
using entity::SeqRange;

class MembersContract : public LogContract {};

TEST_P(MembersContract, KeepsRolesAndSilences) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  const Time until = now_ + std::chrono::hours(1);
  EXPECT_EQ(must(read([&](Reader& r) { return r.owner_count(id); })), 0);
  must(write([&](Transaction& tx) {
    must(tx.set_role(id, me, entity::Role::kOwner));
    return tx.set_silenced(id, me, until);
  }));
  look([&](Reader& reader) {
    const entity::Member member = must(reader.member(id, me));
    EXPECT_EQ(member.role, entity::Role::kOwner);
    EXPECT_EQ(member.silenced_until, until);
    EXPECT_EQ(must(reader.conversation_view(id, me)).me.silenced_until, until);
    EXPECT_EQ(must(reader.owner_count(id)), 1);
  });
  must(write([&](Transaction& tx) { return tx.set_silenced(id, me, std::nullopt); }));
  EXPECT_EQ(must(read([&](Reader& r) { return r.member(id, me); })).silenced_until, std::nullopt);
  EXPECT_EQ(error_of(write([&](Transaction& tx) {
              return tx.set_role(id, UserId(99), entity::Role::kAdmin);
            })),
            Errc::kNotFound);
  EXPECT_EQ(
      error_of(write([&](Transaction& tx) { return tx.set_silenced(id, UserId(99), until); })),
      Errc::kNotFound);
}

TEST_P(MembersContract, KeepsWhatAMembershipsEventSays) {
  const UserId me = add_user("me");
  const ConversationId id = add_room({me});
  entity::Event event = member_event(EventKind::kMember, id, me);
  auto& change = std::get<entity::MemberChange>(event.data);
  change.role = entity::Role::kAdmin;
  change.silenced_until = entity::kSilencedForEver;
  record(event);
  event = member_event(EventKind::kLeft, id, me);
  std::get<entity::MemberChange>(event.data).why = entity::Parting::kBanned;
  std::get<entity::MemberChange>(event.data).member_count = 4711;
  record(event);
  const auto told = events(EventId(head().value - 2));
  ASSERT_EQ(kinds(told), "member left ");
  const auto& member = std::get<entity::MemberChange>(told[0].data);
  EXPECT_EQ(member.role, entity::Role::kAdmin);
  EXPECT_EQ(member.silenced_until, entity::kSilencedForEver);
  const auto& left = std::get<entity::MemberChange>(told[1].data);
  EXPECT_EQ(left.why, entity::Parting::kBanned);
  EXPECT_EQ(left.silenced_until, std::nullopt);
  EXPECT_EQ(left.member_count, 4711);
}

TEST_P(MembersContract, CountsSpansInMessages) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId id = add_room({you});
  say(id, you, "1");
  must(write([&](Transaction& tx) { return join(tx, id, me); }));
  say(id, you, "2");
  say(id, you, "3");
  must(write([&](Transaction& tx) { return leave(tx, id, me); }));
  say(id, you, "4");
  must(write([&](Transaction& tx) { return join(tx, id, me); }));
  const std::vector<SeqRange> expected{{2, 3}, {5, base::kIdMax}};
  look([&](Reader& reader) {
    EXPECT_EQ(must(reader.member_ranges(id, me)), expected);
    const entity::Member member = must(reader.member(id, me));
    EXPECT_EQ(member.joined_seq, 4);
    EXPECT_EQ(member.read_seq, 4) << "what was said before is not unread";
    EXPECT_TRUE(must(reader.member_ranges(id, UserId(99))).empty());
  });
}

TEST_P(MembersContract, ShowsANewestMessageToWhomItMayBeShown) {
  const UserId me = add_user("me");
  const UserId you = add_user("you");
  const ConversationId id = add_room({you});
  say(id, you, "before");
  must(write([&](Transaction& tx) { return join(tx, id, me); }));
  const auto newest = [&] {
    return must(read([&](Reader& r) { return r.conversation_view(id, me); })).last_message;
  };
  EXPECT_FALSE(newest());
  settle(id, [](entity::Conversation& room) { room.history = entity::History::kAll; });
  EXPECT_EQ(newest()->text, "before");
  settle(id, [](entity::Conversation& room) { room.history = entity::History::kJoined; });
  EXPECT_FALSE(newest());
  say(id, you, "after");
  EXPECT_EQ(newest()->text, "after");
}

TEST_P(MembersContract, FindsMembersByWhatTheirNamesBeginWith) {
  const UserId anna = add_user("Anna");
  const UserId annette = add_user("annette");
  const UserId bea = add_user("bea");
  add_user("anton");
  const ConversationId id = add_room({bea, anna, annette});
  const auto found = [&](std::string_view key, UserId after, std::size_t limit) {
    std::string text;
    for (const auto& member :
         must(read([&](Reader& r) { return r.find_members(id, key, after, limit); }))) {
      text += std::to_string(member.user.value) + ' ';
    }
    return text;
  };
  const auto text = [](UserId user) { return std::to_string(user.value) + ' '; };
  EXPECT_EQ(found("ann", UserId(), 10), text(anna) + text(annette));
  EXPECT_EQ(found("ann", UserId(), 1), text(anna));
  EXPECT_EQ(found("ann", anna, 10), text(annette));
  EXPECT_EQ(found("be", UserId(), 10), text(bea));
  EXPECT_EQ(found("ant", UserId(), 10), "");
  EXPECT_EQ(found("%", UserId(), 10), "");
}

INSTANTIATE_TEST_SUITE_P(All, MembersContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
