#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "net/test_frames.h"
#include "net/test_streams.h"

// WebSockets over real sockets: what their clients say.
namespace keepline::net {
namespace {

using namespace std::string_literals;
using test::a_lot;
using test::client_close;
using test::client_frame;
using test::get;
using test::Reader;
using test::StreamTest;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kPong = "\x8a\x02hi";

TEST_F(StreamTest, IsUpgradedToAWebSocket) {
  Reader reader = begin(Framing::kWebsocket);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: Upgrade\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nUpgrade: websocket\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, Not(HasSubstr("Content-Type")));
  say(websocket_frame(Opcode::kText, "two"));
  EXPECT_EQ(reader.bytes(5), "\x81\x03two");
  finish(websocket_close(CloseCode::kRestart));
  EXPECT_EQ(reader.to_end(), "\x88\x02\x03\xf4"s);
  EXPECT_EQ(speaker.heard(), 0);
}

TEST_F(StreamTest, AnswersAPingInWholeOrInPieces) {
  Reader reader = begin(Framing::kWebsocket);
  reader.client.send(client_frame(Opcode::kPing, "hi"));
  EXPECT_EQ(reader.bytes(4), kPong);
  reader.client.trickle(client_frame(Opcode::kPing, "hi") + client_frame(Opcode::kPong, "?"));
  EXPECT_EQ(reader.bytes(4), kPong);
  const std::string longest(125, 'p');
  reader.client.send(client_frame(Opcode::kPing, longest));
  EXPECT_EQ(reader.bytes(127), websocket_frame(Opcode::kPong, longest));
  say("still here");
  EXPECT_EQ(reader.bytes(10), "still here");
  EXPECT_EQ(speaker.heard(), 0);
}

TEST_F(StreamTest, AnswersAPingThatCameWithTheHandshake) {
  Reader reader = begin(Framing::kWebsocket, client_frame(Opcode::kPing, "hi"));
  EXPECT_EQ(reader.bytes(4), kPong);
  // Also where the frame's end came later.
  const std::string ping = client_frame(Opcode::kPing, "hi");
  Reader other = begin(Framing::kWebsocket, ping.substr(0, 3));
  other.client.send(ping.substr(3));
  EXPECT_EQ(other.bytes(4), kPong);
}

TEST_F(StreamTest, AnswersAPingBehindWhatIsOnItsWay) {
  Reader reader = begin(Framing::kWebsocket, {}, /*receive_buffer=*/4096);
  const std::string message = websocket_frame(Opcode::kText, a_lot('a'));
  say(message);
  reader.client.send(client_frame(Opcode::kPing, "hi"));
  const std::string got = reader.bytes(message.size());
  EXPECT_TRUE(got == message);
  EXPECT_EQ(reader.bytes(4), kPong);
}

TEST_F(StreamTest, EchoesACloseAndItsCode) {
  struct Case {
    std::string sent;
    std::string echo;
  };
  for (const Case& each : {Case{client_close(1000, "bye"), websocket_close(CloseCode::kNormal)},
                           Case{client_close(4999), "\x88\x02\x13\x87"},
                           Case{client_frame(Opcode::kClose, ""), "\x88\0"s},
                           Case{client_frame(Opcode::kPing, "hi") + client_close(1001),
                                std::string(kPong) + "\x88\x02\x03\xe9"},
                           // After its close nothing that a client says counts.
                           Case{client_close(1000) + client_frame(Opcode::kPing, "hi") + "\xff\xff",
                                websocket_close(CloseCode::kNormal)}}) {
    for (const bool with_handshake : {false, true}) {
      speaker.gone = 0;
      Reader reader = begin(Framing::kWebsocket, with_handshake ? each.sent : "");
      if (!with_handshake) {
        reader.client.send(each.sent);
      }
      EXPECT_EQ(reader.to_end(), each.echo);
      EXPECT_FALSE(reader.client.was_reset());
      EXPECT_TRUE(becomes_gone());
      reader.client.close();
      EXPECT_TRUE(all_closed());
      EXPECT_EQ(speaker.heard(), 1);
    }
  }
}

TEST_F(StreamTest, ClosesOnDataAndOnBrokenFrames) {
  struct Case {
    std::string sent;
    int code;
  };
  for (const Case& each :
       {Case{client_frame(Opcode::kText, "hello"), 1003},
        Case{client_frame(Opcode::kBinary, ""), 1003},
        Case{client_frame(Opcode::kText, "he", false) + client_frame(Opcode::kContinuation, "llo"),
             1003},
        Case{websocket_frame(Opcode::kText, "unmasked"), 1002},
        Case{client_frame(Opcode::kContinuation, "lone"), 1002}, Case{client_close(1005), 1002},
        Case{client_frame(Opcode::kText, "\xff"), 1007},
        Case{client_frame(Opcode::kText, std::string(4097, 'a')), 1009},
        Case{get("/not-a-frame"), 1002}}) {
    speaker.gone = 0;
    Reader reader = begin(Framing::kWebsocket);
    reader.client.send(each.sent);
    EXPECT_EQ(reader.to_end(), websocket_close(static_cast<CloseCode>(each.code)));
    EXPECT_FALSE(reader.client.was_reset());
    EXPECT_TRUE(becomes_gone());
    reader.client.close();
    EXPECT_TRUE(all_closed());
    EXPECT_EQ(speaker.heard(), 1);
  }
}

}  // namespace
}  // namespace keepline::net
