#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/carrier.h"

namespace keepline::bench {

/// What the command line asks for.
struct Settings {
  std::string keepline;  ///< the server's program
  std::string bare;      ///< bench_bare
  std::string folder;    ///< where data folders are made
  std::string only;      ///< one part, or all that are not long
  std::string carrier;   ///< one carrier, or all
  std::string shards;    ///< of the server; empty: its own choice
  int repeat = 5;
  int seconds = 3;
  int clients_max = 19'000;
  bool thorough = false;  ///< --long: the cases that take many minutes

  std::chrono::milliseconds length() const { return std::chrono::seconds(seconds); }
  std::vector<Carrier> carriers() const;
  /// `counts` without those above clients_max.
  std::vector<std::size_t> sizes(const std::vector<std::size_t>& counts) const;
  /// Further arguments for the server.
  std::vector<std::string> server_arguments() const;
};

/// Nothing when the command line is not understood.
std::optional<Settings> read_settings(int argc, char** argv);

}  // namespace keepline::bench
