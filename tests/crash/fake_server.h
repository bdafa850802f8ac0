#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "crash/run.h"

namespace keepline::crash {

/// The ways in which the fake server breaks its promises, one at a time.
enum class Fault {
  kNone,
  kLoses,          ///< a kill takes the newest message with it, acknowledged or not
  kForgetsNonces,  ///< a repeat is stored anew
  kChangesIds,     ///< a repeat is answered with another id
  kSkipsSeq,       ///< now and then a number is left out
  kHidesEvent,     ///< now and then an event is left out of a batch for good
  kRepeatsEvent,   ///< now and then the last event of a batch comes again in the next
};

/// As much of a server as the crash run speaks with, in this process, with its messages in memory;
/// a kill closes its connections in the middle of whatever they do. Every 40th send is stored and
/// its connection closed instead of answered, as a kill between commit and answer does.
class FakeServer final : public Victim {
 public:
  explicit FakeServer(Fault fault);
  ~FakeServer() override { kill(); }

  bool start() override;
  void kill() override;
  std::uint16_t port() const override { return port_; }

  /// Pairs of friends, all in one room.
  static std::vector<support::SeededUser> users(int count);

 private:
  struct Message {
    Shown shown;
    std::int64_t sender = 0;
    std::string text;
  };
  struct Request {
    std::string method;
    std::string path;
    std::string query;
    std::int64_t user = 0;
    std::string body;
  };

  void accept_all();
  void serve(int socket);
  /// Nothing: hang up.
  std::optional<std::string> answer(const Request& request);
  std::optional<std::string> store(const Request& request, std::int64_t conversation);
  std::string history(std::int64_t conversation, std::int64_t after);
  std::string events(std::int64_t user, std::size_t cursor);
  bool concerns(const Message& message, std::int64_t user) const;
  static std::string json_of(const Message& message);

  const Fault fault_;
  const std::uint16_t port_;
  int listener_ = -1;
  std::thread acceptor_;
  std::vector<std::thread> threads_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  bool running_ = false;
  std::set<int> sockets_;
  std::vector<Message> log_;  ///< a cursor is a length of it
  std::map<std::string, std::size_t> nonces_;
  std::map<std::int64_t, std::int64_t> seqs_;
  std::int64_t last_id_ = 0;
  std::int64_t sends_ = 0;
  std::int64_t batches_ = 0;
};

}  // namespace keepline::crash
