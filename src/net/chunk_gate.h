#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace keepline::net {

inline constexpr std::size_t kChunkExtensionBytesMax = std::size_t{4} * 1024;
inline constexpr std::size_t kTrailerBytesMax = std::size_t{8} * 1024;

/// The gate of a chunked body (RFC 9112 section 7.1): follows the framing byte by byte and refuses
/// what the grammar does not hold, so that body and next request cannot be confused.
///
/// Bounded over the whole body: `body_max` bytes of data (kTooLarge, from the chunk's size on,
/// before its data), 4 KiB of chunk extensions (kTooLarge), 8 KiB of trailers (kHeadTooLarge).
/// Anything else is kBadRequest.
class ChunkGate {
 public:
  enum class Verdict : std::uint8_t { kMore, kDone, kRefuse };

  explicit ChunkGate(std::size_t body_max) : body_max_(body_max) {}

  /// Looks at the next `bytes`, each once. After kDone, `looked()` of them belong to this body.
  Verdict look(std::string_view bytes);
  std::size_t looked() const { return looked_; }
  /// How many bytes of all that was looked at end with data: a parser that is given no more never
  /// sees half a line.
  std::uint64_t data_end() const { return data_end_; }

  /// Requires: the verdict was kRefuse.
  const base::Error& error() const { return error_; }

 private:
  enum class State : std::uint8_t {
    kSize,       // hex digits of a chunk's size
    kExtension,  // after the size, to the CR
    kSizeLf,     // the LF of the size line
    kData,       //
    kDataCr,     // the CRLF after the data
    kDataLf,     //
    kTrailer,    // a trailer line, or the CR of the blank line
    kTrailerLf,  // the LF of a trailer line
    kLastLf,     // the LF of the blank line
  };

  Verdict refuse(base::Errc code, const char* why);
  Verdict step(char c);
  Verdict end_size();

  const std::size_t body_max_;
  State state_ = State::kSize;
  std::size_t size_digits_ = 0;
  std::uint64_t size_ = 0;  ///< of this chunk; in kData, what is still to come
  std::uint64_t body_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  bool extended_ = false;         ///< there was something between this line's size and its CR
  bool extension_began_ = false;  ///< and a ';' in it
  std::size_t trailer_bytes_ = 0;
  std::string trailer_line_;
  std::size_t looked_ = 0;           ///< in the last call
  std::uint64_t looked_before_ = 0;  ///< in all calls before
  std::uint64_t data_end_ = 0;
  base::Error error_;
};

}  // namespace keepline::net
