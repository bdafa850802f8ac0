#include "app/seed_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"

namespace keepline::app {
namespace {

/// Messages of a commit, and those that follow one another in one conversation: people talk in
/// bursts, and a row next to its neighbour is what history looks like.
constexpr std::int64_t kPerCommit = 50'000;
constexpr std::int64_t kBurst = 50;
constexpr std::chrono::days kOver{365};

// A text is some of these; some texts have words behind them that few others have.
constexpr std::array<std::string_view, 16> kEnglish{"the server keeps every connection open",
                                                    "and answers when there is news",
                                                    "I tried it on the train",
                                                    "works here",
                                                    "see you on Thursday",
                                                    "can you look at the notes",
                                                    "coffee first",
                                                    "the graph is flat",
                                                    "what does it cost",
                                                    "a few kilobytes",
                                                    "nothing was lost",
                                                    "restart it once more",
                                                    "good morning",
                                                    "that is what I wanted to hear",
                                                    "one file, one command",
                                                    "I will bring the cable"};
constexpr std::array<std::string_view, 16> kChinese{"服务器先不回答",
                                                    "等有话要说的那一刻再回答",
                                                    "在吗",
                                                    "周末有空吗",
                                                    "一个文件一条命令",
                                                    "什么都不会丢",
                                                    "我带咖啡",
                                                    "三点老地方",
                                                    "断线了怎么办",
                                                    "带着同一个位置再问一次",
                                                    "好的",
                                                    "收到",
                                                    "改到三点半可以吗",
                                                    "我再读一遍",
                                                    "没问题",
                                                    "一言为定"};

/// How many messages have the rare words, however many there are in all: so that what it costs to
/// find them can be compared.
constexpr std::int64_t kRare = 40;

std::string text_of(std::int64_t number, std::int64_t count, base::Random& random) {
  const bool chinese = random.between(0, 1) == 0;
  const auto pick = [&] {
    const auto place = static_cast<std::size_t>(random.between(0, 15));
    return chinese ? kChinese.at(place) : kEnglish.at(place);
  };
  std::string text(pick());
  const std::int64_t more = random.between(0, chinese ? 4 : 3);
  for (std::int64_t i = 0; i < more; ++i) {
    text += chinese ? "，" : ", ";
    text += pick();
  }
  // Words to search for: two that few messages have, and some that only one has.
  if (number % std::max(count / kRare, std::int64_t{1}) == 0) {
    text += " amber 琥珀";
  }
  if (number % 1'000 == 0) {
    text += fmt::format(" n{}", number);
  }
  return text;
}

void must(const base::Status& status, std::string_view doing) {
  if (!status) {
    throw std::runtime_error(fmt::format(
        "cannot {}: {} ({})", doing, base::code_name(status.error().code), status.error().detail));
  }
}

}  // namespace

void seed_messages(data::WriteConnection& connection, std::span<const SeedRoom> rooms,
                   std::int64_t count, data::Time now) {
  const base::SystemClock clock;
  const auto began = clock.tick();
  base::SeededRandom random(1);  // the same texts in every run: figures can be compared
  const data::Time first = now - kOver;
  std::vector<entity::NewMessage> burst;
  for (std::int64_t made = 0; made < count;) {
    const auto tx = connection.begin(now);
    if (!tx) {
      must(tx.error(), "begin a transaction");
    }
    const std::int64_t end = std::min(count, made + kPerCommit);
    while (made < end) {
      burst.clear();
      const SeedRoom& room = rooms[static_cast<std::size_t>(made / kBurst) % rooms.size()];
      const std::int64_t next = std::min(end, (made / kBurst + 1) * kBurst);
      for (; made < next; ++made) {
        entity::NewMessage& message = burst.emplace_back();
        message.conversation = room.id;
        message.sender = room.members[static_cast<std::size_t>(made) % room.members.size()];
        message.text = text_of(made + 1, count, random);
        message.at =
            first + std::chrono::duration_cast<std::chrono::milliseconds>(kOver) / count * made;
      }
      must((*tx)->append_many(burst), "append messages");
    }
    if (const auto done = connection.commit(); !done) {
      must(done.error(), "commit");
    }
    // Whoever opens the folder finds everything at once, and no index that is still being written.
    while (connection.follow(now, data::Pause::kShort)) {
      connection.maintain(now, data::Pause::kShort);
    }
    connection.maintain(now, data::Pause::kLong);
  }
  const auto took = std::chrono::duration<double>(clock.tick() - began).count();
  std::fputs(fmt::format("{} messages in {:.1f} s, {:.0f} a second\n", count, took,
                         static_cast<double>(count) / std::max(took, 0.001))
                 .c_str(),
             stderr);
}

}  // namespace keepline::app
