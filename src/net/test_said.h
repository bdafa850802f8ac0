#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/test_frames.h"
#include "net/websocket.h"

// What a WebsocketReader makes of bytes, as lines that a test can read at a glance.
namespace keepline::net::test {

inline constexpr std::size_t kMessageMax = 100'000;

/// What is said, as a line each: "text 5 hello", "ping 2 ab", "close 1000 bye", "broken 1002". A
/// long payload is told by its size and a sum.
inline std::string line_of(WebsocketReader::Kind kind, const WebsocketReader& reader) {
  const std::string_view payload = reader.payload();
  std::uint64_t sum = 14695981039346656037ULL;
  for (const char byte : payload) {
    sum = (sum ^ static_cast<std::uint8_t>(byte)) * 1099511628211ULL;
  }
  const std::string shown = payload.size() <= 40 ? std::string(payload) : fmt::format("#{:x}", sum);
  const auto code = static_cast<int>(reader.close_code());
  switch (kind) {
    case WebsocketReader::Kind::kMessage:
      return fmt::format("{} {} {}", reader.is_text() ? "text" : "binary", payload.size(), shown);
    case WebsocketReader::Kind::kPing:
      return fmt::format("ping {} {}", payload.size(), shown);
    case WebsocketReader::Kind::kPong:
      return fmt::format("pong {} {}", payload.size(), shown);
    case WebsocketReader::Kind::kClose:
      return fmt::format("close {} {}", code, shown);
    case WebsocketReader::Kind::kBroken:
      return fmt::format("broken {}", code);
    case WebsocketReader::Kind::kMore:
      return "more";
  }
  return "?";
}

/// Reads pieces one after another, until they end or are broken.
inline std::vector<std::string> said_of(const std::vector<std::string>& pieces,
                                        std::size_t message_max = kMessageMax,
                                        bool* idle = nullptr) {
  WebsocketReader reader(message_max);
  std::vector<std::string> said;
  for (const std::string& piece : pieces) {
    std::string_view bytes = piece;
    for (;;) {
      const WebsocketReader::Kind kind = reader.read(bytes);
      if (kind == WebsocketReader::Kind::kMore) {
        EXPECT_EQ(bytes, "") << "more is asked for only when all is used up";
        break;
      }
      said.push_back(line_of(kind, reader));
      if (kind == WebsocketReader::Kind::kBroken) {
        EXPECT_EQ(reader.payload(), "") << "nothing of broken input is passed on";
        return said;
      }
    }
  }
  if (idle != nullptr) {
    *idle = reader.idle();
  }
  return said;
}
inline std::vector<std::string> said_of(const std::string& bytes) {
  return said_of(std::vector<std::string>{bytes});
}

inline std::vector<std::string> one_by_one(const std::string& bytes) {
  std::vector<std::string> pieces;
  for (const char byte : bytes) {
    pieces.emplace_back(1, byte);
  }
  return pieces;
}

}  // namespace keepline::net::test
