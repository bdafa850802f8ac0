#include "net/websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/utf8.h"

namespace keepline::net {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kKeyChars = 24;  // 16 bytes in base64
constexpr std::size_t kControlBytesMax = 125;
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;

bool is_base64_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

bool is_control(Opcode opcode) { return (static_cast<std::uint8_t>(opcode) & 0x8U) != 0; }

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::kContinuation:
    case Opcode::kText:
    case Opcode::kBinary:
    case Opcode::kClose:
    case Opcode::kPing:
    case Opcode::kPong:
      return true;
  }
  return false;
}

/// Whether a peer may send it (section 7.4.1): the registered codes but those that only describe.
bool is_sendable(std::uint16_t code) {
  const bool registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  return registered || (code >= 3000 && code <= 4999);
}

/// As much of `text` as fits, cut between two characters.
std::string_view whole_start(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return text;
  }
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace

std::optional<std::string> websocket_accept(std::string_view key) {
  const bool whole = key.size() == kKeyChars && key.ends_with("==") &&
                     std::all_of(key.begin(), key.end() - 2, is_base64_char);
  if (!whole) {
    return std::nullopt;
  }
  std::string text(key);
  text.append(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return std::string(encoded.begin(), encoded.begin() + size);
}

std::string websocket_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + 10);
  frame.push_back(static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode)));
  const std::uint64_t size = payload.size();
  std::size_t length_bytes = 0;
  if (size <= kControlBytesMax) {
    frame.push_back(static_cast<char>(size));
  } else if (size <= 0xFFFF) {
    frame.push_back(126);
    length_bytes = 2;
  } else {
    frame.push_back(127);
    length_bytes = 8;
  }
  for (std::size_t i = length_bytes; i > 0; --i) {
    frame.push_back(static_cast<char>((size >> (8 * (i - 1))) & 0xFFU));
  }
  frame.append(payload);
  return frame;
}

std::string websocket_close(CloseCode code, std::string_view reason) {
  const auto number = static_cast<std::uint16_t>(code);
  std::string payload;
  if (code != CloseCode::kNone) {
    payload.push_back(static_cast<char>(number >> 8U));
    payload.push_back(static_cast<char>(number & 0xFFU));
    payload.append(whole_start(reason, kControlBytesMax - 2));
  }
  return websocket_frame(Opcode::kClose, payload);
}

WebsocketReader::Kind WebsocketReader::broken(CloseCode code) {
  code_ = code;
  payload_ = {};
  return Kind::kBroken;
}

WebsocketReader::Kind WebsocketReader::read(std::string_view& bytes) {
  for (;;) {
    if (!in_payload_) {
      if (!take_head(bytes)) {
        return Kind::kMore;
      }
      const Kind kind = begin_frame();
      if (kind == Kind::kBroken) {
        return kind;
      }
    }
    std::string& into = is_control(opcode_) ? control_ : message_;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    for (std::size_t i = 0; i < count; ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes[i]);
      into.push_back(static_cast<char>(byte ^ head_[head_size_ - 4 + (mask_at_++ & 3U)]));
    }
    bytes.remove_prefix(count);
    left_ -= count;
    if (left_ > 0) {
      return Kind::kMore;
    }
    const Kind kind = end_frame();
    if (kind != Kind::kMore) {
      return kind;
    }
  }
}

/// Whether the frame's head is whole: two bytes, then as many as those announce.
bool WebsocketReader::take_head(std::string_view& bytes) {
  for (;;) {
    std::size_t wanted = 2;
    if (head_size_ >= 2) {
      const std::uint8_t length = head_[1] & 0x7FU;
      wanted += length == 126 ? 2U : length == 127 ? 8U : 0U;
      wanted += (head_[1] & kMasked) != 0 ? 4U : 0U;
    }
    if (head_size_ >= 2 && head_size_ >= wanted) {
      return true;
    }
    const std::size_t count = std::min(wanted - head_size_, bytes.size());
    if (count == 0) {
      return false;
    }
    std::copy_n(bytes.begin(), count, head_.begin() + static_cast<std::ptrdiff_t>(head_size_));
    head_size_ += count;
    bytes.remove_prefix(count);
  }
}

WebsocketReader::Kind WebsocketReader::begin_frame() {
  opcode_ = static_cast<Opcode>(head_[0] & 0x0FU);
  final_ = (head_[0] & kFinal) != 0;
  // Section 5.1: what comes from a client is masked. Section 5.2: no extension, no reserved bit.
  if ((head_[1] & kMasked) == 0 || (head_[0] & kReserved) != 0 || !is_known(opcode_)) {
    return broken(CloseCode::kProtocolError);
  }
  const std::uint8_t length = head_[1] & 0x7FU;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  left_ = length_bytes == 0 ? length : 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    left_ = left_ << 8U | head_[2 + i];
  }
  // Section 5.2: the shortest form of a length, and its highest bit clear.
  const bool shortest = length_bytes == 0 || (length_bytes == 2 ? left_ > 125 : left_ > 0xFFFF);
  if (!shortest || left_ >> 63U != 0) {
    return broken(CloseCode::kProtocolError);
  }
  if (is_control(opcode_)) {
    if (!final_ || left_ > kControlBytesMax) {
      return broken(CloseCode::kProtocolError);
    }
    control_.clear();
  } else {
    // Section 5.4: a continuation continues something; anything else begins.
    if ((opcode_ == Opcode::kContinuation) != fragmented_) {
      return broken(CloseCode::kProtocolError);
    }
    if (!fragmented_) {
      message_.clear();
      text_ = opcode_ == Opcode::kText;
    }
    if (left_ > message_max_ - message_.size()) {
      return broken(CloseCode::kTooBig);
    }
  }
  in_payload_ = true;
  mask_at_ = 0;
  return Kind::kMore;
}

WebsocketReader::Kind WebsocketReader::end_frame() {
  in_payload_ = false;
  head_size_ = 0;
  switch (opcode_) {
    case Opcode::kPing:
      payload_ = control_;
      return Kind::kPing;
    case Opcode::kPong:
      payload_ = control_;
      return Kind::kPong;
    case Opcode::kClose:
      return end_close();
    case Opcode::kContinuation:
    case Opcode::kText:
    case Opcode::kBinary:
      break;
  }
  fragmented_ = !final_;
  if (!final_) {
    return Kind::kMore;
  }
  if (text_ && !base::is_utf8(message_)) {
    return broken(CloseCode::kBadText);
  }
  payload_ = message_;
  return Kind::kMessage;
}

WebsocketReader::Kind WebsocketReader::end_close() {
  payload_ = {};
  code_ = CloseCode::kNone;
  if (control_.empty()) {
    return Kind::kClose;
  }
  if (control_.size() == 1) {
    return broken(CloseCode::kProtocolError);
  }
  const auto code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(control_[0]) << 8U |
                                               static_cast<std::uint8_t>(control_[1]));
  if (!is_sendable(code)) {
    return broken(CloseCode::kProtocolError);
  }
  const std::string_view reason = std::string_view(control_).substr(2);
  if (!base::is_utf8(reason)) {
    return broken(CloseCode::kBadText);
  }
  code_ = static_cast<CloseCode>(code);
  payload_ = reason;
  return Kind::kClose;
}

}  // namespace keepline::net
