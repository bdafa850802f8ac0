#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/embedded_assets.h"
#include "base/bytes.h"
#include "net/response.h"

namespace keepline::api {

/// How a file's bytes travel.
enum class Coding : std::uint8_t { kIdentity, kGzip, kBrotli };

/// The best of the codings at hand that an Accept-Encoding header allows (RFC 9110 section 12.5.3):
/// the highest q-value, and among equals the smallest. Identity where nothing else is allowed,
/// even if the header forbids it too: a readable answer is better than a 406.
Coding choose_coding(std::string_view accept_encoding, bool gzip, bool brotli);

/// Whether an If-None-Match header names `etag`, by weak comparison (RFC 9110 section 13.1.2).
bool none_match_hits(std::string_view if_none_match, std::string_view etag);

/// The static files in the binary. Immutable, so thread-safe.
class Assets {
 public:
  /// `classic`: the pages under /classic/ are served.
  Assets(std::span<const EmbeddedAsset> files, bool classic);

  bool has(std::string_view path) const;

  /// The answer to `request` with the file of `path`. Requires: has(path).
  net::Response answer(const net::Request& request, std::string_view path) const;

 private:
  struct File {
    const EmbeddedAsset* asset = nullptr;
    base::SharedBytes identity;
    base::SharedBytes gzip;
    base::SharedBytes brotli;
  };
  std::unordered_map<std::string_view, File> files_;
};

}  // namespace keepline::api
