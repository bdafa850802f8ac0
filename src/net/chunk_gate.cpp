#include "net/chunk_gate.h"

#include <algorithm>
#include <utility>

#include "net/chars.h"
#include "net/gate.h"

namespace keepline::net {

using base::Errc;
using base::Error;

namespace {
constexpr std::size_t kSizeDigitsMax = 16;
}

ChunkGate::Verdict ChunkGate::refuse(Errc code, const char* why) {
  error_ = Error(code, why);
  return Verdict::kRefuse;
}

ChunkGate::Verdict ChunkGate::look(std::string_view bytes) {
  looked_before_ += std::exchange(looked_, 0);
  while (looked_ < bytes.size()) {
    if (state_ == State::kData) {
      const auto here = std::min<std::uint64_t>(size_, bytes.size() - looked_);
      looked_ += static_cast<std::size_t>(here);
      size_ -= here;
      data_end_ = looked_before_ + looked_;
      if (size_ == 0) {
        state_ = State::kDataCr;
      }
      continue;
    }
    const auto verdict = step(bytes[looked_++]);
    if (verdict != Verdict::kMore) {
      return verdict;
    }
  }
  return Verdict::kMore;
}

ChunkGate::Verdict ChunkGate::step(char c) {
  switch (state_) {
    case State::kSize: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++size_digits_ > kSizeDigitsMax) {
          return refuse(Errc::kBadRequest, "a chunk's size has too many digits");
        }
        size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
        return Verdict::kMore;
      }
      if (size_digits_ == 0) {
        return refuse(Errc::kBadRequest, "a chunk begins with its size in hex digits");
      }
      state_ = State::kExtension;
      extension_began_ = false;
      extended_ = false;
      [[fallthrough]];
    }
    case State::kExtension:
      if (c == '\r') {
        state_ = State::kSizeLf;
        return Verdict::kMore;
      }
      // Space before the first ';' is bad manners that section 7.1.1 allows; nothing else is.
      if (!extension_began_ && c != ';' && c != ' ' && c != '\t') {
        return refuse(Errc::kBadRequest, "a chunk's size is followed by something else than ';'");
      }
      if (!is_char(c, kValueChar)) {
        return refuse(Errc::kBadRequest, "a control character in a chunk extension");
      }
      extension_began_ = extension_began_ || c == ';';
      extended_ = true;
      if (++extension_bytes_ > kChunkExtensionBytesMax) {
        return refuse(Errc::kTooLarge, "the body's chunk extensions are over 4 KiB");
      }
      return Verdict::kMore;
    case State::kSizeLf:
      return c == '\n' ? end_size() : refuse(Errc::kBadRequest, "a CR without LF in a chunk");
    case State::kData:
      return Verdict::kMore;
    case State::kDataCr:
      state_ = State::kDataLf;
      return c == '\r' ? Verdict::kMore
                       : refuse(Errc::kBadRequest, "a chunk's data differs from its size");
    case State::kDataLf:
      state_ = State::kSize;
      size_ = 0;
      size_digits_ = 0;
      return c == '\n' ? Verdict::kMore
                       : refuse(Errc::kBadRequest, "a chunk's data differs from its size");
    case State::kTrailer:
      if (c == '\r') {
        state_ = trailer_line_.empty() ? State::kLastLf : State::kTrailerLf;
        return Verdict::kMore;
      }
      if (++trailer_bytes_ > kTrailerBytesMax) {
        return refuse(Errc::kHeadTooLarge, "the body's trailers are over 8 KiB");
      }
      if (!is_char(c, kValueChar)) {
        return refuse(Errc::kBadRequest, "a control character in a trailer");
      }
      trailer_line_.push_back(c);
      return Verdict::kMore;
    case State::kTrailerLf:
      if (c != '\n' || !is_field_line(trailer_line_)) {
        return refuse(Errc::kBadRequest, "a trailer is not a name, a colon and a value");
      }
      trailer_line_.clear();
      state_ = State::kTrailer;
      return Verdict::kMore;
    case State::kLastLf:
      return c == '\n' ? Verdict::kDone : refuse(Errc::kBadRequest, "a CR without LF in a chunk");
  }
  return refuse(Errc::kBadRequest, "the body's chunks are not valid");
}

ChunkGate::Verdict ChunkGate::end_size() {
  if (extended_ && !extension_began_) {
    return refuse(Errc::kBadRequest, "a chunk's size is followed by something else than ';'");
  }
  if (size_ > (std::uint64_t{1} << 63U) - 1) {
    return refuse(Errc::kBadRequest, "a chunk's size is too large to be true");
  }
  if (size_ > body_max_ - body_bytes_) {
    return refuse(Errc::kTooLarge, "the request's body is too large");
  }
  body_bytes_ += size_;
  state_ = size_ == 0 ? State::kTrailer : State::kData;
  return Verdict::kMore;
}

}  // namespace keepline::net
