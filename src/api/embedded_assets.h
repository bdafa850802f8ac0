#pragma once

#include <span>
#include <string_view>

namespace keepline::api {

/// One static file as it is linked into the binary. Immutable, alive for the whole process.
struct EmbeddedAsset {
  /// The whole request path, such as "/classic/chat.js". A folder's index.html is there twice:
  /// under its own name and under the folder's, "/classic/".
  std::string_view path;
  std::string_view content_type;  ///< with charset where it is text
  std::string_view identity;      ///< the file's bytes
  std::string_view gzip;          ///< the same, compressed; empty where that is not smaller
  std::string_view brotli;        ///< likewise
  /// Ready to be sent: a weak entity tag (RFC 9110 section 8.8.3) made from the bytes of
  /// `identity`, quotes included. Weak, because the three encodings share it.
  std::string_view etag;
  /// The file's name holds a hash of its content, so a cache may keep it for ever.
  bool immutable = false;
};

/// Every file, in ascending byte order of its path, each path once. cmake/embed.py makes the
/// definition from web/classic, web/dist and src/api/openapi.yaml.
std::span<const EmbeddedAsset> embedded_assets();

}  // namespace keepline::api
