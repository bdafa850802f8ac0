#include "app/config.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace keepline::app {
namespace {

constexpr std::array kSettings{
    Setting{"server.listen", "--listen", &Config::listen,
            "address and port to listen on; may be given several times"},
    Setting{"server.data", "--data", &Config::data, "the data folder"},
    Setting{"server.name", "--name", &Config::name, "what people see as this server's name"},
    Setting{
        "server.public_url", "--public-url", &Config::public_url,
        "the address people open, such as https://chat.example.org; may be given several times"},
    Setting{"server.trusted_proxies", "--trusted-proxies", &Config::trusted_proxies,
            "addresses of reverse proxies whose X-Forwarded-* headers are believed"},
    Setting{"server.shards", "--shards", &Config::shards,
            "threads that serve connections; 0 is one for each core"},
    Setting{"tls.cert", "--tls-cert", &Config::tls_cert,
            "a file with the certificate and its chain, in PEM: serve HTTPS"},
    Setting{"tls.key", "--tls-key", &Config::tls_key,
            "a file with the certificate's private key, in PEM"},
    Setting{"server.demo", "--demo", &Config::demo, "serve a demonstration with two accounts"},
    Setting{"classic.enabled", "--classic-enabled", &Config::classic_enabled,
            "serve the classic endpoint and its pages"},
    Setting{"classic.path", "--classic-path", &Config::classic_path,
            "the path of the classic endpoint"},
    Setting{"limits.off", "--limits-off", &Config::limits_off,
            "no rate limits: for load tests, on loopback only"},
    Setting{"log.level", "--log-level", &Config::log_level, "debug, info, warn or error"},
    Setting{"backup.folder", "--backup-folder", &Config::backup_folder,
            "a folder for backups that come by themselves; best on another disk"},
    Setting{"backup.every", "--backup-every", &Config::backup_every,
            "hours from one backup to the next"},
    Setting{"backup.keep", "--backup-keep", &Config::backup_keep,
            "how many backups stay in backup.folder"},
};

constexpr std::string_view kPrefix = "KEEPLINE_";
/// Lets tests ask for what no operator wants (command_line.cpp): no setting, and no mistake.
constexpr std::string_view kTestSwitch = "KEEPLINE_TEST";

[[noreturn]] void fail(const std::string& sentence) { throw std::runtime_error(sentence); }

const Setting* find_key(std::string_view key) {
  const auto* found = std::find_if(kSettings.begin(), kSettings.end(),
                                   [&](const Setting& s) { return s.key == key; });
  return found == kSettings.end() ? nullptr : found;
}

std::string scalar_text(const toml::node& node, std::string_view key, const std::string& path) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  fail(fmt::format("{}, line {}: {} must be a text, a number, true or false, or a list of texts",
                   path, node.source().begin.line, key));
}

void read_table(const toml::table& table, const std::string& prefix, const std::string& path,
                Values& values) {
  for (const auto& [name, node] : table) {
    const std::string key =
        prefix.empty() ? std::string(name.str()) : fmt::format("{}.{}", prefix, name.str());
    if (const auto* inner = node.as_table()) {
      read_table(*inner, key, path, values);
      continue;
    }
    if (find_key(key) == nullptr) {
      fail(fmt::format("{}, line {}: there is no setting {}", path, node.source().begin.line, key));
    }
    std::vector<std::string>& texts = values[key];
    if (const auto* list = node.as_array()) {
      for (const toml::node& item : *list) {
        texts.push_back(scalar_text(item, key, path));
      }
    } else {
      texts.push_back(scalar_text(node, key, path));
    }
  }
}

struct Assign {
  Config& config;
  const Setting& setting;
  const std::vector<std::string>& values;

  const std::string& single() const {
    if (values.size() != 1) {
      fail(fmt::format("the setting {} takes one value", setting.key));
    }
    return values.front();
  }
  void operator()(std::string Config::* member) const { config.*member = single(); }
  void operator()(std::vector<std::string> Config::* member) const { config.*member = values; }
  void operator()(std::int64_t Config::* member) const {
    const std::string& text = single();
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, config.*member);
    if (error != std::errc{} || stop != end) {
      fail(fmt::format("the setting {} must be a whole number", setting.key));
    }
  }
  void operator()(bool Config::* member) const {
    const std::string& text = single();
    if (text != "true" && text != "false") {
      fail(fmt::format("the setting {} must be true or false", setting.key));
    }
    config.*member = text == "true";
  }
};

void check_rules(const Config& config) {
  if (config.listen.empty()) {
    fail("the setting server.listen needs at least one address");
  }
  if (config.shards < 0 || config.shards > 64) {
    fail("the setting server.shards must be from 0 to 64");
  }
  if (config.classic_path.size() < 2 || config.classic_path.front() != '/' ||
      config.classic_path.starts_with("/api/")) {
    fail("the setting classic.path must begin with / and must not lie under /api/");
  }
  if (config.tls_cert.empty() != config.tls_key.empty()) {
    fail("the settings tls.cert and tls.key need each other");
  }
  if (config.backup_every < 1 || config.backup_every > 8'760) {
    fail("the setting backup.every must be from 1 to 8760 hours");
  }
  if (config.backup_keep < 1 || config.backup_keep > 10'000) {
    fail("the setting backup.keep must be from 1 to 10000");
  }
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
  if (std::find(kLevels.begin(), kLevels.end(), config.log_level) == kLevels.end()) {
    fail("the setting log.level must be debug, info, warn or error");
  }
  for (const std::string& url : config.public_url) {
    const bool http = url.starts_with("http://") && url.size() > 7;
    const bool https = url.starts_with("https://") && url.size() > 8;
    if ((!http && !https) || url.find('/', url.find("//") + 2) != std::string::npos) {
      fail("the setting server.public_url must be http:// or https:// and a host, without a path");
    }
  }
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }

namespace {

/// `text` as a TOML basic string (TOML 1.0, "String").
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

struct Print {
  const Config& config;

  std::string operator()(std::string Config::* member) const { return quoted(config.*member); }
  std::string operator()(std::vector<std::string> Config::* member) const {
    std::string out;
    for (const std::string& text : config.*member) {
      out += (out.empty() ? "" : ", ") + quoted(text);
    }
    return '[' + out + ']';
  }
  std::string operator()(std::int64_t Config::* member) const {
    return std::to_string(config.*member);
  }
  std::string operator()(bool Config::* member) const { return config.*member ? "true" : "false"; }
};

}  // namespace

std::string print_config(const Config& config) {
  std::map<std::string_view, std::string> tables;
  for (const Setting& setting : kSettings) {
    const std::size_t dot = setting.key.find('.');
    tables[setting.key.substr(0, dot)] += fmt::format("{} = {}\n", setting.key.substr(dot + 1),
                                                      std::visit(Print{config}, setting.target));
  }
  std::string out;
  for (const auto& [table, lines] : tables) {
    out += fmt::format("{}[{}]\n{}", out.empty() ? "" : "\n", table, lines);
  }
  return out;
}

std::string environment_name(const Setting& setting) {
  std::string name(kPrefix);
  for (const char c : setting.flag.substr(2)) {
    name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

Values read_config_file(const std::string& path) {
  Values values;
  try {
    read_table(toml::parse_file(path), "", path, values);
  } catch (const toml::parse_error& error) {
    fail(fmt::format("{}, line {}: {}", path, error.source().begin.line, error.description()));
  }
  return values;
}

Environment read_environment(const char* const* environment) {
  Environment out;
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::size_t equals = entry.find('=');
    if (!entry.starts_with(kPrefix) || equals == std::string_view::npos) {
      continue;
    }
    const std::string_view name = entry.substr(0, equals);
    if (name == kTestSwitch) {
      continue;
    }
    const auto* setting = std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& s) {
      return environment_name(s) == name;
    });
    if (setting == kSettings.end()) {
      out.unknown.emplace_back(name);
      continue;
    }
    std::vector<std::string>& texts = out.values[std::string(setting->key)];
    std::string_view rest = entry.substr(equals + 1);
    if (!std::holds_alternative<std::vector<std::string> Config::*>(setting->target)) {
      texts.emplace_back(rest);
      continue;
    }
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      texts.emplace_back(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return out;
}

Config make_config(const Values& file, const Values& environment, const Values& flags) {
  Config config;
  for (const Values* source : {&file, &environment, &flags}) {
    for (const auto& [key, texts] : *source) {
      const Setting* setting = find_key(key);
      if (setting == nullptr) {
        fail(fmt::format("there is no setting {}", key));
      }
      std::visit(Assign{config, *setting, texts}, setting->target);
    }
  }
  if (config.demo) {
    config.classic_enabled = true;
  }
  if (config.data.empty()) {
    config.data = config.demo ? "data-demo" : "data";
  }
  check_rules(config);
  return config;
}

}  // namespace keepline::app
