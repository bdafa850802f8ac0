#include "crash/run.h"

#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <ostream>
#include <random>

#include "base/check.h"
#include "crash/players.h"
#include "support/requests.h"

namespace keepline::crash {
namespace {

using support::BlockingClient;
using support::Instant;
using support::SeededUser;
using support::SteadyClock;

/// Reads a whole conversation page by page. Nothing if a page does not come.
std::optional<std::vector<Shown>> read_history(BlockingClient& client, std::string_view token,
                                               std::int64_t conversation) {
  std::vector<Shown> history;
  while (true) {
    const std::int64_t after = history.empty() ? 0 : history.back().seq;
    const auto reply = client.get("/api/v1/conversations/" + std::to_string(conversation) +
                                      "/messages?limit=200&after=" + std::to_string(after),
                                  token);
    std::error_code error;
    const auto page = boost::json::parse(reply.body, error);
    if (reply.status != 200 || error) {
      return std::nullopt;
    }
    const auto& messages = page.at("messages").as_array();
    for (const auto& message : messages) {
      history.push_back(shown_in(boost::json::serialize(message)));
    }
    if (!page.at("more").as_bool() || messages.empty()) {
      return history;
    }
  }
}

/// One run from the first start to the comparison.
class Match {
 public:
  Match(const RunOptions& options, Victim& victim, const std::vector<SeededUser>& users,
        std::ostream& progress)
      : options_(options), victim_(victim), users_(users), progress_(progress) {
    field_.port = victim.port();
    field_.random.seed(options.seed);
    field_.new_nonces = options.new_nonces;
    field_.cut_one_in = options.cut_one_in;
  }

  RunReport play() {
    if (start() && gather() && fight() && settle() && read_back()) {
      report_.finished = true;
    }
    report_.acknowledgements = field_.ledger.acknowledgements();
    report_.unknown = field_.unknown;
    report_.resets = field_.resets;
    report_.refusals = field_.refusals;
    report_.first_refusal = field_.first_refusal;
    for (const auto& receiver : receivers_) {
      report_.batches += receiver->batches();
    }
    return report_;
  }

 private:
  bool stop(std::string trouble) {
    report_.trouble = std::move(trouble);
    return false;
  }

  bool start() {
    const Instant begin = SteadyClock::now();
    if (!victim_.start()) {
      return stop("the server does not start");
    }
    report_.slowest_start =
        std::max(report_.slowest_start,
                 std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin));
    return true;
  }

  /// Seats the players. Receivers begin first, so that all that is sent concerns them. Three of
  /// four receivers are friends of a sender, the fourth is a sender's own user.
  bool gather() {
    BlockingClient client(victim_.port());
    room_ = support::first_room(client, users_.front().token);
    readers_[room_] = users_.front().token;
    for (std::size_t i = 0; i < static_cast<std::size_t>(options_.senders); ++i) {
      const SeededUser& user = users_[2 * i];
      const SeededUser& mate = users_[2 * i + 1];
      const auto direct = support::direct_chat(client, user.token, mate.id);
      readers_[direct] = user.token;
      senders_.push_back(std::make_unique<Sender>(field_, i + 1, user.token, direct, room_));
      if (i < static_cast<std::size_t>(options_.receivers)) {
        const SeededUser& who = i % 4 == 3 ? user : mate;
        receivers_.push_back(std::make_unique<Receiver>(
            field_, who.token, ReceiverLog{who.name, {direct, room_}, {}}));
      }
    }
    field_.up = true;
    for (auto& receiver : receivers_) {
      receiver->resume();
    }
    const auto begun = [this] {
      return std::all_of(receivers_.begin(), receivers_.end(),
                         [](const auto& receiver) { return receiver->begun(); });
    };
    if (!field_.loop.run_until(begun, SteadyClock::now() + options_.patience)) {
      return stop("a receiver gets no first cursor");
    }
    return true;
  }

  bool fight() {
    std::uniform_int_distribution<std::int64_t> length(options_.round_min.count() * 1'000,
                                                       options_.round_max.count() * 1'000);
    for (field_.round = 1; field_.round <= options_.rounds; ++field_.round) {
      if (options_.until_changed && field_.ledger.has_changed()) {
        break;
      }
      const Instant begin = SteadyClock::now();
      const std::int64_t before = field_.ledger.acknowledgements();
      resume_all();
      const Instant end = begin + std::chrono::microseconds(length(field_.random));
      field_.loop.run_until([] { return false; }, end);
      if (field_.round % options_.behind_an_answer_one_in == 0) {
        wait_for_an_answer();
      }
      field_.up = false;
      victim_.kill();
      const auto lasted =
          std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin);
      report_.up += lasted;
      report_.rounds = field_.round;
      if (!start()) {
        return false;
      }
      if (field_.round % 10 == 0) {
        progress_ << "round " << field_.round << ": " << field_.ledger.acknowledgements() - before
                  << " acknowledgements in " << lasted.count() << " ms, " << field_.unknown
                  << " unknown so far" << std::endl;
      }
    }
    return true;
  }

  void wait_for_an_answer() {
    const std::int64_t before = field_.ledger.acknowledgements();
    field_.loop.run_until([&] { return field_.ledger.acknowledgements() > before; },
                          SteadyClock::now() + options_.patience);
  }

  void resume_all() {
    field_.up = true;
    for (auto& receiver : receivers_) {
      receiver->resume();
    }
    for (auto& sender : senders_) {
      sender->resume();
    }
  }

  bool settle() {
    field_.closing = true;
    resume_all();
    const auto settled = [this] {
      return std::all_of(senders_.begin(), senders_.end(),
                         [](const auto& sender) { return sender->settled(); });
    };
    if (!field_.loop.run_until(settled, SteadyClock::now() + options_.patience)) {
      return stop("a send gets no answer after the last restart");
    }
    return true;
  }

  bool read_back() {
    std::map<std::int64_t, std::vector<Shown>> histories;
    BlockingClient client(victim_.port());
    for (const auto& [conversation, token] : readers_) {
      auto history = read_history(client, token, conversation);
      if (!history) {
        return stop("a page of history does not come");
      }
      histories[conversation] = std::move(*history);
    }
    const auto expected = [&histories](const Receiver& receiver) {
      std::size_t sum = 0;
      for (const std::int64_t conversation : receiver.log().conversations) {
        sum += histories[conversation].size();
      }
      return sum;
    };
    const auto arrived = [this, &expected] {
      return std::all_of(receivers_.begin(), receivers_.end(), [&expected](const auto& receiver) {
        return receiver->has_seen(expected(*receiver));
      });
    };
    // A receiver that never sees everything is a finding, not a failure of the run.
    field_.loop.run_until(arrived, SteadyClock::now() + options_.patience);
    std::vector<ReceiverLog> logs;
    for (const auto& receiver : receivers_) {
      logs.push_back(receiver->log());
    }
    report_.verdict = field_.ledger.compare(histories, logs);
    return true;
  }

  const RunOptions& options_;
  Victim& victim_;
  const std::vector<SeededUser>& users_;
  std::ostream& progress_;
  Field field_;
  std::int64_t room_ = 0;
  std::map<std::int64_t, std::string> readers_;  ///< conversation -> token of a member
  std::vector<std::unique_ptr<Sender>> senders_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
  RunReport report_;
};

}  // namespace

double RunReport::acks_per_second() const {
  return up.count() == 0
             ? 0
             : static_cast<double>(acknowledgements) * 1'000 / static_cast<double>(up.count());
}

std::ostream& operator<<(std::ostream& out, const RunReport& report) {
  out << "rounds        " << report.rounds << "\nanswers       " << report.acknowledgements << " ("
      << static_cast<std::int64_t>(report.acks_per_second()) << " a second while up)"
      << "\nunknown       " << report.unknown << "\nbatches       " << report.batches
      << " read by receivers, " << report.resets << " resets"
      << "\nslowest start " << report.slowest_start.count() << " ms\n";
  for (const auto& [status, count] : report.refusals) {
    out << "refused       " << count << " with " << status << '\n';
  }
  if (!report.first_refusal.empty()) {
    out << report.first_refusal << '\n';
  }
  if (!report.finished) {
    return out << "not finished: " << report.trouble << '\n';
  }
  return out << report.verdict;
}

RunReport run(const RunOptions& options, Victim& victim, const std::vector<SeededUser>& users,
              std::ostream& progress) {
  base::check(users.size() >= static_cast<std::size_t>(options.senders) * 2, "two users a sender");
  base::check(options.receivers <= options.senders, "at most one receiver a sender");
  Match match(options, victim, users, progress);
  return match.play();
}

}  // namespace keepline::crash
