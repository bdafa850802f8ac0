#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "contract/store_contract.h"
#include "entity/words.h"

// Messages are found by their words, whether the index has reached them or not.
namespace keepline::data {
namespace {

using entity::SearchBounds;
using entity::SearchEnd;
using entity::SearchHit;
using entity::SearchPhrase;
using entity::SearchWish;
using namespace std::chrono_literals;

constexpr SearchBounds kNoBounds{1'000'000, 60s};
constexpr MessageId kNewest{base::kIdMax};

SearchWish of(std::string_view text, bool open) {
  SearchWish wish;
  wish.phrases.push_back({entity::words_of(text), open});
  return wish;
}
SearchWish words(std::string_view text) { return of(text, false); }
SearchWish open(std::string_view text) { return of(text, true); }

class SearchContract : public StoreContract {
 protected:
  void SetUp() override {
    a_ = add_user("ann");
    b_ = add_user("bob");
    room_ = add_room({a_, b_});
    other_ = add_room({a_});
  }

  /// Lets the index reach the end of the log.
  void index() {
    while (writer_->follow(now_, Pause::kShort)) {
    }
  }

  struct Found {
    std::vector<SearchHit> hits;
    SearchEnd end;
  };
  Found search(const SearchWish& wish, MessageId before = kNewest,
               const SearchBounds& bounds = kNoBounds, std::size_t limit = 1'000'000) {
    return must(read([&](Reader& reader) -> Result<Found> {
      Found found;
      auto end = reader.search(wish, before, bounds, [&](const SearchHit& hit) -> Result<bool> {
        found.hits.push_back(hit);
        return found.hits.size() < limit;
      });
      if (!end) {
        return end.error();
      }
      found.end = *end;
      return found;
    }));
  }
  static std::string seqs(const std::vector<SearchHit>& hits) {
    std::string out;
    for (const SearchHit& hit : hits) {
      out += (out.empty() ? "" : " ") + std::to_string(hit.seq);
    }
    return out;
  }
  /// "3 1": the seqs of what is found, and that the same is found before and after indexing.
  std::string both(const SearchWish& wish) {
    const std::string before = seqs(search(wish).hits);
    index();
    EXPECT_EQ(seqs(search(wish).hits), before) << "found in the index as before it";
    return before;
  }

  void edit(MessageId id, std::string_view text) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(tx.edit_message({id, at, std::string(text), {}, false}));
      return record(tx, id, entity::EventKind::kEdited);
    }));
  }
  void erase(MessageId id) {
    must(write([&](Transaction& tx) -> Status {
      const EventId at(must(tx.position()).head.value + 1);
      must(tx.delete_message(id, a_, at));
      return record(tx, id, entity::EventKind::kDeleted);
    }));
  }
  Status record(Transaction& tx, MessageId id, entity::EventKind kind) {
    const auto message = must(tx.message(id));
    entity::Event event;
    event.kind = kind;
    event.stream = entity::Stream::of(message.conversation);
    event.actor = a_;
    event.data = entity::MessageChange{message, {}};
    must(tx.record(std::move(event)));
    return base::ok();
  }

  UserId a_;
  UserId b_;
  ConversationId room_;
  ConversationId other_;
};

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

/// What a message says, in a way of its own: ASCII words in small letters, and all else a code
/// point each.
std::vector<std::string> plain_words(const std::string& text) {
  std::vector<std::string> out;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      if (std::isalnum(byte) != 0) {
        if (!in_word) {
          out.emplace_back();
        }
        out.back() += static_cast<char>(std::tolower(byte));
        in_word = true;
      } else {
        in_word = false;
      }
      ++at;
    } else {
      const std::size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      out.push_back(text.substr(at, size));
      at += size;
      in_word = false;
    }
  }
  return out;
}

bool stands_in(const SearchPhrase& phrase, const std::vector<std::string>& text) {
  for (std::size_t at = 0; at + phrase.words.size() <= text.size(); ++at) {
    bool same = true;
    for (std::size_t i = 0; i < phrase.words.size(); ++i) {
      const bool last = phrase.open && i + 1 == phrase.words.size();
      same = same &&
             (last ? text[at + i].starts_with(phrase.words[i]) : text[at + i] == phrase.words[i]);
    }
    if (same) {
      return true;
    }
  }
  return false;
}

// Goal: what is found is what a plain look at every text finds. Method: ten thousand random texts,
// edited, deleted, and indexed now and then; random questions, compared with that look.
TEST_P(SearchContract, FindsWhatAPlainLookFinds) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  // Few different words, so that the beginning of one never stands for more than it may.
  static const std::vector<std::string> kPieces{
      "alpha ", "Alphabet ", "beta ", "ALP ", "alpine-", "x1 ", "b ", "be ", "会",
      "议",     "会议",      "今天",  " ",    ", ",      "の",  "안", "녕",  "👍"};
  const auto pick = [&](std::size_t below) { return random() % below; };
  const auto text = [&](std::size_t pieces) {
    std::string out = "m ";
    for (std::size_t i = 0; i < pieces; ++i) {
      out += kPieces[pick(kPieces.size())];
    }
    return out;
  };
  struct Live {
    std::vector<std::string> words;
    ConversationId conversation;
    UserId sender;
  };
  std::map<std::int64_t, Live> live;
  std::vector<MessageId> ids;
  for (int round = 0; round < 100; ++round) {
    Transaction* tx = must(writer_->begin(now_));
    for (int i = 0; i < 100; ++i) {
      const bool in_room = pick(2) == 0;
      const UserId sender = in_room && pick(2) == 0 ? b_ : a_;
      const std::string said = text(1 + pick(12));
      const auto sent = must(tx->append(new_message(in_room ? room_ : other_, sender, said)));
      live[sent.id.value] = {plain_words(said), sent.conversation, sender};
      ids.push_back(sent.id);
    }
    must(writer_->commit());
    for (int i = 0; i < 3; ++i) {
      const MessageId id = ids[pick(ids.size())];
      if (!live.contains(id.value)) {
        continue;
      }
      if (pick(2) == 0) {
        erase(id);
        live.erase(id.value);
      } else {
        const std::string said = text(1 + pick(12));
        edit(id, said);
        live[id.value].words = plain_words(said);
      }
    }
    if (pick(4) == 0) {
      writer_->follow(now_, Pause::kShort);
    }
    SearchWish wish;
    for (std::size_t i = 0; i <= pick(2); ++i) {
      std::string asked;
      for (std::size_t n = 0; n <= pick(3); ++n) {
        asked += kPieces[pick(kPieces.size())];
      }
      SearchPhrase phrase{plain_words(asked), pick(3) == 0};
      if (!phrase.words.empty()) {
        wish.phrases.push_back(std::move(phrase));
      }
    }
    wish.from = pick(3) == 0 ? std::vector{b_} : std::vector<UserId>{};
    wish.in = pick(3) == 0 ? std::vector{other_} : std::vector<ConversationId>{};
    if (wish.empty()) {
      continue;
    }
    std::vector<std::int64_t> expected;
    for (auto it = live.rbegin(); it != live.rend(); ++it) {
      const Live& one = it->second;
      if ((wish.from.empty() || wish.from[0] == one.sender) &&
          (wish.in.empty() || wish.in[0] == one.conversation) &&
          std::all_of(wish.phrases.begin(), wish.phrases.end(),
                      [&](const SearchPhrase& phrase) { return stands_in(phrase, one.words); })) {
        expected.push_back(it->first);
      }
    }
    std::vector<std::int64_t> found;
    for (const SearchHit& hit : search(wish).hits) {
      found.push_back(hit.id.value);
    }
    ASSERT_EQ(found, expected) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(All, SearchContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
