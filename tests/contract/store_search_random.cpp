#include <algorithm>
#include <cctype>
#include <map>
#include <random>

#include "contract/search_contract.h"

// What a search finds, beside a plain look at every text.
namespace keepline::data {
namespace {

using entity::SearchHit;
using entity::SearchPhrase;
using entity::SearchWish;

class RandomSearchContract : public SearchContract {};

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
TEST_P(RandomSearchContract, FindsWhatAPlainLookFinds) {
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

INSTANTIATE_TEST_SUITE_P(All, RandomSearchContract, testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace keepline::data
