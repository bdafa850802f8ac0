#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command_line.h"

namespace keepline::app {

/// The whole server: every layer, built bottom-up, and stopped top-down.
class Service {
 public:
  /// Opens the data folder, binds, and is ready to serve. Throws std::runtime_error with one
  /// sentence.
  explicit Service(const ServeCommand& command);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Starts accepting, and prints the addresses on standard output.
  void start();

  /// Ends within 10 s: takes nothing new, answers senders whose commit is done, releases parked
  /// polls with advice. Blocks.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace keepline::app
