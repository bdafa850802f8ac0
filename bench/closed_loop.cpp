#include "closed_loop.h"

#include <array>
#include <memory>
#include <random>
#include <string>

#include "base/uuid.h"
#include "support/connection.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

using support::Answer;
using support::Instant;
using support::SteadyClock;

constexpr std::string_view kNonce = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view kText = "a message of an ordinary length, as people write them";

/// What all senders write into. Only answers while `measuring` count.
struct Tally {
  Nonces nonces = Nonces::kByTime;
  bool sending = true;
  bool measuring = false;
  Latencies latencies;
  std::int64_t failures = 0;
};

std::string next_nonce(Nonces nonces) {
  static const base::SystemClock clock;
  static base::SeededRandom random(std::random_device{}());
  base::Uuid uuid = base::new_uuid_v7(clock.now(), random);
  if (nonces == Nonces::kRandom) {
    random.fill(uuid.bytes);
  }
  return base::to_text(uuid);
}

/// Its request is built once; for each message only the nonce in it is written over.
class Sender final : private support::Connection::Owner {
 public:
  Sender(support::Loop& loop, std::uint16_t port, std::string request, Tally& tally)
      : request_(std::move(request)),
        nonce_at_(request_.find(kNonce)),
        tally_(tally),
        connection_(loop, port, *this) {}

  void send() {
    request_.replace(nonce_at_, kNonce.size(), next_nonce(tally_.nonces));
    begin_ = SteadyClock::now();
    connection_.request(request_);
  }

  bool busy() const { return connection_.busy(); }

 private:
  void on_answer(const Answer& answer) override {
    if (answer.status != 201) {
      ++tally_.failures;
    } else if (tally_.measuring) {
      tally_.latencies.add(SteadyClock::now() - begin_);
    }
    if (tally_.sending) {
      send();
    }
  }
  void on_lost() override {
    // Not sent again: a closed loop that loses senders shows it in its failures.
    ++tally_.failures;
  }

  std::string request_;
  std::size_t nonce_at_;
  Tally& tally_;
  Instant begin_;
  support::Connection connection_;
};

}  // namespace

ClosedLoopFigures closed_loop(const Site& site, int count, Nonces nonces,
                              std::chrono::milliseconds warm_up, std::chrono::milliseconds length) {
  support::Loop loop;
  Tally tally;
  tally.nonces = nonces;
  support::BlockingClient client(site.server.port());
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const auto& user = site.users.at(2 * i);
    const auto chat = support::direct_chat(client, user.token, site.users.at(2 * i + 1).id);
    senders.push_back(std::make_unique<Sender>(
        loop, site.server.port(), support::send_request(chat, user.token, kNonce, kText), tally));
  }
  const auto never = [] { return false; };
  for (auto& sender : senders) {
    sender->send();
  }
  loop.run_until(never, SteadyClock::now() + warm_up);

  tally.measuring = true;
  const auto cpu_before = support::cpu_time(site.server.pid());
  const Instant begin = SteadyClock::now();
  loop.run_until(never, begin + length);
  const auto cpu = support::cpu_time(site.server.pid()) - cpu_before;
  const std::chrono::duration<double> lasted = SteadyClock::now() - begin;
  tally.measuring = false;
  tally.sending = false;
  loop.run_until(
      [&senders] {
        for (const auto& sender : senders) {
          if (sender->busy()) {
            return false;
          }
        }
        return true;
      },
      SteadyClock::now() + std::chrono::seconds(5));

  const auto messages = static_cast<double>(tally.latencies.count());
  return {.per_second = messages / lasted.count(),
          .cpu_us = messages == 0 ? 0 : static_cast<double>(cpu.count()) / messages,
          .latencies = tally.latencies,
          .failures = tally.failures};
}

}  // namespace keepline::bench
