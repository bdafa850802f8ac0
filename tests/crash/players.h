#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "crash/ledger.h"
#include "support/connection.h"
#include "support/seeded.h"

namespace keepline::crash {

/// What all players of a run share. Lives on the loop's thread.
struct Field {
  support::Loop loop;
  std::uint16_t port = 0;
  std::mt19937_64 random;
  Ledger ledger;

  bool new_nonces = false;  ///< control: a send of unknown outcome is repeated under a new nonce
  int cut_one_in = 0;       ///< a sender hangs up right after every so-many-th send; 0: never
  bool up = false;          ///< the server runs, as far as we know
  bool closing = false;     ///< senders settle what is unknown and then stop
  int round = 0;

  std::int64_t unknown = 0;              ///< sends that ended without an answer
  std::int64_t resets = 0;               ///< times a receiver was told that its cursor is no good
  std::map<int, std::int64_t> refusals;  ///< answers to sends that are neither 200 nor 201
  std::string first_refusal;
};

/// Sends as fast as it is acknowledged, most messages to a friend and some to the room. A message
/// whose outcome is unknown is sent again before anything else. After every restart it also repeats
/// one that was acknowledged before, whose answer must not have changed.
class Sender final : private support::Connection::Owner {
 public:
  /// `number` is different for every sender.
  Sender(Field& field, std::uint64_t number, std::string token, std::int64_t direct,
         std::int64_t room);

  /// The server is there again.
  void resume();
  /// Nothing under way, and nothing of unknown outcome.
  bool settled() const { return !connection_.busy() && !undecided_; }

 private:
  void on_answer(const support::Answer& answer) override;
  void on_lost() override;
  void next();
  void begin_message();
  void begin_recheck();
  void transmit();

  Field& field_;
  std::uint64_t number_;
  std::string token_;
  std::int64_t direct_;
  std::int64_t room_;
  std::uint64_t count_ = 0;
  std::uint64_t attempts_ = 0;

  // The message under way, or the last one.
  Tag tag_ = 0;
  std::int64_t conversation_ = 0;
  std::string nonce_;
  bool undecided_ = false;  ///< it was sent and its outcome is not known

  struct Acked {
    Shown shown;
    std::string nonce;
  };
  Acked last_;
  std::optional<Acked> recheck_;  ///< acknowledged before the last restart, to be repeated
  bool rechecking_ = false;
  support::Connection connection_;
};

/// Follows one user's events with long polls, by cursor, across restarts.
class Receiver final : private support::Connection::Owner {
 public:
  Receiver(Field& field, std::string token, ReceiverLog log);

  void resume();
  const ReceiverLog& log() const { return log_; }
  std::int64_t batches() const { return batches_; }
  /// It has seen at least as many messages as are stored for it.
  bool has_seen(std::size_t messages) const { return log_.seen.size() >= messages; }
  /// It has its first cursor: whatever is sent from now on concerns it.
  bool begun() const { return !cursor_.empty(); }

 private:
  void on_answer(const support::Answer& answer) override;
  void on_lost() override;
  void poll();
  bool apply(std::string_view body);

  Field& field_;
  std::string token_;
  ReceiverLog log_;
  std::string cursor_;
  std::int64_t batches_ = 0;
  support::Connection connection_;
};

/// The message in `json`, which an answer to a send or a page of history holds.
Shown shown_in(std::string_view json);

}  // namespace keepline::crash
