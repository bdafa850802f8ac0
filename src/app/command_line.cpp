#include "app/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string_view>

namespace keepline::app {
namespace {

/// Adds one flag for each setting; what is given lands in `flags` under the setting's key.
void add_settings(CLI::App& serve, Values& flags) {
  for (const Setting& setting : settings()) {
    const std::string name(setting.flag);
    const std::string help = std::string(setting.help) + " [" + environment_name(setting) + ", " +
                             std::string(setting.key) + "]";
    const std::string key(setting.key);
    if (std::holds_alternative<bool Config::*>(setting.target)) {
      serve.add_flag_callback(name, [&flags, key] { flags[key] = {"true"}; }, help);
    } else if (std::holds_alternative<std::vector<std::string> Config::*>(setting.target)) {
      serve
          .add_option_function<std::vector<std::string>>(
              name, [&flags, key](const std::vector<std::string>& values) { flags[key] = values; },
              help)
          ->allow_extra_args(false);
    } else {
      serve.add_option_function<std::string>(
          name, [&flags, key](const std::string& value) { flags[key] = {value}; }, help);
    }
  }
}

bool under_test() {
  const char* value = std::getenv("KEEPLINE_TEST");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace

Command read_command(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app("Keepline: live web chat that you run yourself", "keepline");
  app.set_version_flag("--version", KEEPLINE_VERSION);
  app.require_subcommand(1);

  Values flags;
  std::string config_file;
  ServeCommand serve_command;
  CLI::App* serve = app.add_subcommand("serve", "Serve the chat until SIGTERM");
  add_settings(*serve, flags);
  serve->add_option("--config", config_file, "a TOML file of settings");
  serve->add_flag("--acknowledge-early", serve_command.acknowledge_early)->group("");

  SeedWish wish;
  CLI::App* seed = app.add_subcommand("seed", "Fill an empty data folder for load tests");
  seed->add_option("--data", wish.data, "the data folder")->required();
  seed->add_option("--users", wish.users, "how many users")->required();
  seed->add_option("--room", wish.room, "the name of the room that all are members of")->required();
  seed->add_option("--out", wish.out, "the file for user_id, name and bearer token of each")
      ->required();
  seed->add_option("--messages", wish.messages, "how many messages");
  seed->add_option("--conversations", wish.conversations,
                   "over how many rooms they are spread: 1 unless it is given");

  BackupCommand wanted;
  struct {
    CLI::App* command;
    BackupCommand::What what;
  } const on_backups[] = {
      {app.add_subcommand("backup", "Write a backup of a data folder, also while a server runs"),
       BackupCommand::What::kBackup},
      {app.add_subcommand("restore", "Lay a backup into an empty data folder"),
       BackupCommand::What::kRestore},
      {app.add_subcommand("verify", "Read a whole backup and say whether it is sound"),
       BackupCommand::What::kVerify}};
  for (const auto& [command, what] : on_backups) {
    command->add_option("FILE", wanted.file, "the backup: a tar file")->required();
    if (what != BackupCommand::What::kVerify) {
      command->add_option_function<std::string>(
          "--data", [&flags](const std::string& folder) { flags["server.data"] = {folder}; },
          "the data folder [KEEPLINE_DATA, server.data]");
      command->add_option("--config", config_file, "a TOML file of settings");
    }
  }

  CLI::App* config = app.add_subcommand("config", "Look at settings");
  CLI::App* check = config->add_subcommand(
      "check", "Say whether `serve` with the same words could read its settings");
  config->require_subcommand(1);
  add_settings(*check, flags);
  check->add_option("--config", config_file, "a TOML file of settings");

  CLI::App* routes = app.add_subcommand("routes", "Print every route: method, path, action");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Finished{app.exit(error)};
  }
  if (*seed) {
    return wish;
  }
  if (*routes) {
    return RoutesCommand{};
  }
  if (serve_command.acknowledge_early && !under_test()) {
    throw std::runtime_error(
        "--acknowledge-early loses messages and exists for the crash test alone");
  }
  const Values file = config_file.empty() ? Values{} : read_config_file(config_file);
  Environment variables = read_environment(environment);
  Config config_made = make_config(file, variables.values, flags);
  for (const auto& [command, what] : on_backups) {
    if (*command) {
      wanted.what = what;
      wanted.data = std::move(config_made.data);
      return wanted;
    }
  }
  if (*check) {
    return ConfigCommand{std::move(config_made), std::move(variables.unknown)};
  }
  serve_command.config = std::move(config_made);
  serve_command.unknown_variables = std::move(variables.unknown);
  return serve_command;
}

}  // namespace keepline::app
