#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "load/carrier.h"

namespace keepline::bench {

/// What a waiter was told at one time. The views end with the call that brings them.
struct Batch {
  std::string_view data;  ///< the JSON, or whatever the peer sends in its place
  std::string_view id;    ///< of an SSE block; empty on other carriers
  std::string_view head;  ///< of a poll's answer; empty on other carriers
  bool closes = false;    ///< the peer closes the connection after this answer
};

/// Takes the bytes of one connection apart into batches, as they come: answers, blocks of a chunked
/// (or unframed) event stream, or unmasked frames. Holds nothing but what is incomplete.
class BatchReader {
 public:
  class Sink {
   public:
    virtual void on_batch(const Batch& batch) = 0;
    virtual void on_ping(std::string_view payload) = 0;

   protected:
    ~Sink() = default;
  };

  explicit BatchReader(Carrier carrier) : carrier_(carrier) {}

  /// A new connection begins.
  void reset();

  /// False when the bytes are not what the carrier promises, or say that it ends; why() tells.
  bool take(std::string_view bytes, Sink& sink);

  /// A literal or what the peer answered; empty while all is well.
  const std::string& why() const { return why_; }

 private:
  enum class Step : std::uint8_t { kTaken, kPartial, kBroken };

  Step next(std::string_view bytes, std::size_t& used, Sink& sink);
  Step answer(std::string_view bytes, std::size_t& used, Sink& sink);
  Step opening(std::string_view bytes, std::size_t& used);
  Step chunk(std::string_view bytes, std::size_t& used, Sink& sink);
  Step frame(std::string_view bytes, std::size_t& used, Sink& sink);
  void text(std::string_view more, Sink& sink);
  Step broken(std::string_view why);

  const Carrier carrier_;
  bool open_ = false;  ///< the head of a stream was read
  bool chunked_ = false;
  std::string held_;  ///< bytes of something incomplete
  std::string text_;  ///< the beginning of an SSE block
  std::string why_;
};

}  // namespace keepline::bench
