#include "net/websocket.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base/utf8.h"
#include "net/test_frames.h"
#include "net/test_said.h"

// The frames of RFC 6455 (sections 5 and 7.4), without a socket.
namespace keepline::net {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::client_close;
using test::client_frame;
using test::ClientFrame;
using test::kMessageMax;
using test::one_by_one;
using test::said_of;
using testing::ElementsAre;

TEST(WebsocketAccept, IsThatOfTheRfcsExample) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebsocketAccept, IsNotThereForAKeyThatIsNot16BytesInBase64) {
  for (const std::string key :
       {"", "==", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZWE=", "dGhlIHNhbXBsZSBub25jZWFi", "dGhlIHNhbXBsZSBub25jZ-==",
        "dGhlIHNhbXBsZSBub25j Q==", "=GhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==\n"}) {
    EXPECT_FALSE(websocket_accept(key)) << key;
  }
  EXPECT_FALSE(websocket_accept("dGhlIHNhbXBsZSBub25j\0Q=="s));
}

TEST(WebsocketFrame, HasTheShortestLengthAndNoMask) {
  EXPECT_EQ(websocket_frame(Opcode::kText, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(websocket_frame(Opcode::kPong, ""), "\x8a\0"s);
  EXPECT_EQ(websocket_frame(Opcode::kText, std::string(125, 'a')).substr(0, 3),
            "\x81\x7d"
            "a");
  EXPECT_EQ(websocket_frame(Opcode::kText, std::string(126, 'a')).substr(0, 5),
            "\x81\x7e\0\x7e"
            "a"s);
  EXPECT_EQ(websocket_frame(Opcode::kText, std::string(0xFFFF, 'a')).substr(0, 5),
            "\x81\x7e\xff\xff"
            "a");
  EXPECT_EQ(websocket_frame(Opcode::kText, std::string(0x10000, 'a')).substr(0, 11),
            "\x81\x7f\0\0\0\0\0\1\0\0"
            "a"s);
  EXPECT_EQ(websocket_frame(Opcode::kText, std::string(0x10000, 'a')).size(), 0x10000U + 10);
}

TEST(WebsocketClose, CarriesACodeAndAReasonThatFits) {
  EXPECT_EQ(websocket_close(CloseCode::kNormal), "\x88\x02\x03\xe8"s);
  EXPECT_EQ(websocket_close(CloseCode::kSignIn, "bye"),
            "\x88\x05\x11\x31"
            "bye");
  EXPECT_EQ(websocket_close(CloseCode::kNone), "\x88\0"s);
  EXPECT_EQ(websocket_close(CloseCode::kNone, "not without a code"), "\x88\0"s);
  EXPECT_EQ(websocket_close(CloseCode::kNormal, std::string(123, 'a')).size(), 127U);
  EXPECT_EQ(websocket_close(CloseCode::kNormal, std::string(500, 'a')),
            websocket_close(CloseCode::kNormal, std::string(123, 'a')));
}

// Goal: a reason is UTF-8 (section 5.5.1), also one that was too long.
TEST(WebsocketClose, CutsAReasonBetweenCharacters) {
  for (std::size_t before = 110; before < 124; ++before) {
    const std::string frame =
        websocket_close(CloseCode::kNormal, std::string(before, 'a') + "€𝄞ß€𝄞ß€𝄞ß");
    EXPECT_TRUE(base::is_utf8(std::string_view(frame).substr(4))) << before;
    EXPECT_LE(frame.size(), 127U);
    EXPECT_GT(frame.size(), 123U);
  }
}

TEST(WebsocketReader, ReadsTheRfcsExamples) {
  EXPECT_THAT(said_of("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ElementsAre("text 5 Hello"));
  EXPECT_THAT(said_of("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ElementsAre("ping 5 Hello"));
}

TEST(WebsocketReader, ReadsEveryFormOfALength) {
  for (const std::size_t size :
       {0U, 1U, 124U, 125U, 126U, 127U, 255U, 256U, 65'535U, 65'536U, 65'537U, 100'000U}) {
    std::string payload(size, 'a');
    for (std::size_t i = 0; i < size; ++i) {
      payload[i] = static_cast<char>('a' + i % 23);
    }
    bool idle = false;
    const std::string ping = client_frame(Opcode::kPing, "p");
    const auto said = said_of({client_frame(Opcode::kBinary, payload) + ping}, kMessageMax, &idle);
    ASSERT_EQ(said.size(), 2U) << size;
    EXPECT_TRUE(said[0].starts_with(fmt::format("binary {} ", size))) << said[0];
    EXPECT_EQ(said[1], "ping 1 p");
    EXPECT_TRUE(idle);
    // The same bytes, in two fragments, are the same message.
    const std::string halves = client_frame(Opcode::kBinary, payload.substr(0, size / 3), false) +
                               client_frame(Opcode::kContinuation, payload.substr(size / 3));
    EXPECT_THAT(said_of(halves), ElementsAre(said[0]));
  }
}

TEST(WebsocketReader, TakesAnyMask) {
  for (const std::array<std::uint8_t, 4> mask :
       {std::array<std::uint8_t, 4>{0, 0, 0, 0}, {0xFF, 0xFF, 0xFF, 0xFF}, {1, 2, 3, 4}}) {
    ClientFrame frame;
    frame.payload = "any mask is a mask";
    frame.mask = mask;
    EXPECT_THAT(said_of(bytes_of(frame) + bytes_of(frame)),
                ElementsAre("text 18 any mask is a mask", "text 18 any mask is a mask"));
  }
}

TEST(WebsocketReader, PutsFragmentsTogetherAndHearsControlFramesBetweenThem) {
  const std::string bytes =
      client_frame(Opcode::kText, "Hel", false) + client_frame(Opcode::kPing, "one") +
      client_frame(Opcode::kContinuation, "", false) + client_frame(Opcode::kPong, "") +
      client_frame(Opcode::kContinuation, "lo", false) + client_frame(Opcode::kPing, "two") +
      client_frame(Opcode::kContinuation, "") + client_frame(Opcode::kBinary, "\xff\0"s) +
      client_frame(Opcode::kText, "") + client_close(1000, "bye");
  const std::vector<std::string> wanted{"ping 3 one",    "pong 0 ",          "ping 3 two",
                                        "text 5 Hello",  "binary 2 \xff\0"s, "text 0 ",
                                        "close 1000 bye"};
  EXPECT_EQ(said_of(bytes), wanted);
  EXPECT_EQ(said_of(one_by_one(bytes)), wanted);
}

TEST(WebsocketReader, KeepsNothingBetweenMessages) {
  bool idle = false;
  said_of({}, kMessageMax, &idle);
  EXPECT_TRUE(idle);
  for (const std::string& part :
       {client_frame(Opcode::kText, "Hel", false), "\x81"s,
        client_frame(Opcode::kText, "a").substr(0, 5),
        client_frame(Opcode::kText, "a").substr(0, 6),
        client_frame(Opcode::kText, "Hel", false) + client_frame(Opcode::kPing, "")}) {
    said_of({part}, kMessageMax, &idle);
    EXPECT_FALSE(idle) << part.size();
  }
}

TEST(WebsocketReader, HearsEveryCloseThatMayBeSent) {
  EXPECT_THAT(said_of(client_frame(Opcode::kClose, "")), ElementsAre("close 1005 "));
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                         3000, 3999, 4000, 4401, 4999}) {
    EXPECT_THAT(said_of(client_close(static_cast<std::uint16_t>(code))),
                ElementsAre(fmt::format("close {} ", code)));
    EXPECT_THAT(said_of(client_close(static_cast<std::uint16_t>(code), "因")),
                ElementsAre(fmt::format("close {} 因", code)));
  }
  const auto longest = said_of(client_close(1000, std::string(123, 'a')));
  EXPECT_TRUE(longest.at(0).starts_with("close 1000 #"));
}

TEST(WebsocketReader, TakesTextOfEveryPlaneCutAnywhere) {
  const std::string text = "κόσμε \xF4\x8F\xBF\xBF \xED\x9F\xBF \xEE\x80\x80 𝄞";
  ASSERT_TRUE(base::is_utf8(text));
  const auto whole = said_of(client_frame(Opcode::kText, text));
  ASSERT_TRUE(whole.at(0).starts_with("text"));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(said_of(client_frame(Opcode::kText, text.substr(0, cut), false) +
                      client_frame(Opcode::kContinuation, text.substr(cut))),
              whole);
  }
}

// Goal: what a server sends, masked, is what a client sent.
TEST(WebsocketReader, ReadsWhatTheServersFramesSay) {
  for (const std::size_t size : {0U, 125U, 126U, 65'535U, 65'536U}) {
    const std::string payload(size, 'z');
    std::string frame = websocket_frame(Opcode::kText, payload);
    const std::size_t head = frame.size() - size;
    frame[1] = static_cast<char>(static_cast<std::uint8_t>(frame[1]) | 0x80U);
    frame.insert(head, 4, '\0');
    EXPECT_EQ(said_of(frame), said_of(client_frame(Opcode::kText, payload)));
  }
}

}  // namespace
}  // namespace keepline::net
