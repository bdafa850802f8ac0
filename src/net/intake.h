#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "net/chunk_gate.h"
#include "net/gate.h"
#include "net/parser.h"
#include "net/request.h"

namespace keepline::net {

/// One request as it comes in: the gate, then the parser, then the two held against each other by
/// value. No I/O and no time: bytes in, a request or a refusal out. What was refused never becomes
/// a request.
class Intake {
 public:
  enum class Step : std::uint8_t {
    kMore,     ///< more bytes are needed
    kHead,     ///< the head is in: request() holds it; say admit(), then go on
    kRequest,  ///< the request is whole
    kRefused,  ///< error() says why; nothing more may be read
  };

  Intake();

  /// Reads `bytes`: what the peer sent after the bytes consumed so far. Sets `consumed` to how many
  /// of them are used up; the others must be given again, with more behind them.
  Step read(std::string_view bytes, std::size_t& consumed);

  /// Lets the body in, up to `body_max` bytes. Returns an error where a longer one is announced.
  /// Requires: the last step was kHead.
  std::optional<base::Error> admit(std::size_t body_max);

  Request& request() { return request_; }
  const Request& request() const { return request_; }
  const base::Error& error() const { return error_; }

  /// After kHead: whether a body is announced, and whether the client waits for leave to send it.
  bool has_body() const { return gate_.head().chunked || gate_.head().length.value_or(0) > 0; }
  bool expects_continue() const;
  bool head_done() const { return phase_ != Phase::kHead; }

  /// Makes ready for the next request; keeps a little memory for it.
  void reset();

 private:
  enum class Phase : std::uint8_t { kHead, kBody };

  Step refuse(base::Errc code, const char* why);
  Step read_head(std::string_view bytes, std::size_t& consumed);
  Step read_length(std::string_view bytes, std::size_t& consumed);
  Step read_chunks(std::string_view bytes, std::size_t& consumed);
  bool agrees(const Head& head) const;

  Phase phase_ = Phase::kHead;
  Request request_;
  Gate gate_;
  Parser parser_;
  std::optional<ChunkGate> chunks_;
  std::size_t chunks_looked_ = 0;      ///< of the bytes not consumed yet, how many ChunkGate passed
  std::uint64_t chunks_consumed_ = 0;  ///< bytes of the body's chunks that are used up
  base::Error error_;
};

}  // namespace keepline::net
