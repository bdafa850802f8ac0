#include "api/assets.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace keepline::api {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the first item of a comma-separated list off `list`.
std::string_view take_item(std::string_view& list) {
  const auto comma = list.find(',');
  const auto item = list.substr(0, comma);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  return trim(item);
}

/// A q-value in thousandths; what cannot be read counts as 0, so that nothing is sent that was
/// perhaps refused.
int q_value(std::string_view parameters) {
  parameters = trim(parameters);
  if (parameters.empty()) {
    return 1000;
  }
  if (parameters.size() < 3 || (parameters[0] | 0x20) != 'q' || parameters[1] != '=') {
    return 0;
  }
  parameters.remove_prefix(2);
  if (parameters.front() == '1') {
    return 1000;
  }
  if (parameters.front() != '0') {
    return 0;
  }
  parameters.remove_prefix(1);
  if (parameters.size() < 2 || parameters.front() != '.') {
    return 0;
  }
  parameters.remove_prefix(1);
  int value = 0;
  int scale = 100;
  for (const char digit : parameters.substr(0, 3)) {
    if (digit < '0' || digit > '9') {
      return 0;
    }
    value += (digit - '0') * scale;
    scale /= 10;
  }
  return value;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

std::string_view opaque_tag(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

base::SharedBytes share_view(std::string_view bytes) {
  return bytes.empty() ? nullptr : base::share(std::string(bytes));
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding, bool gzip, bool brotli) {
  constexpr int kUnset = -1;
  int gzip_q = kUnset;
  int brotli_q = kUnset;
  int identity_q = kUnset;
  int any_q = kUnset;
  while (!accept_encoding.empty()) {
    const std::string_view item = take_item(accept_encoding);
    const auto semicolon = item.find(';');
    const std::string_view name = trim(item.substr(0, semicolon));
    const int q = semicolon == std::string_view::npos ? 1000 : q_value(item.substr(semicolon + 1));
    if (same_word(name, "gzip") || same_word(name, "x-gzip")) {
      gzip_q = q;
    } else if (same_word(name, "br")) {
      brotli_q = q;
    } else if (same_word(name, "identity")) {
      identity_q = q;
    } else if (name == "*") {
      any_q = q;
    }
  }
  const auto settled = [&](int q) { return q != kUnset ? q : std::max(any_q, 0); };
  gzip_q = gzip ? settled(gzip_q) : 0;
  brotli_q = brotli ? settled(brotli_q) : 0;
  // A client that names codings and not identity accepts identity, but less gladly.
  identity_q = identity_q != kUnset ? identity_q : 1;
  if (brotli_q > 0 && brotli_q >= gzip_q && brotli_q >= identity_q) {
    return Coding::kBrotli;
  }
  if (gzip_q > 0 && gzip_q >= identity_q) {
    return Coding::kGzip;
  }
  return Coding::kIdentity;
}

bool none_match_hits(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::string_view item = take_item(if_none_match);
    if (item == "*" || (!item.empty() && opaque_tag(item) == opaque_tag(etag))) {
      return true;
    }
  }
  return false;
}

Assets::Assets(std::span<const EmbeddedAsset> files, bool classic) {
  for (const EmbeddedAsset& asset : files) {
    if (asset.path.starts_with("/classic/") && !classic) {
      continue;
    }
    files_.emplace(asset.path, File{&asset, share_view(asset.identity), share_view(asset.gzip),
                                    share_view(asset.brotli)});
  }
}

bool Assets::has(std::string_view path) const { return files_.contains(path); }

net::Response Assets::answer(const net::Request& request, std::string_view path) const {
  const auto found = files_.find(path);
  base::check(found != files_.end(), "there is no such asset");
  const File& file = found->second;
  const EmbeddedAsset& asset = *file.asset;

  net::Response response;
  response.headers.emplace_back("ETag", std::string(asset.etag));
  response.headers.emplace_back(
      "Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (none_match_hits(request.header("if-none-match"), asset.etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = asset.content_type;
  switch (choose_coding(request.header("accept-encoding"), file.gzip != nullptr,
                        file.brotli != nullptr)) {
    case Coding::kBrotli:
      response.headers.emplace_back("Content-Encoding", "br");
      response.shared_body = file.brotli;
      break;
    case Coding::kGzip:
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.shared_body = file.gzip;
      break;
    case Coding::kIdentity:
      response.shared_body = file.identity;
      break;
  }
  return response;
}

}  // namespace keepline::api
