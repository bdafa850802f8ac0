#include <sys/resource.h>

#include <charconv>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "crash/run.h"
#include "support/server_process.h"

// Kills the real server again and again under senders and receivers, and proves that nothing
// acknowledged is lost and nothing is stored twice. See tests/crash/README.md.
namespace keepline::crash {
namespace {

constexpr std::string_view kUsage =
    "keepline_crash --keepline FILE [--rounds N] [--senders N] [--receivers N] [--seed N]\n"
    "               [--folder DIR] [--control new-nonces|early-ack]\n";

enum class Control { kNone, kNewNonces, kEarlyAck };

struct Settings {
  RunOptions run;
  std::string keepline;
  std::string folder = std::filesystem::temp_directory_path().string();
  Control control = Control::kNone;
};

template <class T>
bool read_number(std::string_view text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool apply(Settings& settings, std::string_view name, std::string_view value) {
  if (name == "--keepline") {
    settings.keepline = value;
    return true;
  }
  if (name == "--folder") {
    settings.folder = value;
    return true;
  }
  if (name == "--control") {
    settings.control = value == "new-nonces" ? Control::kNewNonces : Control::kEarlyAck;
    return value == "new-nonces" || value == "early-ack";
  }
  if (name == "--rounds") {
    return read_number(value, settings.run.rounds) && settings.run.rounds > 0;
  }
  if (name == "--senders") {
    return read_number(value, settings.run.senders) && settings.run.senders > 0;
  }
  if (name == "--receivers") {
    return read_number(value, settings.run.receivers) && settings.run.receivers >= 0;
  }
  return name == "--seed" && read_number(value, settings.run.seed);
}

/// "--name value" and "--name=value".
std::optional<Settings> read_settings(int argc, char** argv) {
  Settings settings;
  settings.run.seed = std::random_device()();
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    std::string_view value;
    const std::size_t equals = name.find('=');
    if (equals != std::string_view::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    } else if (++i < argc) {
      value = argv[i];
    }
    if (!apply(settings, name, value)) {
      return std::nullopt;
    }
  }
  settings.run.receivers = std::min(settings.run.receivers, settings.run.senders);
  settings.run.new_nonces = settings.control == Control::kNewNonces;
  if (settings.control == Control::kEarlyAck) {
    // What was acknowledged is at risk only until its commit, a moment later.
    settings.run.behind_an_answer_one_in = 1;
    settings.run.until_changed = true;
    settings.run.round_min = std::chrono::milliseconds(100);
    settings.run.round_max = std::chrono::milliseconds(300);
  }
  return settings.keepline.empty() ? std::nullopt : std::optional(settings);
}

class RealServer final : public Victim {
 public:
  RealServer(std::vector<std::string> command, std::uint16_t port, const std::string& output)
      : process_(std::move(command), output), port_(port) {}

  bool start() override {
    process_.spawn();
    return process_.wait_healthy(port_, std::chrono::seconds(20));
  }
  void kill() override { process_.kill(); }
  std::uint16_t port() const override { return port_; }

 private:
  support::ServerProcess process_;
  std::uint16_t port_;
};

/// Says what the run means; true if it is what it must be.
bool judge(const Settings& settings, const RunReport& report) {
  switch (settings.control) {
    case Control::kNewNonces: {
      const bool shown = report.finished && report.verdict.doubled > 0;
      std::cout << "control: resends under new nonces "
                << (shown ? "show doubled messages, as they must\n" : "SHOW NO DOUBLED MESSAGE\n");
      return shown;
    }
    case Control::kEarlyAck: {
      const bool shown = report.finished && report.verdict.lost > 0;
      std::cout << "control: acknowledging before the commit "
                << (shown ? "shows lost messages, as it must\n" : "SHOWS NO LOST MESSAGE\n");
      return shown;
    }
    case Control::kNone:
      break;
  }
  // A run without sends of unknown outcome, or without traffic, would prove nothing.
  const bool bites = report.unknown > 0 && report.verdict.acknowledged > 0;
  std::cout << (report.clean() && bites ? "kept: lost 0, doubled 0\n" : "BROKEN\n");
  return report.clean() && bites;
}

int run_all(const Settings& settings) {
  support::ScratchFolder scratch(settings.folder);
  const std::string data = scratch.path() + "/data";
  const auto users = support::seed_folder(settings.keepline, data, settings.run.senders * 2,
                                          "everyone", /*messages=*/0);
  const std::uint16_t port = support::free_port();
  std::vector<std::string> command = {
      settings.keepline, "serve", "--listen",    "127.0.0.1:" + std::to_string(port),
      "--data",          data,    "--limits-off"};
  if (settings.control == Control::kEarlyAck) {
    setenv("KEEPLINE_TEST", "1", 1);
    command.emplace_back("--acknowledge-early");
  }
  RealServer server(std::move(command), port, scratch.path() + "/server.log");
  std::cout << "seed " << settings.run.seed << ", " << settings.run.senders << " senders, "
            << settings.run.receivers << " receivers, " << settings.run.rounds << " rounds"
            << std::endl;
  const RunReport report = run(settings.run, server, users, std::cout);
  std::cout << report;
  const bool good = judge(settings, report);
  if (!good) {
    scratch.keep();
    std::cout << "data folder and server log are kept in " << scratch.path() << '\n';
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace keepline::crash

int main(int argc, char** argv) {
  const auto settings = keepline::crash::read_settings(argc, argv);
  if (!settings) {
    std::cerr << keepline::crash::kUsage;
    return 2;
  }
  try {
    return keepline::crash::run_all(*settings);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
