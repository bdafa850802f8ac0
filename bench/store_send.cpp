// What storing a message costs below HTTP: the store alone, beside the bare disk under it.
//
//   bench_store_send [FOLDER] [SECONDS]
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/uuid.h"
#include "data/sqlite/store.h"
#include "data/store_threads.h"
#include "disk.h"
#include "figures.h"

namespace keepline::bench {
namespace {

using namespace data;
using std::chrono::steady_clock;

constexpr std::int64_t kConversations = 1000;

/// A direct conversation for each pair of users (1,2), (3,4), ...
void fill(Store& store) {
  auto writer = *store.open_writer();
  Transaction* tx = *writer->begin(Time{});
  for (std::int64_t i = 1; i <= kConversations; ++i) {
    for (const std::int64_t number : {2 * i - 1, 2 * i}) {
      NewUser user;
      user.name = user.name_key = user.display_name = "user" + std::to_string(number);
      base::check(tx->add_user(user).has_value());
    }
    const auto id = *tx->add_direct_conversation(UserId(2 * i - 1), UserId(2 * i));
    for (const std::int64_t number : {2 * i - 1, 2 * i}) {
      base::check(
          tx->add_member(id, UserId(number), entity::Role::kMember, EventId(1)).has_value());
    }
  }
  base::check(writer->commit().has_value());
}

entity::NewMessage next_message(std::mt19937_64& random) {
  static std::int64_t count = 0;
  entity::NewMessage message;
  const auto id = static_cast<std::int64_t>(random() % kConversations) + 1;
  message.conversation = ConversationId(id);
  message.sender = UserId(2 * id - static_cast<std::int64_t>(random() % 2));
  static base::SystemRandom bits;
  message.nonce = base::to_text(base::new_uuid_v7(base::SystemClock().now(), bits));
  message.text = "今天的会议改到三点, see you there. " + std::to_string(++count);
  return message;
}

/// The checks that the rules make of a send, and the write.
Result<entity::Sent> store_one(Transaction& tx, const entity::NewMessage& message) {
  if (tx.sent_before(message.sender, message.nonce)) {
    return base::Errc::kConflict;
  }
  const auto conversation = tx.conversation(message.conversation);
  const auto member = tx.member(message.conversation, message.sender);
  if (!conversation || !member) {
    return base::Errc::kNotFound;
  }
  auto stored = tx.append(message);
  return stored ? Result<entity::Sent>(entity::Sent{*std::move(stored), false}) : stored.error();
}

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Batches of `size`, one after the other, on this thread.
void run_batches(Store& store, int size, std::chrono::milliseconds length,
                 std::mt19937_64& random) {
  auto writer = *store.open_writer();
  std::int64_t messages = 0;
  Latencies commits;
  const double cpu = cpu_seconds();
  const auto begin = steady_clock::now();
  while (steady_clock::now() < begin + length) {
    const auto batch_begin = steady_clock::now();
    Transaction* tx = *writer->begin(base::SystemClock().now());
    for (int i = 0; i < size; ++i) {
      base::check(store_one(*tx, next_message(random)).has_value());
    }
    base::check(writer->commit().has_value());
    commits.add(steady_clock::now() - batch_begin);
    writer->maintain(base::SystemClock().now(), Pause::kNone);
    messages += size;
  }
  const double seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  std::printf("%6d %12s %10s %10s %10s\n", size,
              figure(static_cast<double>(messages) / seconds).c_str(),
              figure(commits.ms(0.5)).c_str(), figure(commits.ms(0.99)).c_str(),
              figure((cpu_seconds() - cpu) * 1e6 / static_cast<double>(messages)).c_str());
}

class NoSink final : public EventSink {
 public:
  void committed(BatchPtr /*batch*/) override {}
};

boost::asio::awaitable<void> send_one(StoreThreads& threads, entity::NewMessage message,
                                      Latencies& latencies) {
  const auto begin = steady_clock::now();
  auto sent = co_await threads.send(std::move(message));
  base::check(sent.has_value(), "a send of the benchmark");
  latencies.add(steady_clock::now() - begin);
}

boost::asio::awaitable<void> send_at_random(StoreThreads& threads, double per_second,
                                            std::chrono::milliseconds length,
                                            std::mt19937_64& random, Latencies& latencies) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor);
  std::exponential_distribution<double> gap(per_second);
  auto next = steady_clock::now();
  const auto end = next + length;
  while (next < end) {
    next += std::chrono::duration_cast<steady_clock::duration>(
        std::chrono::duration<double>(gap(random)));
    timer.expires_at(next);
    co_await timer.async_wait(boost::asio::use_awaitable);
    boost::asio::co_spawn(executor, send_one(threads, next_message(random), latencies),
                          boost::asio::detached);
  }
}

/// Lonely sends through the threads, at random moments.
Latencies run_paced(Store& store, double per_second, std::chrono::milliseconds length,
                    std::mt19937_64& random) {
  NoSink sink;
  base::SystemClock clock;
  StoreThreads threads(store, sink, clock,
                       [](Transaction& tx, std::span<SendJob* const> jobs) {
                         for (SendJob* job : jobs) {
                           job->result = store_one(tx, job->message);
                         }
                       },
                       {});
  boost::asio::io_context io;
  Latencies latencies;
  boost::asio::co_spawn(io, send_at_random(threads, per_second, length, random, latencies),
                        boost::asio::detached);
  io.run();
  threads.stop();
  return latencies;
}

int run(const std::filesystem::path& where, std::chrono::milliseconds length) {
  const auto folder = where / ("store-send-" + std::to_string(getpid()));
  std::mt19937_64 random(1);
  OpenOptions options;
  options.folder = folder;
  auto opened = open_sqlite(options);
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().detail.c_str());
    return 1;
  }
  {
    const auto store = *std::move(opened);
    fill(*store);
    DiskProbe disk(folder.string());
    std::printf("batch   messages/s   p50 (ms)   p99 (ms)   cpu us each\n");
    for (const int size : {1, 16, 256}) {
      run_batches(*store, size, length, random);
    }
    for (int i = 0; i < 3; ++i) {
      const auto bare = disk.back_to_back(length / 3);
      const auto sends = run_paced(*store, 200, length, random);
      const double f = bare.ms(0.5);
      std::printf(
          "200/s: p50 %s ms, p99 %s ms, p99.9 %s ms; bare fdatasync f %s ms, p99 %s ms: "
          "p50 is %s f, p99 %s f\n",
          figure(sends.ms(0.5)).c_str(), figure(sends.ms(0.99)).c_str(),
          figure(sends.ms(0.999)).c_str(), figure(f).c_str(), figure(bare.ms(0.99)).c_str(),
          figure(sends.ms(0.5) / f).c_str(), figure(sends.ms(0.99) / f).c_str());
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace keepline::bench

int main(int count, char** arguments) {
  const std::filesystem::path where = count > 1 ? arguments[1] : ".";
  const int seconds = count > 2 ? std::atoi(arguments[2]) : 5;
  return keepline::bench::run(where, std::chrono::seconds(seconds));
}
