#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/websocket.h"

// Frames as a client sends them, right or wrong: what the suites about WebSockets share.
namespace keepline::net::test {

struct ClientFrame {
  Opcode opcode = Opcode::kText;
  std::string payload;
  bool final = true;
  bool masked = true;
  std::uint8_t reserved = 0;     ///< of 0x70
  std::size_t length_bytes = 9;  ///< 0, 2 or 8; 9 is the shortest that fits
  std::array<std::uint8_t, 4> mask{0x37, 0xFA, 0x21, 0x3D};
};

inline std::string bytes_of(const ClientFrame& frame) {
  const std::uint64_t size = frame.payload.size();
  const std::size_t shortest = size <= 125 ? 0 : size <= 0xFFFF ? 2 : 8;
  const std::size_t length_bytes = frame.length_bytes == 9 ? shortest : frame.length_bytes;
  const std::uint64_t length = length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127;
  std::string bytes;
  bytes.push_back(static_cast<char>((frame.final ? 0x80U : 0U) | frame.reserved |
                                    static_cast<std::uint8_t>(frame.opcode)));
  bytes.push_back(static_cast<char>((frame.masked ? 0x80U : 0U) | length));
  for (std::size_t i = length_bytes; i > 0; --i) {
    bytes.push_back(static_cast<char>((size >> (8 * (i - 1))) & 0xFFU));
  }
  if (!frame.masked) {
    return bytes + frame.payload;
  }
  bytes.append(frame.mask.begin(), frame.mask.end());
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    bytes.push_back(static_cast<char>(static_cast<std::uint8_t>(frame.payload[i]) ^
                                      frame.mask.at(i % frame.mask.size())));
  }
  return bytes;
}

inline std::string client_frame(Opcode opcode, std::string_view payload, bool final = true) {
  ClientFrame frame;
  frame.opcode = opcode;
  frame.payload = payload;
  frame.final = final;
  return bytes_of(frame);
}

/// What a close frame carries.
inline std::string close_payload(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
  return payload.append(reason);
}

inline std::string client_close(std::uint16_t code, std::string_view reason = {}) {
  return client_frame(Opcode::kClose, close_payload(code, reason));
}

}  // namespace keepline::net::test
