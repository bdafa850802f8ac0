#include "push/inbox.h"

#include <gtest/gtest.h>

#include "push/audience.h"
#include "push/listener.h"

namespace keepline::push {
namespace {

class Owner final : public InboxOwner {
 public:
  void idle(Inbox&) override {}
};

LoggedEvent in_room(std::int64_t id, std::int64_t room, entity::EventKind kind,
                    std::int64_t actor = 9) {
  LoggedEvent event;
  event.id = entity::EventId(id);
  event.kind = kind;
  event.stream = entity::Stream::of(entity::ConversationId(room));
  event.actor = entity::UserId(actor);
  event.json = "{}";
  return event;
}

class InboxTest : public testing::Test {
 protected:
  Place place(std::int64_t room, std::int64_t from, std::int64_t to = 0) {
    return {entity::ConversationId(room), entity::EventId(from), entity::EventId(to), 0};
  }
  bool hears(std::int64_t id, std::int64_t room) {
    return inbox.concerned(in_room(id, room, entity::EventKind::kMessage));
  }

  Owner owner;
  Inbox inbox{entity::UserId(1), owner};
};

// Goal: the floor is the newest id that went: a cursor there has everything.
TEST_F(InboxTest, ForgetsTheOldestAndSaysFromWhereItIsComplete) {
  constexpr auto kMax = static_cast<std::int64_t>(Recent::kMax);
  for (std::int64_t id = 1; id <= kMax; ++id) {
    inbox.remember(entity::EventId(id));
  }
  EXPECT_EQ(inbox.floor, entity::EventId(0));
  EXPECT_EQ(inbox.recent.size(), Recent::kMax);
  inbox.remember(entity::EventId(kMax + 1));
  EXPECT_EQ(inbox.floor, entity::EventId(kMax / 2));
  EXPECT_EQ(*inbox.recent.begin(), entity::EventId(kMax / 2 + 1));
  EXPECT_EQ(inbox.recent.size(), Recent::kMax / 2 + 1);
  EXPECT_EQ(inbox.last_event, entity::EventId(kMax + 1));
}

TEST_F(InboxTest, IsConcernedFromTheJoinToTheLeavingBothIncluded) {
  inbox.places = {place(5, 10, 20), place(5, 30)};
  EXPECT_FALSE(hears(9, 5));
  EXPECT_TRUE(hears(10, 5));
  EXPECT_TRUE(hears(20, 5));
  EXPECT_FALSE(hears(21, 5));
  EXPECT_TRUE(hears(30, 5));
  EXPECT_TRUE(hears(1000, 5));
  EXPECT_FALSE(hears(15, 4));
  EXPECT_FALSE(hears(15, 6));
}

TEST_F(InboxTest, HearsReadMarksOfOthersWhileItSharesAndNeverItsOwnTwice) {
  inbox.places = {place(5, 10)};
  EXPECT_TRUE(inbox.concerned(in_room(11, 5, entity::EventKind::kRead, 2)));
  EXPECT_FALSE(inbox.concerned(in_room(11, 5, entity::EventKind::kRead, 1)));
  inbox.receipts = false;
  EXPECT_FALSE(inbox.concerned(in_room(11, 5, entity::EventKind::kRead, 2)));
  EXPECT_TRUE(inbox.concerned(in_room(11, 5, entity::EventKind::kMessage, 2)));
}

TEST_F(InboxTest, HearsItsOwnStreamButNeverTheEndOfASession) {
  LoggedEvent own;
  own.stream = entity::Stream::of(entity::UserId(1));
  own.kind = entity::EventKind::kSessionEnded;
  EXPECT_FALSE(inbox.concerned(own));
  own.kind = entity::EventKind::kProfile;
  own.json = "{}";
  EXPECT_TRUE(inbox.concerned(own));
  own.stream = entity::Stream::of(entity::UserId(2));
  EXPECT_FALSE(inbox.concerned(own));
}

// Goal: leaving a large room costs the same as a small one, and moves nobody out by mistake.
TEST_F(InboxTest, AudienceForgetsExactlyWhoLeaves) {
  Audience audience;
  std::vector<std::unique_ptr<Inbox>> inboxes;
  for (std::int64_t id = 1; id <= 5; ++id) {
    inboxes.push_back(std::make_unique<Inbox>(entity::UserId(id), owner));
    inboxes.back()->places = {place(5, 1), place(6, 1)};
    audience.enter(*inboxes.back(), inboxes.back()->places[0]);
    audience.enter(*inboxes.back(), inboxes.back()->places[1]);
  }
  const auto in_five = [&] {
    std::string text;
    for (const Inbox* one : audience.room(entity::ConversationId(5))->inboxes) {
      text += std::to_string(one->user.value);
    }
    return text;
  };
  audience.leave(inboxes[1]->places[0]);
  EXPECT_EQ(in_five(), "1534");
  inboxes[1]->places.erase(inboxes[1]->places.begin());
  audience.leave(inboxes[4]->places[0]);
  inboxes[4]->places.erase(inboxes[4]->places.begin());
  EXPECT_EQ(in_five(), "143");
  EXPECT_EQ(audience.room(entity::ConversationId(6))->inboxes.size(), 5U);
  for (const auto& one : inboxes) {
    audience.remove(*one);
  }
  EXPECT_EQ(audience.rooms(), 0U);
}

TEST_F(InboxTest, AudienceKnowsWhoSeesWhom) {
  Audience audience;
  inbox.peers = {{entity::UserId(7), {}, true, false}};
  audience.watch(inbox, entity::UserId(7));
  ASSERT_NE(audience.watchers(entity::UserId(7)), nullptr);
  EXPECT_EQ(audience.watchers(entity::UserId(8)), nullptr);
  audience.remove(inbox);
  EXPECT_EQ(audience.watched(), 0U);
}

}  // namespace
}  // namespace keepline::push
