#include "delivery.h"

#include <charconv>
#include <deque>
#include <memory>

#include "base/uuid.h"
#include "support/connection.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

using support::Answer;
using support::Instant;
using support::SteadyClock;

constexpr std::string_view kMark = "bench ";

/// What is known of one send.
struct Sent {
  Instant begin;
  bool seen = false;
};

struct Board {
  std::vector<Sent> sends;
  DeliveryFigures figures;
  std::size_t unanswered = 0;
  std::size_t unseen = 0;
  std::size_t parked = 0;  ///< friends whose first cursor has come
};

class Friend final : private support::Connection::Owner {
 public:
  Friend(support::Loop& loop, std::uint16_t port, std::string token, Board& board)
      : token_(std::move(token)), board_(board), connection_(loop, port, *this) {}

  void poll() { connection_.request(support::poll_request(token_, cursor_, 25, "bench")); }

 private:
  void on_answer(const Answer& answer) override {
    const Instant now = SteadyClock::now();
    const std::string_view body = answer.body;
    for (std::size_t at = body.find(kMark); at != std::string_view::npos;
         at = body.find(kMark, at + 1)) {
      saw(body.substr(at + kMark.size()), now);
    }
    constexpr std::string_view kKey = "\"cursor\":\"";
    const std::size_t key = body.find(kKey);
    if (key != std::string_view::npos) {
      const std::size_t begin = key + kKey.size();
      if (cursor_.empty()) {
        ++board_.parked;
      }
      cursor_ = body.substr(begin, body.find('"', begin) - begin);
    }
    poll();
  }
  void on_lost() override { poll(); }

  void saw(std::string_view text, Instant now) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (number < board_.sends.size() && !board_.sends[number].seen) {
      board_.sends[number].seen = true;
      --board_.unseen;
      board_.figures.delivered.add(now - board_.sends[number].begin);
    }
  }

  std::string token_;
  Board& board_;
  std::string cursor_;
  support::Connection connection_;
};

class Sender final : private support::Connection::Owner {
 public:
  Sender(support::Loop& loop, std::uint16_t port, std::string token, std::int64_t chat,
         Board& board)
      : token_(std::move(token)), chat_(chat), board_(board), connection_(loop, port, *this) {}

  void send(std::size_t number) {
    waiting_.push_back(number);
    if (!connection_.busy()) {
      next();
    }
  }

 private:
  void next() {
    if (waiting_.empty()) {
      return;
    }
    number_ = waiting_.front();
    waiting_.pop_front();
    static const base::SystemClock clock;
    static base::SystemRandom random;
    connection_.request(support::send_request(chat_, token_,
                                              base::to_text(base::new_uuid_v7(clock.now(), random)),
                                              std::string(kMark) + std::to_string(number_)));
  }
  void on_answer(const Answer&) override {
    board_.figures.acknowledged.add(SteadyClock::now() - board_.sends[number_].begin);
    --board_.unanswered;
    next();
  }
  void on_lost() override {
    --board_.unanswered;
    next();
  }

  std::string token_;
  std::int64_t chat_;
  Board& board_;
  std::deque<std::size_t> waiting_;
  std::size_t number_ = 0;
  support::Connection connection_;
};

}  // namespace

DeliveryFigures delivery(const Site& site, int pairs, double per_second,
                         std::chrono::milliseconds length, std::mt19937_64& random) {
  support::Loop loop;
  Board board;
  support::BlockingClient client(site.server.port());
  std::vector<std::unique_ptr<Friend>> friends;
  std::vector<std::unique_ptr<Sender>> senders;
  const auto count = static_cast<std::size_t>(pairs);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& user = site.users.at(2 * i);
    const auto& mate = site.users.at(2 * i + 1);
    const auto chat = support::direct_chat(client, user.token, mate.id);
    senders.push_back(std::make_unique<Sender>(loop, site.server.port(), user.token, chat, board));
    friends.push_back(std::make_unique<Friend>(loop, site.server.port(), mate.token, board));
    friends.back()->poll();
  }
  const auto soon = [] { return SteadyClock::now() + std::chrono::seconds(5); };
  loop.run_until([&] { return board.parked == count; }, soon());
  // The polls with those cursors are parked once the server has read them; presence settles too.
  loop.run_until([] { return false; }, SteadyClock::now() + std::chrono::milliseconds(200));

  std::exponential_distribution<double> gap(per_second);
  std::uniform_int_distribution<std::size_t> pick(0, count - 1);
  const auto cpu_before = support::cpu_time(site.server.pid());
  const Instant end = SteadyClock::now() + length;
  Instant planned = SteadyClock::now();
  const std::function<void()> arrive = [&] {
    const Instant now = SteadyClock::now();
    board.figures.late.add(now - planned);
    board.sends.push_back({now, false});
    ++board.unanswered;
    ++board.unseen;
    senders[pick(random)]->send(board.sends.size() - 1);
    planned += std::chrono::nanoseconds(static_cast<std::int64_t>(gap(random) * 1e9));
    if (planned < end) {
      loop.at(planned, [&arrive] { arrive(); });
    }
  };
  loop.at(planned, [&arrive] { arrive(); });
  loop.run_until([] { return false; }, end);
  loop.run_until([&] { return board.unanswered == 0 && board.unseen == 0; }, soon());

  const auto cpu = support::cpu_time(site.server.pid()) - cpu_before;
  board.figures.cpu_us = static_cast<double>(cpu.count()) / static_cast<double>(board.sends.size());
  board.figures.missing = static_cast<std::int64_t>(board.unseen);
  return board.figures;
}

}  // namespace keepline::bench
