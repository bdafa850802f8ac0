#include "delivery.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "load/crowd.h"
#include "load/process.h"
#include "load/teller.h"

namespace keepline::bench {
namespace {

using support::Instant;
using support::SteadyClock;

/// What is known of one send.
struct Sent {
  Instant begin;
  bool seen = false;
};

/// One of a pair; its sends wait for each other.
class Sender {
 public:
  using Told = std::function<void(std::uint32_t number)>;

  Sender(std::unique_ptr<Teller> teller, Told told)
      : teller_(std::move(teller)), told_(std::move(told)) {
    teller_->on_told([this](bool) {
      told_(number_);
      next();
    });
  }

  void send(std::uint32_t number) {
    waiting_.push_back(number);
    if (!teller_->busy()) {
      next();
    }
  }

 private:
  void next() {
    if (!waiting_.empty()) {
      number_ = waiting_.front();
      waiting_.pop_front();
      teller_->tell(number_);
    }
  }

  std::unique_ptr<Teller> teller_;
  Told told_;
  std::deque<std::uint32_t> waiting_;
  std::uint32_t number_ = 0;
};

}  // namespace

DeliveryFigures delivery(const Site& site, const DeliveryPlan& plan, std::mt19937_64& random) {
  support::Loop loop;
  DeliveryFigures figures;
  std::vector<Sent> sends;
  std::size_t unanswered = 0;
  std::size_t unseen = 0;
  support::BlockingClient client(site.server.port());
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t i = 0; i < plan.pairs; ++i) {
    const auto& user = site.users.at(plan.first + 2 * i);
    const auto chat =
        support::direct_chat(client, user.token, site.users.at(plan.first + 2 * i + 1).id);
    senders.push_back(std::make_unique<Sender>(
        keepline_sender(loop, site.server.port(), user.token, chat), [&](std::uint32_t number) {
          figures.acknowledged.add(SteadyClock::now() - sends[number].begin);
          --unanswered;
        }));
  }
  const KeeplineDialect dialect(site.server.port(), site.users, "bench");
  Crowd friends(loop, dialect,
                {.carrier = plan.carrier, .count = plan.pairs, .first = plan.first + 1, .step = 2});
  friends.gather();
  friends.on_mark([&](std::size_t, std::uint32_t number) {
    if (number < sends.size() && !sends[number].seen) {
      sends[number].seen = true;
      --unseen;
      figures.delivered.add(SteadyClock::now() - sends[number].begin);
    }
  });
  // The polls are parked once the server has read them; presence settles too.
  loop.run_until([] { return false; }, SteadyClock::now() + std::chrono::milliseconds(200));

  std::exponential_distribution<double> gap(plan.per_second);
  std::uniform_int_distribution<std::size_t> pick(0, plan.pairs - 1);
  const auto cpu_before = cpu_of(site.server.pid());
  const Instant end = SteadyClock::now() + plan.length;
  Instant planned = SteadyClock::now();
  const std::function<void()> arrive = [&] {
    const Instant now = SteadyClock::now();
    figures.late.add(now - planned);
    sends.push_back({now, false});
    ++unanswered;
    ++unseen;
    senders[pick(random)]->send(static_cast<std::uint32_t>(sends.size() - 1));
    planned += std::chrono::nanoseconds(static_cast<std::int64_t>(gap(random) * 1e9));
    if (planned < end) {
      loop.at(planned, [&arrive] { arrive(); });
    }
  };
  loop.at(planned, [&arrive] { arrive(); });
  loop.run_until([] { return false; }, end);
  loop.run_until([&] { return unanswered == 0 && unseen == 0; },
                 SteadyClock::now() + std::chrono::seconds(5));

  const auto cpu = cpu_of(site.server.pid()) - cpu_before;
  figures.cpu_us = static_cast<double>(cpu.count()) / 1e3 / static_cast<double>(sends.size());
  figures.missing = static_cast<std::int64_t>(unseen);
  return figures;
}

}  // namespace keepline::bench
