#include "footprint.h"

#include <iostream>
#include <memory>

#include "figures.h"
#include "support/connection.h"
#include "support/requests.h"

namespace keepline::bench {
namespace {

using support::Answer;
using support::SteadyClock;

class Starts {
 public:
  /// Starts `server`, looks at it, and stops it.
  void add(Server& server) {
    const auto begin = SteadyClock::now();
    server.start();
    ms_.push_back(std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count());
    const auto memory = support::memory(server.pid());
    resident_.push_back(static_cast<double>(memory.resident_kb) / 1024);
    anonymous_.push_back(static_cast<double>(memory.anonymous_kb) / 1024);
    server.stop();
  }
  StartFigures medians() const { return {median(ms_), median(resident_), median(anonymous_)}; }

 private:
  std::vector<double> ms_;
  std::vector<double> resident_;
  std::vector<double> anonymous_;
};

/// A poll that is asked again whenever it is answered, such as when a friend comes online.
class Poll final : private support::Connection::Owner {
 public:
  Poll(support::Loop& loop, std::uint16_t port, const std::string& token, std::int64_t& answers)
      : token_(token), answers_(answers), connection_(loop, port, *this) {}

  void ask() { connection_.request(support::poll_request(token_, cursor_, 25, "bench")); }

 private:
  void on_answer(const Answer& answer) override {
    ++answers_;
    constexpr std::string_view kKey = "\"cursor\":\"";
    const std::size_t key = answer.body.find(kKey);
    if (answer.status == 200 && key != std::string_view::npos) {
      const std::size_t begin = key + kKey.size();
      cursor_ = answer.body.substr(begin, answer.body.find('"', begin) - begin);
      ask();
    } else {
      std::cerr << "a poll was answered " << answer.status << ' ' << answer.body << '\n';
    }
  }
  void on_lost() override { std::cerr << "a parked poll was closed\n"; }

  const std::string& token_;
  std::int64_t& answers_;
  std::string cursor_;
  support::Connection connection_;
};

}  // namespace

StartFigures first_start(const std::string& keepline, const std::string& parent, int times) {
  Starts starts;
  for (int i = 0; i < times; ++i) {
    const support::ScratchFolder scratch(parent);
    Server server(keepline, scratch.path() + "/data");
    starts.add(server);
  }
  return starts.medians();
}

StartFigures later_start(const std::string& keepline, const std::string& parent, int users,
                         int messages, int times) {
  const support::ScratchFolder scratch(parent);
  const std::string data = scratch.path() + "/data";
  support::seed_folder(keepline, data, users, "everyone", messages);
  Server server(keepline, data);
  Starts starts;
  for (int i = 0; i < times; ++i) {
    starts.add(server);
  }
  return starts.medians();
}

std::vector<ParkedFigures> parked(const Site& site, const std::vector<int>& steps) {
  support::Loop loop;
  std::int64_t answers = 0;
  std::vector<std::unique_ptr<Poll>> polls;
  const auto resident = [&site] {
    return static_cast<double>(support::memory(site.server.pid()).resident_kb) * 1024;
  };
  const double nothing = resident();
  double before = nothing;
  std::vector<ParkedFigures> figures;
  for (const int step : steps) {
    const auto from = polls.size();
    const auto more = static_cast<std::size_t>(step) - from;
    answers = 0;
    // One of each pair of friends, so that nobody's presence concerns another one who waits. A few
    // at a time: the queue of connections to be accepted has an end.
    while (polls.size() < static_cast<std::size_t>(step)) {
      const auto& user = site.users.at(2 * polls.size());
      polls.push_back(std::make_unique<Poll>(loop, site.server.port(), user.token, answers));
      polls.back()->ask();
      if (polls.size() % 64 == 0) {
        const auto wanted = static_cast<std::int64_t>(polls.size() - from);
        loop.run_until([&] { return answers >= wanted; },
                       SteadyClock::now() + std::chrono::seconds(5));
      }
    }
    // Each got its first cursor and asked again; that poll parks at once when it is read.
    loop.run_until([&] { return answers >= static_cast<std::int64_t>(more); },
                   SteadyClock::now() + std::chrono::seconds(5));
    loop.run_until([] { return false; }, SteadyClock::now() + std::chrono::milliseconds(500));
    const double now = resident();
    figures.push_back({step, (now - nothing) / step, (now - before) / static_cast<double>(more)});
    before = now;
  }
  return figures;
}

}  // namespace keepline::bench
