#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "support/seeded.h"
#include "support/server_process.h"

namespace keepline::bench {

/// A server on a folder of its own, limits off.
class Server {
 public:
  /// Nothing runs yet. `more` are further arguments.
  Server(const std::string& keepline, const std::string& folder,
         const std::vector<std::string>& more = {});

  /// Starts it and waits until it answers; an exception with its output if it does not.
  void start();
  /// Starts it and does not wait, nor care whether it answers.
  void spawn() { process_.spawn(); }
  /// SIGTERM, and waits for the end.
  void stop() { process_.terminate(); }
  /// SIGKILL, and waits for the end. Nothing if it does not run.
  void kill() { process_.kill(); }

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_.pid(); }
  /// The file of its output.
  const std::string& log() const { return log_; }

 private:
  std::uint16_t port_;
  std::string log_;
  support::ServerProcess process_;
};

/// A seeded folder and a server for it.
struct Site {
  /// The server runs.
  Site(const std::string& keepline, const std::string& parent, int users);
  /// The server does not run yet; `messages` in the room, and further arguments for the server.
  Site(const std::string& keepline, const std::string& parent, int users, int messages,
       const std::vector<std::string>& more);

  support::ScratchFolder scratch;
  std::vector<support::SeededUser> users;
  Server server;
};

}  // namespace keepline::bench
