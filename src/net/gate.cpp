#include "net/gate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "net/chars.h"
#include "net/target.h"

namespace keepline::net {

using base::Errc;
using base::Error;

namespace {

constexpr std::size_t kMethodBytesMax = 32;

constexpr std::array kMethods{Method::kGet,   Method::kHead,   Method::kPost,   Method::kPut,
                              Method::kPatch, Method::kDelete, Method::kOptions};

/// What a transfer coding other than plain `chunked` is: a list of codings this server could
/// be asked for, or nonsense. Parameters count as nonsense.
bool is_unknown_coding(std::string_view value) {
  bool chunked_seen = false;
  bool unknown_seen = false;
  while (true) {
    const auto comma = value.find(',');
    const std::string_view coding = trim_ows(value.substr(0, comma));
    if (!is_token(coding) || chunked_seen) {
      return false;
    }
    chunked_seen = equals_lower(coding, "chunked");
    unknown_seen = unknown_seen || !chunked_seen;
    if (comma == std::string_view::npos) {
      return unknown_seen;
    }
    value = value.substr(comma + 1);
  }
}

}  // namespace

bool is_field_line(std::string_view line) {
  const auto colon = line.find(':');
  return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
         all_chars(line.substr(colon + 1), kValueChar);
}

Gate::Verdict Gate::refuse(Errc code, const char* why) {
  error_ = Error(code, why);
  return Verdict::kRefuse;
}

Gate::Verdict Gate::look(std::string_view bytes) {
  const std::size_t whole = bytes.size();
  bytes = bytes.substr(0, kHeadBytesMax);
  while (true) {
    const auto newline = bytes.find('\n', looked_);
    if (newline == std::string_view::npos) {
      break;
    }
    const auto verdict = take_line(bytes, line_begin_, newline);
    line_begin_ = newline + 1;
    looked_ = line_begin_;
    if (verdict != Verdict::kMore) {
      return verdict;
    }
  }
  const auto verdict = look_at_partial_line(bytes);
  looked_ = bytes.size();
  if (verdict == Verdict::kMore && whole >= kHeadBytesMax) {
    return refuse(Errc::kHeadTooLarge, "the request's head is over 16 KiB");
  }
  return verdict;
}

Gate::Verdict Gate::look_at_partial_line(std::string_view bytes) {
  for (std::size_t i = looked_; i < bytes.size(); ++i) {
    // A CR may be half of a CRLF only as the last byte so far.
    if (!is_char(bytes[i], kValueChar) && !(bytes[i] == '\r' && i + 1 == bytes.size())) {
      return refuse(Errc::kBadRequest, "a control character in the request's head");
    }
  }
  // The CR that was last when looked at before must have been followed by LF.
  if (looked_ > line_begin_ && looked_ < bytes.size() && bytes[looked_ - 1] == '\r') {
    return refuse(Errc::kBadRequest, "a CR without LF in the request's head");
  }
  if (has_request_line_) {
    return Verdict::kMore;
  }
  const std::string_view line = bytes.substr(line_begin_);
  const auto space = line.find(' ');
  const std::string_view method = line.substr(0, space);
  if (method.size() > kMethodBytesMax) {
    return refuse(Errc::kBadRequest, "the request's method is not valid");
  }
  if (space != std::string_view::npos) {
    const std::string_view target = line.substr(space + 1);
    if (std::min(target.find(' '), target.size()) > kTargetBytesMax) {
      return refuse(Errc::kUriTooLong, "the request target is over 8 KiB");
    }
  }
  return Verdict::kMore;
}

Gate::Verdict Gate::take_line(std::string_view bytes, std::size_t begin, std::size_t end) {
  if (end == begin || bytes[end - 1] != '\r') {
    return refuse(Errc::kBadRequest, "a line of the request's head ends without CR");
  }
  const std::string_view line = bytes.substr(begin, end - 1 - begin);
  if (line.empty()) {
    if (has_request_line_) {
      head_.bytes = end + 1;
      return judge();
    }
    // A blank line before the request is tolerated once (RFC 9112 section 2.2).
    if (begin > 0) {
      return refuse(Errc::kBadRequest, "more than one blank line before the request");
    }
    head_.blank_bytes = end + 1;
    return Verdict::kMore;
  }
  return has_request_line_ ? take_field(line, begin) : take_request_line(line, begin);
}

Gate::Verdict Gate::take_request_line(std::string_view line, std::size_t begin) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return refuse(Errc::kBadRequest, "the request line needs a method, a target and a version");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.size() > kTargetBytesMax) {
    return refuse(Errc::kUriTooLong, "the request target is over 8 KiB");
  }
  if (!is_token(method) || method.size() > kMethodBytesMax) {
    return refuse(Errc::kBadRequest, "the request's method is not valid");
  }
  if (target.empty() || !all_chars(target, kTargetChar)) {
    return refuse(Errc::kBadRequest, "the request target holds a byte that must be encoded");
  }
  head_.target_begin = begin + first + 1;
  head_.target_bytes = target.size();
  has_request_line_ = true;
  const auto verdict = take_version(line.substr(last + 1));
  return verdict == Verdict::kMore ? take_method(method) : verdict;
}

Gate::Verdict Gate::take_version(std::string_view version) {
  constexpr std::string_view kName = "HTTP/";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != kName.size() + 3 || !version.starts_with(kName) || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return refuse(Errc::kBadRequest, "the request's HTTP version is not valid");
  }
  if (version[5] != '1' || version[7] > '1') {
    return refuse(Errc::kVersionNotSupported, "this server speaks HTTP/1.1 and HTTP/1.0");
  }
  head_.minor_version = version[7] - '0';
  return Verdict::kMore;
}

Gate::Verdict Gate::take_method(std::string_view method) {
  const auto found = std::ranges::find(kMethods, method, method_name);
  if (found != kMethods.end()) {
    head_.method = *found;
    return Verdict::kMore;
  }
  // Methods are told apart by case; one in lower case is a mistake, not a method of the future.
  if (std::ranges::any_of(method, [](char c) { return c >= 'a' && c <= 'z'; })) {
    return refuse(Errc::kBadRequest, "the request's method is not valid");
  }
  return refuse(Errc::kNotImplemented, "this server does not know the request's method");
}

Gate::Verdict Gate::take_field(std::string_view line, std::size_t begin) {
  if (!is_field_line(line)) {
    return refuse(Errc::kBadRequest, "a header line is not a name, a colon and a value");
  }
  if (++head_.headers > kHeadersMax) {
    return refuse(Errc::kHeadTooLarge, "the request has more than 100 headers");
  }
  const auto colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim_ows(line.substr(colon + 1));
  switch (name.size()) {
    case 4:
      if (equals_lower(name, "host")) {
        if (has_host_ || !is_host(value)) {
          return refuse(Errc::kBadRequest,
                        "a request has one Host header, and its value is a host");
        }
        has_host_ = true;
        head_.host_begin = begin + static_cast<std::size_t>(value.data() - line.data());
        head_.host_bytes = value.size();
      }
      return Verdict::kMore;
    case 6:
      if (equals_lower(name, "expect") && equals_lower(value, "100-continue")) {
        head_.expects_continue = true;
      }
      return Verdict::kMore;
    case 14:
      return equals_lower(name, "content-length") ? take_length(value) : Verdict::kMore;
    case 17:
      return equals_lower(name, "transfer-encoding") ? take_coding(value) : Verdict::kMore;
    default:
      return Verdict::kMore;
  }
}

Gate::Verdict Gate::take_length(std::string_view value) {
  std::uint64_t length = 0;
  const auto end = value.data() + value.size();
  // Bounded by `end`.
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage)
  const auto parsed = std::from_chars(value.data(), end, length);
  if (head_.length || parsed.ec != std::errc() || parsed.ptr != end ||
      length > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return refuse(Errc::kBadRequest, "a request has one Content-Length at most, a plain number");
  }
  head_.length = length;
  return Verdict::kMore;
}

Gate::Verdict Gate::take_coding(std::string_view value) {
  if (has_coding_) {
    return refuse(Errc::kBadRequest, "a request has one Transfer-Encoding at most");
  }
  has_coding_ = true;
  if (equals_lower(value, "chunked")) {
    head_.chunked = true;
    return Verdict::kMore;
  }
  if (is_unknown_coding(value)) {
    return refuse(Errc::kNotImplemented, "this server knows no transfer coding but chunked");
  }
  return refuse(Errc::kBadRequest, "the request's Transfer-Encoding is not valid");
}

Gate::Verdict Gate::judge() {
  if (!has_host_) {
    return refuse(Errc::kBadRequest, "a request needs a Host header");
  }
  if (head_.chunked && head_.length) {
    return refuse(Errc::kBadRequest, "Content-Length and Transfer-Encoding exclude each other");
  }
  if (head_.chunked && head_.minor_version == 0) {
    return refuse(Errc::kBadRequest, "HTTP/1.0 has no Transfer-Encoding");
  }
  return Verdict::kPass;
}

}  // namespace keepline::net
