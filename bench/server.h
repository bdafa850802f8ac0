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
  /// Nothing runs yet.
  Server(const std::string& keepline, const std::string& folder);

  /// Starts it and waits until it answers; an exception with its output if it does not.
  void start();
  /// SIGTERM, and waits for the end.
  void stop() { process_.terminate(); }

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return process_.pid(); }

 private:
  std::uint16_t port_;
  std::string log_;
  support::ServerProcess process_;
};

/// A seeded folder and a running server on it.
struct Site {
  Site(const std::string& keepline, const std::string& parent, int users);

  support::ScratchFolder scratch;
  std::vector<support::SeededUser> users;
  Server server;
};

}  // namespace keepline::bench
