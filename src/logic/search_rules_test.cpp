#include "logic/search_rules.h"

#include <gtest/gtest.h>

#include "logic/message_house_test.h"

namespace keepline::logic {
namespace {

using namespace std::chrono_literals;

class SearchRules : public MessageHouse {
 protected:
  Result<Search::Page> ask(Actor who, Search::Wish wish) {
    return house.read(
        [&](data::Reader& reader) { return search_messages(reader, who, wish, {20'000, 60s}); });
  }
  /// "3 1", or the error.
  std::string found(Actor who, Search::Wish wish) {
    const auto page = ask(who, std::move(wish));
    if (!page) {
      return std::string(base::code_name(page.error().code)) + " " + page.error().field;
    }
    std::string out;
    for (const entity::FoundMessage& one : page->results) {
      out += (out.empty() ? "" : " ") + std::to_string(one.place.seq);
    }
    return out;
  }
  std::string found(Actor who, std::string q) {
    const std::string before = found(who, wish(q));
    house.follow();
    EXPECT_EQ(found(who, wish(q)), before) << "by the index as without it";
    return before;
  }
  static Search::Wish wish(std::string q) {
    Search::Wish out;
    out.q = std::move(q);
    return out;
  }
  ConversationId open_direct(Actor one, Actor other) {
    return *house.write([&](data::Transaction& tx) -> Result<ConversationId> {
      const auto id = tx.add_direct_conversation(one.user, other.user);
      for (const Actor who : {one, other}) {
        EXPECT_TRUE(tx.add_member(*id, who.user, entity::Role::kMember, EventId(1)));
      }
      return id;
    });
  }
};

TEST_F(SearchRules, FindsWhatAMemberMayReadAndNothingForOthers) {
  say(liger, "the plan");
  EXPECT_EQ(found(amy, "plan"), "1");
  EXPECT_EQ(found(ben, "plan"), "");
  EXPECT_EQ(found(Actor{}, "plan"), "sign_in_required ");
}

TEST_F(SearchRules, FindsOfEachMembershipWhatIsItsOwn) {
  say(liger, "plan before");
  join(ben);
  say(liger, "plan within");
  leave(ben);
  EXPECT_EQ(found(ben, "plan"), "") << "who has left finds nothing";
  say(liger, "plan between");
  join(ben);
  say(liger, "plan again");
  EXPECT_EQ(found(ben, "plan"), "4 2");
  EXPECT_EQ(found(liger, "plan"), "4 3 2 1");
  show_all();
  EXPECT_EQ(found(ben, "plan"), "4 3 2 1");
}

TEST_F(SearchRules, FindsNothingForWhoWasBanned) {
  say(liger, "plan");
  EXPECT_EQ(found(amy, "plan"), "1");
  leave(amy);
  EXPECT_TRUE(house.write([&](data::Transaction& tx) {
    return tx.add_ban({room, amy.user, liger.user, house.clock.now()});
  }));
  EXPECT_EQ(found(amy, "plan"), "");
  Search::Wish there = wish("plan");
  there.in = std::to_string(room.value);
  EXPECT_EQ(found(amy, there), "") << "as for a conversation that does not exist";
}

TEST_F(SearchRules, LeavesOutWhomOneHasBlocked) {
  say(liger, "plan of liger");
  say(zql, "plan of zql");
  EXPECT_TRUE(house.write([&](data::Transaction& tx) {
    return tx.set_relation(amy.user, zql.user, entity::RelationState::kBlocked, EventId(1));
  }));
  EXPECT_EQ(found(amy, "plan"), "1");
  EXPECT_EQ(found(zql, "plan"), "2 1") << "who is blocked is not told";
}

TEST_F(SearchRules, LosesADeletedMessageAtOnceAndFindsAnEditedOneByWhatItSays) {
  const auto erased = say(liger, "the secret plan");
  const auto edited = say(liger, "the first plan");
  EXPECT_EQ(found(amy, "plan"), "2 1");
  EXPECT_TRUE(erase(liger, erased.id));
  EXPECT_TRUE(edit(liger, edited, "the second plan"));
  EXPECT_EQ(found(amy, "plan"), "2");
  EXPECT_EQ(found(amy, "secret "), "");
  EXPECT_EQ(found(amy, "first "), "");
  EXPECT_EQ(found(amy, "second "), "2");
}

TEST_F(SearchRules, FiltersByPeopleAndPlaces) {
  const auto direct = open_direct(liger, amy);
  say(liger, "one");
  say(zql, "one");
  EXPECT_TRUE(house.send(amy, direct, "one"));
  EXPECT_EQ(found(liger, "one"), "1 2 1");
  EXPECT_EQ(found(liger, "one from:ZQL"), "2");
  EXPECT_EQ(found(liger, "one from:zql from:amy"), "1 2");
  EXPECT_EQ(found(liger, "from:amy"), "1");
  EXPECT_EQ(found(liger, "one from:nobody"), "");
  EXPECT_EQ(found(liger, "one in:am"), "1");
  EXPECT_EQ(found(liger, "one in:" + std::to_string(room.value)), "2 1");
  EXPECT_EQ(found(zql, "one in:" + std::to_string(direct.value)), "") << "another's";
  EXPECT_EQ(found(zql, "one in:999999"), "") << "nobody's, likewise";
}

TEST_F(SearchRules, FiltersByDaysAndKinds) {
  const base::Time day = *base::from_rfc3339("2026-03-05T12:00:00.000Z");
  house.clock.jump(std::chrono::duration_cast<std::chrono::milliseconds>(day - house.clock.now()));
  say(liger, "with http://example.org");
  house.clock.jump(24h);
  say(liger, "with `code`");
  EXPECT_EQ(found(amy, "with after:2026-03-06"), "2");
  EXPECT_EQ(found(amy, "with before:2026-03-06"), "1");
  EXPECT_EQ(found(amy, "with after:2026-03-07"), "");
  EXPECT_EQ(found(amy, "has:link"), "1");
  EXPECT_EQ(found(amy, "has:code"), "2");
  EXPECT_EQ(found(amy, "has:code has:link"), "");
  EXPECT_EQ(found(amy, "with has:image"), "");
  Search::Wish zoned = wish("with after:2026-03-06");
  zoned.zone = 14 * 60;
  EXPECT_EQ(found(amy, zoned), "2 1") << "where the sixth has begun";
  zoned.after = "2026-03-07";
  EXPECT_EQ(found(amy, zoned), "2") << "the later of the two";
}

TEST_F(SearchRules, SaysWhatItCannotRead) {
  EXPECT_EQ(found(amy, wish("")), "too_short q");
  EXPECT_EQ(found(amy, wish("?! after:2026-01-01")), "too_short q");
  EXPECT_EQ(found(amy, wish("x after:soon")), "bad_value after");
  EXPECT_EQ(found(amy, wish("x before:2026-02-31")), "bad_value before");
  EXPECT_EQ(found(amy, wish("x has:nothing")), "bad_value has");
}

TEST_F(SearchRules, GivesPagesWithoutGapsOrRepeats) {
  for (int i = 0; i < 25; ++i) {
    say(liger, "word");
    if (i == 12) {
      house.follow();
    }
  }
  Search::Wish page = wish("word");
  page.limit = 10;
  EXPECT_EQ(found(amy, page), "25 24 23 22 21 20 19 18 17 16");
  page.cursor = ask(amy, page)->next;
  EXPECT_EQ(found(amy, page), "15 14 13 12 11 10 9 8 7 6");
  page.cursor = ask(amy, page)->next;
  EXPECT_EQ(found(amy, page), "5 4 3 2 1");
  EXPECT_FALSE(ask(amy, page)->next);
}

TEST_F(SearchRules, ShowsWhereTheWordsStand) {
  say(liger, "今天的会议, and a Plan");
  const auto page = ask(amy, wish("会议 plan"));
  ASSERT_EQ(page->results.size(), 1U);
  const entity::Snippet& snippet = page->results[0].snippet;
  EXPECT_EQ(snippet.text, "今天的会议, and a Plan");
  ASSERT_EQ(snippet.marks.size(), 2U);
  EXPECT_EQ(snippet.marks[0].begin, 3U);
  EXPECT_EQ(snippet.marks[0].end, 5U);
  EXPECT_EQ(snippet.marks[1].begin, 13U);
  EXPECT_EQ(snippet.marks[1].end, 17U);
}

}  // namespace
}  // namespace keepline::logic
