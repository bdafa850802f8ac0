// What finding messages costs below HTTP: the rule and the store, and what its index costs.
//
//   bench_store_search [FOLDER] [MESSAGES...]      (10 000 and 1 000 000)
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/id.h"
#include "data/sqlite/store.h"
#include "figures.h"
#include "logic/search_rules.h"

namespace keepline::bench {
namespace {

using namespace data;
using std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::int64_t kConversations = 100;
constexpr std::int64_t kPerBatch = 10'000;
constexpr int kAsked = 200;

// Every 2 000th message has the rare words. Of the common ones a text has several.
constexpr std::int64_t kRareEvery = 2'000;
constexpr std::array<std::string_view, 16> kTexts{"the server keeps every connection open",
                                                  "and answers when there is news",
                                                  "服务器先不回答，等有话要说的那一刻再回答",
                                                  "I tried it on the train",
                                                  "周末有空吗",
                                                  "see you on Thursday at the station",
                                                  "一个文件一条命令，什么都不会丢",
                                                  "can you look at the notes",
                                                  "我带咖啡，三点老地方",
                                                  "the graph is flat",
                                                  "断线了怎么办",
                                                  "what does it cost",
                                                  "带着同一个位置再问一次",
                                                  "nothing was lost",
                                                  "改到三点半可以吗",
                                                  "restart it once more"};

std::string text_of(std::int64_t number, std::mt19937_64& random) {
  std::string text(kTexts[random() % kTexts.size()]);
  text += ", ";
  text += kTexts[random() % kTexts.size()];
  if (number % kRareEvery == 7) {
    text += number % (2 * kRareEvery) == 7 ? " 琥珀" : " tangerine";
  }
  return text + " " + std::to_string(random() % 100'000);
}

/// User 1 is in all conversations, user 2 in the first alone.
void fill(Store& store, std::int64_t count) {
  auto writer = *store.open_writer();
  Transaction* tx = *writer->begin(Time{});
  for (const char* name : {"everywhere", "here"}) {
    NewUser user;
    user.name = user.name_key = user.display_name = name;
    base::check(tx->add_user(user).has_value());
  }
  for (std::int64_t i = 1; i <= kConversations; ++i) {
    const auto id = *tx->add_conversation(entity::ConversationKind::kGroup, "group");
    for (const std::int64_t user : {1, 2}) {
      if (user == 1 || i == 1) {
        base::check(
            tx->add_member(id, UserId(user), entity::Role::kMember, EventId(1)).has_value());
      }
    }
  }
  base::check(writer->commit().has_value());
  std::mt19937_64 random(42);
  for (std::int64_t made = 0; made < count; made += kPerBatch) {
    tx = *writer->begin(Time{});
    for (std::int64_t part = 0; part < kPerBatch; part += kConversations) {
      std::vector<entity::NewMessage> messages(static_cast<std::size_t>(kConversations));
      const auto where = ConversationId(static_cast<std::int64_t>(random() % kConversations) + 1);
      for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto number = made + part + static_cast<std::int64_t>(i);
        messages[i] = {where,
                       UserId(1),
                       "",
                       text_of(number, random),
                       base::from_millis(1'700'000'000'000 + number * 1000),
                       {},
                       {},
                       {}};
      }
      base::check(tx->append_many(messages).has_value());
    }
    base::check(writer->commit().has_value());
    writer->maintain(Time{}, Pause::kLong);
  }
}

std::int64_t bytes(const fs::path& folder) {
  return static_cast<std::int64_t>(fs::file_size(folder / "keepline.db"));
}

void ask(ReadConnection& connection, const char* what, std::int64_t user, const std::string& q) {
  Latencies latencies;
  std::size_t results = 0;
  bool more = false;
  for (int i = 0; i < kAsked; ++i) {
    const auto begin = steady_clock::now();
    Reader* reader = *connection.begin(std::chrono::milliseconds(500));
    logic::Search::Wish wish;
    wish.q = q;
    const auto page = logic::search_messages(*reader, {UserId(user), {}}, wish, {});
    connection.end();
    base::check(page.has_value(), "a search of the benchmark");
    latencies.add(steady_clock::now() - begin);
    results = page->results.size();
    more = page->next.has_value();
  }
  std::printf("  %-44s %4zu%s  p50 %8s  p99 %8s ms\n", what, results, more ? "+" : " ",
              figure(latencies.ms(0.5)).c_str(), figure(latencies.ms(0.99)).c_str());
}

void run(const fs::path& base, std::int64_t count) {
  const fs::path folder = base / ("search-" + std::to_string(::getpid()));
  {
    data::OpenOptions options;
    options.folder = folder;
    auto store = *data::open_sqlite(options);
    fill(*store, count);
    const std::int64_t before = bytes(folder);
    const auto begin = steady_clock::now();
    {
      auto writer = *store->open_writer();
      while (writer->follow(Time{}, Pause::kShort)) {
        writer->maintain(Time{}, Pause::kShort);
      }
      writer->maintain(Time{}, Pause::kLong);
    }
    const double us =
        std::chrono::duration<double, std::micro>(steady_clock::now() - begin).count();
    const auto each = static_cast<double>(count);
    std::printf("\n%ld messages: %s B each, the index %s B and %s us each\n",
                static_cast<long>(count), figure(static_cast<double>(bytes(folder)) / each).c_str(),
                figure(static_cast<double>(bytes(folder) - before) / each).c_str(),
                figure(us / each).c_str());
    auto reader = *store->open_reader();
    ask(*reader, "a rare Chinese word of two characters", 1, "琥珀");
    ask(*reader, "a rare English word", 1, "tangerine ");
    ask(*reader, "its beginning", 1, "tanger");
    ask(*reader, "a common word", 1, "the ");
    ask(*reader, "a common beginning", 1, "th");
    ask(*reader, "a common Chinese word", 1, "三点");
    ask(*reader, "the same, a hundredth of it one's own", 2, "三点");
    ask(*reader, "the same, in one conversation", 1, "三点 in:1");
    ask(*reader, "two common words that are never in a row", 1, "\"那三\"");
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace keepline::bench

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  std::vector<std::int64_t> counts{10'000, 1'000'000};
  if (argc > 2) {
    counts.clear();
    for (int i = 2; i < argc; ++i) {
      counts.push_back(std::atoll(argv[i]));
    }
  }
  for (const std::int64_t count : counts) {
    keepline::bench::run(folder, count);
  }
  return 0;
}
