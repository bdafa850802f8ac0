#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/backup_command.h"
#include "app/config.h"
#include "app/seed.h"

namespace keepline::app {

struct ServeCommand {
  Config config;
  std::vector<std::string> unknown_variables;  ///< of the environment: to be warned of
  bool acknowledge_early = false;  ///< the crash test's control; only with KEEPLINE_TEST=1
};
struct RoutesCommand {};
struct Finished {
  int status = 0;  ///< what was asked for is printed already: help, version, a wrong word
};

/// `config check`: the settings are right, or reading them threw.
struct ConfigCommand {
  Config config;
  std::vector<std::string> unknown_variables;
};

using Command =
    std::variant<Finished, ServeCommand, SeedWish, RoutesCommand, BackupCommand, ConfigCommand>;

/// What the command line asks for, with the config file and the environment taken in. Throws
/// std::runtime_error with one sentence where a setting is wrong.
Command read_command(int argc, const char* const* argv, const char* const* environment);

}  // namespace keepline::app
