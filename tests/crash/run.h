#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "crash/ledger.h"
#include "support/seeded.h"

namespace keepline::crash {

/// A server that can be killed and comes back with the same folder on the same port.
class Victim {
 public:
  virtual ~Victim() = default;
  /// Starts it and returns when it answers; false if it does not come up.
  virtual bool start() = 0;
  /// Ends it at once, as kill -9 does.
  virtual void kill() = 0;
  virtual std::uint16_t port() const = 0;
};

struct RunOptions {
  int rounds = 50;
  int senders = 64;
  int receivers = 16;
  std::uint64_t seed = 0;
  std::chrono::milliseconds round_min{250};
  std::chrono::milliseconds round_max{1'250};
  std::chrono::seconds patience{20};  ///< for what must come to an end by itself
  bool new_nonces = false;
  int cut_one_in = 2'000;
  /// Every so-many-th kill comes right behind the next acknowledgement: the worst moment for a
  /// server that gave it too early.
  int behind_an_answer_one_in = 2;
  bool until_changed = false;  ///< control: no more rounds once an acknowledged id has changed
};

struct RunReport {
  bool finished = false;  ///< every part came to its end; else `trouble` says which did not
  std::string trouble;
  int rounds = 0;
  std::int64_t acknowledgements = 0;
  std::chrono::milliseconds up{0};  ///< time in which senders could send
  std::int64_t unknown = 0;
  std::int64_t resets = 0;
  std::int64_t batches = 0;
  std::chrono::milliseconds slowest_start{0};
  std::map<int, std::int64_t> refusals;
  std::string first_refusal;
  Verdict verdict;

  double acks_per_second() const;
  /// Everything came to its end and no promise was broken.
  bool clean() const { return finished && verdict.clean() && resets == 0; }
};

std::ostream& operator<<(std::ostream& out, const RunReport& report);

/// Lets senders and receivers loose on `victim`, kills it at random moments, restarts it, and
/// compares in the end what was acknowledged with what the server shows. `users` are pairs of
/// friends in one room: at least 2 * senders. Blocks.
RunReport run(const RunOptions& options, Victim& victim,
              const std::vector<support::SeededUser>& users, std::ostream& progress);

}  // namespace keepline::crash
