#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "net/request.h"

namespace keepline::net {

inline constexpr std::size_t kHeadBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kTargetBytesMax = std::size_t{8} * 1024;
inline constexpr std::size_t kHeadersMax = 100;

/// What a head says, taken from its raw bytes.
struct Head {
  std::size_t bytes = 0;        ///< from the first byte to the blank line that ends it
  std::size_t blank_bytes = 0;  ///< of these, the blank line tolerated before the request line
  Method method = Method::kGet;
  int minor_version = 1;
  std::size_t headers = 0;
  bool chunked = false;
  std::optional<std::uint64_t> length;  ///< Content-Length
  std::size_t target_begin = 0;         ///< offsets into the head
  std::size_t target_bytes = 0;
  std::size_t host_begin = 0;
  std::size_t host_bytes = 0;
  bool expects_continue = false;
};

/// Whether `line`, without its CRLF, is a header field line: a token, at once a colon, and a value
/// without control characters. Also the rule for trailers.
bool is_field_line(std::string_view line);

/// The first thing that looks at a request: reads the raw head and lets pass only what RFC 9112
/// allows, so that no parser behind it (ours, or a proxy's in front) can see another request than
/// we do. A parser that is lenient in one place is how requests are smuggled.
///
/// Refused, besides everything outside the grammar: bare CR and LF, folded lines, space before a
/// colon, control characters; a Host that is missing, doubled or no host; Transfer-Encoding but
/// one plain `chunked` in HTTP/1.1 with no Content-Length beside it; Content-Length but one run
/// of digits below 2^63. Bounded: 16 KiB in all, 100 headers, 8 KiB of target.
///
/// A refusal comes as soon as it is sure, often before the head is whole. Looks at each byte once,
/// however the head is cut.
class Gate {
 public:
  enum class Verdict : std::uint8_t { kMore, kPass, kRefuse };

  /// Looks at `bytes`: all that came so far, from the first byte of the request. Requires: `bytes`
  /// begins with what the last call was given, and the last verdict was kMore.
  Verdict look(std::string_view bytes);

  /// Requires: the verdict was kPass.
  const Head& head() const { return head_; }

  /// Requires: the verdict was kRefuse.
  const base::Error& error() const { return error_; }

 private:
  Verdict refuse(base::Errc code, const char* why);
  Verdict take_line(std::string_view bytes, std::size_t begin, std::size_t end);
  Verdict take_request_line(std::string_view line, std::size_t begin);
  Verdict take_field(std::string_view line, std::size_t begin);
  Verdict take_length(std::string_view value);
  Verdict take_coding(std::string_view value);
  Verdict take_version(std::string_view version);
  Verdict take_method(std::string_view method);
  Verdict look_at_partial_line(std::string_view bytes);
  Verdict judge();

  Head head_;
  base::Error error_;
  std::size_t line_begin_ = 0;  ///< of the line that is not whole yet
  std::size_t looked_ = 0;      ///< bytes of `bytes` that were looked at
  bool has_request_line_ = false;
  bool has_host_ = false;
  bool has_coding_ = false;
};

}  // namespace keepline::net
