#include <fmt/format.h>

#include "contract/search_contract.h"

// Messages are found by their words, whether the index has reached them or not.
namespace keepline::data {
namespace {

using entity::SearchBounds;
using entity::SearchHit;
using entity::SearchWish;
using namespace std::chrono_literals;

TEST_P(SearchContract, FindsChineseWordsOfTwoCharacters) {
  say(room_, a_, "今天的会议改到三点");
  say(room_, b_, "会商之后议论");
  say(room_, a_, "明天没有会议。");
  EXPECT_EQ(both(words("会议")), "3 1");
  EXPECT_EQ(seqs(search(words("议会")).hits), "");
  EXPECT_EQ(seqs(search(words("会")).hits), "3 2 1");
}

TEST_P(SearchContract, FindsWordsOfMixedScripts) {
  say(room_, a_, "deploy到staging服务器, Straße 42");
  say(room_, b_, "오늘 회의는 세 시입니다 👍");
  say(room_, a_, "ÉTUDE no. 3");
  EXPECT_EQ(both(words("staging")), "1");
  EXPECT_EQ(seqs(search(words("到STAGING服务")).hits), "1");
  EXPECT_EQ(seqs(search(words("strasse")).hits), "1");
  EXPECT_EQ(seqs(search(words("회의")).hits), "2");
  EXPECT_EQ(seqs(search(words("👍")).hits), "2");
  EXPECT_EQ(seqs(search(words("etude")).hits), "3");
  EXPECT_EQ(seqs(search(words("stag")).hits), "");
  EXPECT_EQ(seqs(search(open("stag")).hits), "1");
  EXPECT_EQ(seqs(search(open("到stag")).hits), "1");
}

TEST_P(SearchContract, FindsAWordThatIsVeryLong) {
  say(room_, a_, std::string(16'000, 'x'));
  EXPECT_EQ(both(words(std::string(70, 'x'))), "1");
  EXPECT_EQ(seqs(search(words(std::string(63, 'x'))).hits), "");
}

TEST_P(SearchContract, WantsAllThatIsAskedFor) {
  say(room_, a_, "red and blue https://example.com/x");
  say(room_, b_, "red and blue");
  say(room_, b_, "red `and blue`");
  now_ += 24h;
  say(room_, b_, "red");
  SearchWish wish = words("red");
  wish.phrases.push_back(words("blue").phrases[0]);
  EXPECT_EQ(both(wish), "3 2 1");
  wish.from = {b_};
  EXPECT_EQ(seqs(search(wish).hits), "3 2");
  wish.code = true;
  EXPECT_EQ(seqs(search(wish).hits), "3");
  wish = words("red");
  wish.link = true;
  EXPECT_EQ(seqs(search(wish).hits), "1");
  wish = words("red");
  wish.after = now_;
  EXPECT_EQ(seqs(search(wish).hits), "4");
  wish = words("red");
  wish.before = now_;
  EXPECT_EQ(seqs(search(wish).hits), "3 2 1");
  wish.after = now_ - 1ms;
  EXPECT_EQ(seqs(search(wish).hits), "");
}

TEST_P(SearchContract, FindsByFiltersAlone) {
  say(room_, a_, "one");
  say(room_, b_, "two http://x");
  say(other_, a_, "three");
  SearchWish wish;
  wish.from = {b_};
  EXPECT_EQ(both(wish), "2");
  wish.from = {a_, b_};
  wish.in = {room_};
  EXPECT_EQ(seqs(search(wish).hits), "2 1");
  wish = {};
  wish.link = true;
  EXPECT_EQ(seqs(search(wish).hits), "2");
}

TEST_P(SearchContract, TakesNoPlaceForAWord) {
  say(room_, a_, "nothing");
  index();
  EXPECT_EQ(seqs(search(open("c")).hits), "");
  EXPECT_EQ(seqs(search(words("u1")).hits), "");
  EXPECT_EQ(seqs(search(words("\xEF\xA3\xB0u1")).hits), "");
}

TEST_P(SearchContract, CannotBeToldAQueryOfItsOwn) {
  say(room_, a_, "plain \" text");
  index();
  for (const std::string word : {"\"", "a\" OR \"b", "body:x", "NEAR(", "*", "^x", "-", "AND"}) {
    SearchWish wish;
    wish.phrases.push_back({{word}, false});
    EXPECT_EQ(seqs(search(wish).hits), "") << word;
    wish.phrases[0].open = true;
    EXPECT_EQ(seqs(search(wish).hits), "") << word;
  }
}

TEST_P(SearchContract, FollowsEditsAndDeletionsAtOnce) {
  const auto edited = say(room_, a_, "before");
  const auto erased = say(room_, a_, "secret");
  for (const bool indexed : {false, true}) {
    if (indexed) {
      index();
    }
    edit(edited.id, "after" + std::to_string(indexed));
    EXPECT_EQ(seqs(search(words("before")).hits), "");
    EXPECT_EQ(seqs(search(words("after" + std::to_string(indexed))).hits), "1");
  }
  EXPECT_EQ(seqs(search(words("after0")).hits), "");
  EXPECT_EQ(seqs(search(words("secret")).hits), "2");
  erase(erased.id);
  EXPECT_EQ(both(words("secret")), "");
  SearchWish of_them;
  of_them.from = {a_};
  EXPECT_EQ(both(of_them), "1") << "what was deleted is found by nothing";
}

TEST_P(SearchContract, LeavesNothingOfWhatIsUndone) {
  const auto message = say(room_, a_, "kept");
  index();
  auto undone = write([&](Transaction& tx) -> Status {
    must(tx.delete_message(message.id, a_, EventId(must(tx.position()).head.value + 1)));
    must(tx.append(new_message(room_, a_, "lost")));
    return base::Errc::kConflict;
  });
  EXPECT_FALSE(undone);
  EXPECT_EQ(both(words("kept")), "1");
  EXPECT_EQ(both(words("lost")), "");
  erase(message.id);
  EXPECT_EQ(both(words("kept")), "");
}

TEST_P(SearchContract, ForgetsADeletedConversation) {
  say(room_, a_, "shared word");
  say(other_, a_, "other word");
  index();
  must(write([&](Transaction& tx) -> Status {
    entity::Event event = member_event(entity::EventKind::kLeft, room_, a_);
    const auto id = must(tx.record(std::move(event)));
    return tx.delete_conversation(room_, id);
  }));
  for (int i = 0; i < 10; ++i) {
    now_ += 10min;
    writer_->maintain(now_, Pause::kLong);
  }
  const auto found = search(words("word"));
  ASSERT_EQ(found.hits.size(), 1U);
  EXPECT_EQ(found.hits[0].conversation, other_);
}

TEST_P(SearchContract, GoesOnWhereItStopped) {
  for (int i = 1; i <= 40; ++i) {
    say(room_, a_, "word " + std::to_string(i));
    if (i == 25) {
      index();
    }
  }
  for (const SearchBounds& bounds : {SearchBounds{7, 60s}, kNoBounds}) {
    std::vector<SearchHit> all;
    MessageId before = kNewest;
    int pages = 0;
    while (true) {
      const auto found = search(words("word"), before, bounds, 5);
      EXPECT_LE(found.hits.size(), 5U);
      all.insert(all.end(), found.hits.begin(), found.hits.end());
      if (found.end.all) {
        break;
      }
      ASSERT_LT(found.end.looked_to, before);
      before = found.end.looked_to;
      ASSERT_LT(++pages, 100);
    }
    ASSERT_EQ(all.size(), 40U);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].seq, static_cast<std::int64_t>(40 - i));
    }
  }
}

TEST_P(SearchContract, SaysWhenItLookedAtAllItMay) {
  for (int i = 0; i < 10; ++i) {
    say(room_, a_, i == 0 ? "needle" : "hay");
  }
  const auto found = search(words("needle"), kNewest, {4, 60s});
  EXPECT_TRUE(found.hits.empty());
  EXPECT_FALSE(found.end.all);
  EXPECT_FALSE(found.end.stuck);
  const auto late = search(words("hay"), kNewest, {100, 0s});
  EXPECT_FALSE(late.end.all);
  EXPECT_TRUE(late.end.stuck) << "it did not get anywhere";
}

TEST_P(SearchContract, StandsForManyLongerWordsAtMost) {
  for (int i = 0; i < 200; ++i) {
    say(room_, a_, fmt::format("word{:03}", i));
  }
  EXPECT_EQ(search(open("word")).hits.size(), 200U) << "not in the index yet";
  index();
  EXPECT_EQ(search(open("word")).hits.size(), 128U);
  EXPECT_EQ(search(open("word1")).hits.size(), 100U);
}

TEST_P(SearchContract, StaysAsItIsWhenItIsOpenedAnew) {
  say(room_, a_, "first words");
  index();
  const auto edited = say(room_, a_, "second words");
  reopen();
  EXPECT_EQ(both(words("words")), "2 1");
  edit(edited.id, "other");
  reopen();
  EXPECT_EQ(both(words("words")), "1");
  EXPECT_EQ(both(words("other")), "2");
}

TEST_P(SearchContract, ChangesNoRevision) {
  say(room_, a_, "words");
  const auto revision = [&] {
    return must(write([](Transaction& tx) { return Result(tx.revision()); }));
  };
  const auto before = revision();
  index();
  EXPECT_EQ(revision(), before);
}

TEST_P(SearchContract, NamesConversationsByTheirBeginning) {
  const auto direct = add_direct(a_, b_);
  const auto called = [&](UserId user, std::string_view key) {
    return must(read([&](Reader& reader) { return reader.conversations_called(user, key, 10); }));
  };
  must(write([&](Transaction& tx) -> Status {
    auto room = must(tx.conversation(room_));
    room.title = "Garden";
    return tx.update_conversation(room);
  }));
  using Ids = std::vector<ConversationId>;
  EXPECT_EQ(called(a_, "gard"), Ids{room_});
  EXPECT_EQ(called(a_, "arden"), Ids{});
  EXPECT_EQ(called(a_, "bob"), Ids{direct});
  EXPECT_EQ(called(a_, "ann"), Ids{}) << "not by one's own name";
  EXPECT_EQ(called(b_, "ann"), Ids{direct});
  EXPECT_EQ(called(add_user("cee"), "gard"), Ids{}) << "only one's own";
}

INSTANTIATE_TEST_SUITE_P(All, SearchContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
