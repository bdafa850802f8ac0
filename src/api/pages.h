#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/assets.h"
#include "net/request.h"
#include "net/response.h"

namespace keepline::api {

/// What the server says of itself to whoever asks.
struct ServerInfo {
  std::string name = "Keepline";
  std::string version;  ///< "0.1.0"
  std::string build;    ///< changes with every build
  bool demo = false;
  bool classic = false;  ///< the pages under /classic/ are served
};

/// Everything that is no interface: the static files, and the client's one page under each of the
/// addresses that it draws itself. Immutable, so thread-safe.
class Pages {
 public:
  Pages(std::span<const EmbeddedAsset> files, const ServerInfo& info);

  /// Whether a GET of this has an answer here. An address that nobody knows has one for people, who
  /// are shown the client's page that says so, and none for programs.
  bool has(const net::Request& request) const;

  /// Requires: has(request).
  net::Response answer(const net::Request& request) const;

 private:
  net::Response front_page() const;

  Assets assets_;
  const ServerInfo& info_;
  const bool client_;  ///< the web client is in this binary
};

}  // namespace keepline::api
