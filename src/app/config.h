#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace keepline::app {

/// What an operator chose. Each member is one setting of kSettings.
struct Config {
  std::vector<std::string> listen{"127.0.0.1:8080"};
  std::string data;  ///< empty: ./data, or ./data-demo with demo
  std::string name = "Keepline";
  std::vector<std::string> public_url;
  std::vector<std::string> trusted_proxies;
  std::int64_t shards = 0;  ///< 0: one for each core, at most 8
  std::string tls_cert;     ///< with tls_key: every address speaks TLS
  std::string tls_key;
  bool demo = false;
  bool classic_enabled = false;
  std::string classic_path = "/comet_broadcast.asyn";
  bool limits_off = false;
  std::string log_level = "info";
  std::string backup_folder;       ///< empty: none come by themselves
  std::int64_t backup_every = 24;  ///< hours
  std::int64_t backup_keep = 7;
};

/// One setting: a TOML key, a flag, and an environment variable made from the flag (--public-url is
/// KEEPLINE_PUBLIC_URL).
struct Setting {
  using Target = std::variant<std::string Config::*, std::vector<std::string> Config::*,
                              std::int64_t Config::*, bool Config::*>;
  std::string_view key;   ///< "server.listen"
  std::string_view flag;  ///< "--listen"
  Target target;
  std::string_view help;
};

/// Every setting, in the order in which they are documented.
std::span<const Setting> settings();

/// The environment variable of `setting`.
std::string environment_name(const Setting& setting);

using Values = std::map<std::string, std::vector<std::string>>;  ///< key -> values as text

/// The settings of the TOML file at `path`. Throws std::runtime_error with one sentence, and the
/// line where it is known, for a file that cannot be read, an unknown key or a value of another
/// type.
Values read_config_file(const std::string& path);

struct Environment {
  Values values;
  /// Variables that begin with KEEPLINE_ and are no settings: worth a warning, since one may be
  /// misspelt, but no error, since container platforms make such names of their own
  /// (KEEPLINE_PORT for a service called keepline).
  std::vector<std::string> unknown;
};

/// The settings among `environment` ("NAME=value", ended by nullptr).
Environment read_environment(const char* const* environment);

/// Defaults, then the file, the environment and the flags, each over the one before. Throws
/// std::runtime_error with one sentence where a value breaks its rule.
Config make_config(const Values& file, const Values& environment, const Values& flags);

/// Every setting with its value in `config`, as a TOML file that gives it: one line each, sorted by
/// table.
std::string print_config(const Config& config);

}  // namespace keepline::app
