#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The WebSocket protocol (RFC 6455), as a server speaks it: frames out, frames in. No I/O.
namespace keepline::net {

/// The Sec-WebSocket-Accept for a Sec-WebSocket-Key (section 4.2.2); nothing where the key is not
/// 16 bytes in base64.
std::optional<std::string> websocket_accept(std::string_view key);

/// Section 5.2.
enum class Opcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA
};

/// Why a WebSocket ends (section 7.4.1, and the registry of RFC 6455 section 11.7).
enum class CloseCode : std::uint16_t {
  kNormal = 1000,
  kProtocolError = 1002,
  kUnsupported = 1003,  ///< data of a kind that is not taken here
  kNone = 1005,         ///< never sent: the peer gave no code
  kBadText = 1007,      ///< not UTF-8
  kTooBig = 1009,
  kRestart = 1012,   ///< come back after what the last batch advised
  kTryLater = 1013,  ///< the server cannot serve it now
  kSignIn = 4401     ///< ours: the session has ended
};

/// One whole frame of a server: unmasked, so that the same bytes serve every client.
std::string websocket_frame(Opcode opcode, std::string_view payload);
/// A close frame. `reason`, in UTF-8, is cut to what a control frame holds.
std::string websocket_close(CloseCode code, std::string_view reason = {});

/// Reads what a client sends, frame by frame, and puts fragments together. Whatever section 5 and
/// section 7.4 forbid is broken input, of which nothing is passed on.
///
/// Bounded by `message_max` bytes: a longer message is refused by its announced length.
class WebsocketReader {
 public:
  enum class Kind : std::uint8_t {
    kMore,     ///< all bytes are used up; more are needed
    kMessage,  ///< `text()` or not, its bytes in payload()
    kPing,     ///< answer with a pong of payload()
    kPong,
    kClose,  ///< close_code() says why, kNone if the peer did not
    kBroken  ///< close_code() is what to close with; nothing more may be read
  };

  explicit WebsocketReader(std::size_t message_max) : message_max_(message_max) {}

  /// Takes bytes from the front of `bytes` until something is to be said.
  Kind read(std::string_view& bytes);

  std::string_view payload() const { return payload_; }
  bool is_text() const { return text_; }
  CloseCode close_code() const { return code_; }

  /// Between two messages and two frames: nothing is kept.
  bool idle() const { return head_size_ == 0 && !in_payload_ && !fragmented_; }

 private:
  Kind broken(CloseCode code);
  bool take_head(std::string_view& bytes);
  Kind begin_frame();
  Kind end_frame();
  Kind end_close();

  const std::size_t message_max_;
  std::array<std::uint8_t, 14> head_{};
  std::size_t head_size_ = 0;
  std::uint64_t left_ = 0;    ///< bytes of the frame's payload that are to come
  std::size_t mask_at_ = 0;   ///< which of the mask's four bytes is next
  std::string message_;       ///< of data frames, over its fragments
  std::string control_;       ///< of the control frame under way
  std::string_view payload_;  ///< of what was said last
  CloseCode code_ = CloseCode::kNone;
  Opcode opcode_ = Opcode::kContinuation;
  bool final_ = false;
  bool in_payload_ = false;
  bool fragmented_ = false;  ///< a message has begun and not ended
  bool text_ = false;
};

}  // namespace keepline::net
