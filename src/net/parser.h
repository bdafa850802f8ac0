#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "net/request.h"

namespace keepline::net {

/// Beast's HTTP parser, filling a Request: headers with lower-case names, and the body. It is
/// lenient, so it sees only what Gate and ChunkGate let pass. Does not touch method, path, query
/// and peer.
class Parser {
 public:
  explicit Parser(Request& request);
  ~Parser();

  /// Parses a whole head. Returns whether it is one, and all of `head`.
  bool head(std::string_view head);

  /// Parses what came of the body; returns how many bytes it used up, or nothing where it is not
  /// valid. Trailers are dropped: nobody may trust what comes after a message was judged.
  std::optional<std::size_t> body(std::string_view bytes);

  bool done() const;

  /// As Beast understood the head, to hold against what the gate read.
  bool chunked() const;
  std::optional<std::uint64_t> length() const;
  bool keep_alive() const;

  /// Makes ready for the next request.
  void reset();

 private:
  class Impl;
  Request& request_;
  std::optional<std::size_t> put(std::string_view bytes);

  // Held in place: an allocation for each request would be felt.
  alignas(std::max_align_t) std::byte storage_[176];
  Impl& impl();
  const Impl& impl() const;
};

}  // namespace keepline::net
