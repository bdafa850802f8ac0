// Any bytes of a WebSocket's client: the reader never crashes, says the same however the bytes are
// cut, keeps within its bound, and passes on only what it promises.
//
// The first byte of the input says how the rest is cut, the second how long a message may be.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "net/websocket.h"

namespace {

using keepline::base::check;
using keepline::net::CloseCode;
using keepline::net::Opcode;
using keepline::net::WebsocketReader;
using Kind = WebsocketReader::Kind;

struct Said {
  Kind kind = Kind::kMore;
  std::string payload;
  CloseCode code = CloseCode::kNone;
  bool text = false;
  friend bool operator==(const Said&, const Said&) = default;
};

void check_promises(const Said& said, std::size_t message_max) {
  const bool is_control =
      said.kind == Kind::kPing || said.kind == Kind::kPong || said.kind == Kind::kClose;
  check(said.payload.size() <= (is_control ? 125 : message_max), "a payload is bounded");
  check(!(said.kind == Kind::kMessage && said.text) || keepline::base::is_utf8(said.payload),
        "text is UTF-8");
  if (said.kind == Kind::kClose) {
    check(keepline::base::is_utf8(said.payload), "a reason is UTF-8");
    // What is answered must itself be a frame that may be sent.
    const std::string echo = keepline::net::websocket_close(said.code);
    check(echo.size() == (said.code == CloseCode::kNone ? 2U : 4U), "an echo has the code alone");
    const auto code = static_cast<unsigned>(said.code);
    check((code >= 1000 && code < 1015 && code != 1004 && code != 1006) ||
              (code >= 3000 && code < 5000),
          "a code may be sent");
  }
  if (said.kind == Kind::kBroken) {
    check(said.payload.empty(), "nothing of broken input is passed on");
    check(said.code == CloseCode::kProtocolError || said.code == CloseCode::kBadText ||
              said.code == CloseCode::kTooBig,
          "broken input has one of three codes");
  }
}

std::vector<Said> feed(std::string_view bytes, std::size_t piece, std::size_t message_max) {
  std::vector<Said> all;
  WebsocketReader reader(message_max);
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    for (;;) {
      const Kind kind = reader.read(part);
      if (kind == Kind::kMore) {
        check(part.empty(), "more is asked for when all is used up");
        break;
      }
      Said said{kind, std::string(reader.payload()), CloseCode::kNone, false};
      if (kind == Kind::kMessage) {
        said.text = reader.is_text();
      }
      if (kind == Kind::kClose || kind == Kind::kBroken) {
        said.code = reader.close_code();
      }
      check_promises(said, message_max);
      all.push_back(std::move(said));
      if (kind == Kind::kBroken) {
        return all;
      }
    }
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const std::size_t message_max = data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = feed(bytes, bytes.size(), message_max);
  check(feed(bytes, 1, message_max) == whole, "byte by byte is the same");
  check(feed(bytes, 1U + data[0], message_max) == whole, "cuts change nothing");
  keepline::net::websocket_accept(bytes);
  return 0;
}
