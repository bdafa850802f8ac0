#include "logic/sight.h"

#include "logic/message_house_test.h"

namespace keepline::logic {
namespace {

// Who comes to the room late, leaves and comes back: what is not theirs shows nowhere.
class SightTest : public MessageHouse {
 protected:
  SightTest() {
    before_ = say(liger, "secret before @ben");
    join(ben);
    during_ = say(liger, "while ben is here @ben");
    leave(ben);
    between_ = say(liger, "secret between @ben");
    join(ben);
    after_ = say(liger, "ben is back @ben");
  }

  Message before_;
  Message during_;
  Message between_;
  Message after_;
};

TEST_F(SightTest, ShowsTheMessagesOfOnesMembershipsAlone) {
  EXPECT_EQ(page(amy), "1 2 3 4");
  EXPECT_EQ(page(ben), "2 4");
  Messages::PageWish newest;
  newest.limit = 1;
  auto found = house.read([&](data::Reader& r) { return page_messages(r, ben, room, newest); });
  EXPECT_EQ(seqs(found->messages), "4");
  EXPECT_TRUE(found->more);
  newest.before = 4;
  found = house.read([&](data::Reader& r) { return page_messages(r, ben, room, newest); });
  EXPECT_EQ(seqs(found->messages), "2");
  EXPECT_FALSE(found->more);
  newest.before.reset();
  newest.after = 2;
  found = house.read([&](data::Reader& r) { return page_messages(r, ben, room, newest); });
  EXPECT_EQ(seqs(found->messages), "4");
  EXPECT_FALSE(found->more);
  show_all();
  EXPECT_EQ(page(ben), "1 2 3 4");
}

TEST_F(SightTest, ShowsAPageAboutAPlaceOverTheGap) {
  Messages::AroundWish wish;
  wish.seq = 3;
  wish.limit = 10;
  auto around = house.read([&](data::Reader& r) { return messages_around(r, ben, room, wish); });
  EXPECT_EQ(seqs(around->messages), "2 4");
  around = house.read([&](data::Reader& r) { return messages_around(r, amy, room, wish); });
  EXPECT_EQ(seqs(around->messages), "1 2 3 4");
  wish.limit = 2;
  around = house.read([&](data::Reader& r) { return messages_around(r, amy, room, wish); });
  EXPECT_EQ(seqs(around->messages), "3 4");
  EXPECT_TRUE(around->more_before);
  EXPECT_FALSE(around->more_after);
  wish.seq.reset();
  wish.at = base::Time();
  around = house.read([&](data::Reader& r) { return messages_around(r, ben, room, wish); });
  EXPECT_EQ(seqs(around->messages), "2 4");
  EXPECT_FALSE(around->more_before);
  wish.at = house.clock.now() + std::chrono::hours(1);
  around = house.read([&](data::Reader& r) { return messages_around(r, ben, room, wish); });
  EXPECT_EQ(seqs(around->messages), "");
  EXPECT_TRUE(around->more_before);
}

// Goal: no door shows a message outside one's sight, or tells that it exists.
TEST_F(SightTest, AnswersForWhatIsHiddenAsForWhatIsNotThere) {
  for (const MessageId id : {before_.id, between_.id, MessageId(9'999)}) {
    EXPECT_EQ(code_of(get(ben, id)), "not_found");
    EXPECT_EQ(code_of(give(ben, id, "👍")), "not_found");
    EXPECT_EQ(code_of(set_pin(ben, id)), "not_found");
    EXPECT_EQ(code_of(set_saved(ben, id)), "not_found");
    EXPECT_EQ(code_of(set_saved(ben, id, false)), "not_found");
    EXPECT_EQ(code_of(erase(ben, id)), "not_found");
    EXPECT_EQ(code_of(house.read([&](data::Reader& r) { return list_earlier_texts(r, ben, id); })),
              "not_found");
    EXPECT_EQ(code_of(forward(ben, id, room)), "bad_value");
  }
  for (const std::int64_t seq : {before_.seq, between_.seq, std::int64_t{99}, std::int64_t{-1}}) {
    EXPECT_EQ(code_of(reply(ben, seq)), "bad_value") << seq;
  }
  EXPECT_TRUE(get(ben, during_.id));
  EXPECT_TRUE(reply(ben, during_.seq));
  EXPECT_TRUE(forward(ben, during_.id, room));
}

TEST_F(SightTest, HidesTheQuoteOfWhatIsHidden) {
  const Message answer = reply(amy, before_.seq)->message;
  EXPECT_EQ(answer.reply_to->text, "secret before @ben");
  const auto seen = get(ben, answer.id);
  EXPECT_EQ(seen->reply_to->seq, before_.seq);
  EXPECT_FALSE(seen->reply_to->id);
  EXPECT_EQ(seen->reply_to->text, "");
  const auto events = house.read(
      [&](data::Reader& r) { return r.events_for(ben.user, EventId(answer.id.value - 1), 1); });
  EXPECT_EQ(std::get<Message>(events->events.at(0).data).reply_to->text, "");
}

TEST_F(SightTest, ListsNoPinOrMentionOfWhatIsHidden) {
  ASSERT_TRUE(set_pin(liger, before_.id));
  ASSERT_TRUE(set_pin(liger, during_.id));
  const auto pins = house.read([&](data::Reader& r) { return list_pins(r, ben, room); });
  ASSERT_EQ(pins->size(), 1U);
  EXPECT_EQ(pins->at(0).message.seq, during_.seq);
  EXPECT_EQ(named(ben), "4 2") << "nobody is named who is not there";
  leave(ben);
  EXPECT_EQ(named(ben), "");
}

TEST_F(SightTest, ShowsNothingOfWhatWasSavedAndLeft) {
  ASSERT_TRUE(set_saved(ben, after_.id));
  EXPECT_TRUE(saved(ben).at(0).message);
  leave(ben);
  EXPECT_FALSE(saved(ben).at(0).message);
  EXPECT_EQ(saved(ben).at(0).message_id, after_.id);
  house.take_events();
  EXPECT_TRUE(set_saved(ben, after_.id, false)) << "it may still be let go of";
  EXPECT_EQ(house.take_streams(), fmt::format("saved@u{} ", ben.user.value));
  EXPECT_TRUE(saved(ben).empty());
}

}  // namespace
}  // namespace keepline::logic
