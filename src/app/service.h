#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command_line.h"

namespace keepline::app {

/// The whole server: every layer, built bottom-up, and stopped top-down.
class Service {
 public:
  /// Opens the data folder, binds, and is ready to serve. `sockets` listen already and are taken
  /// over instead of binding. Throws std::runtime_error with one sentence.
  Service(const ServeCommand& command, std::vector<int> sockets);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Starts accepting, and prints the addresses on standard output.
  void start();

  /// Reads the certificate and its key again, for connections to come. Where they cannot be used,
  /// the log says why and those in use stay. Nothing but the log where there is no TLS. Blocks.
  void reload();

  /// Ends within 10 s: takes nothing new, answers senders whose commit is done, releases parked
  /// polls with advice. Blocks.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace keepline::app
