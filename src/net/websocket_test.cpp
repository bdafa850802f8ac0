#include "net/websocket.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "base/random.h"
#include "base/utf8.h"
#include "net/test_frames.h"

// The frames of RFC 6455 (sections 5 and 7.4), without a socket.
namespace keepline::net {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::client_close;
using test::client_frame;
using test::ClientFrame;
using test::close_payload;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = WebsocketReader::Kind;

constexpr std::size_t kMessageMax = 100'000;

/// What is said, as a line each: "text 5 hello", "ping 2 ab", "close 1000 bye", "broken 1002". A
/// long payload is told by its size and a sum.
std::string line_of(Kind kind, const WebsocketReader& reader) {
  const std::string_view payload = reader.payload();
  std::uint64_t sum = 14695981039346656037ULL;
  for (const char byte : payload) {
    sum = (sum ^ static_cast<std::uint8_t>(byte)) * 1099511628211ULL;
  }
  const std::string shown = payload.size() <= 40 ? std::string(payload) : fmt::format("#{:x}", sum);
  const auto code = static_cast<int>(reader.close_code());
  switch (kind) {
    case Kind::kMessage:
      return fmt::format("{} {} {}", reader.is_text() ? "text" : "binary", payload.size(), shown);
    case Kind::kPing:
      return fmt::format("ping {} {}", payload.size(), shown);
    case Kind::kPong:
      return fmt::format("pong {} {}", payload.size(), shown);
    case Kind::kClose:
      return fmt::format("close {} {}", code, shown);
    case Kind::kBroken:
      return fmt::format("broken {}", code);
    case Kind::kMore:
      return "more";
  }
  return "?";
}

/// Reads pieces one after another, until they end or are broken.
std::vector<std::string> said_of(const std::vector<std::string>& pieces,
                                 std::size_t message_max = kMessageMax, bool* idle = nullptr) {
  WebsocketReader reader(message_max);
  std::vector<std::string> said;
  for (const std::string& piece : pieces) {
    std::string_view bytes = piece;
    for (;;) {
      const Kind kind = reader.read(bytes);
      if (kind == Kind::kMore) {
        EXPECT_EQ(bytes, "") << "more is asked for only when all is used up";
        break;
      }
      said.push_back(line_of(kind, reader));
      if (kind == Kind::kBroken) {
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
std::vector<std::string> said_of(const std::string& bytes) {
  return said_of(std::vector<std::string>{bytes});
}

std::vector<std::string> one_by_one(const std::string& bytes) {
  std::vector<std::string> pieces;
  for (const char byte : bytes) {
    pieces.emplace_back(1, byte);
  }
  return pieces;
}

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

struct BrokenCase {
  std::string name;
  std::string bytes;
  int code;
};

std::vector<BrokenCase> broken_cases() {
  std::vector<BrokenCase> cases;
  const auto add = [&](std::string name, std::string bytes, int code = 1002) {
    cases.push_back({std::move(name), std::move(bytes), code});
  };
  for (const std::uint8_t reserved : std::array<std::uint8_t, 4>{0x40, 0x20, 0x10, 0x70}) {
    for (const Opcode opcode : {Opcode::kText, Opcode::kPing, Opcode::kClose}) {
      ClientFrame frame;
      frame.opcode = opcode;
      frame.reserved = reserved;
      add(fmt::format("reserved {:x} of {}", reserved, static_cast<int>(opcode)), bytes_of(frame));
    }
    add(fmt::format("reserved {:x} of a continuation", reserved),
        client_frame(Opcode::kText, "a", false) +
            bytes_of({.opcode = Opcode::kContinuation, .payload = "b", .reserved = reserved}));
  }
  for (const int opcode : {3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
    for (const std::string payload : {"", "a"}) {
      add(fmt::format("opcode {:x}", opcode), client_frame(static_cast<Opcode>(opcode), payload));
    }
  }
  for (const Opcode opcode :
       {Opcode::kText, Opcode::kBinary, Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    for (const std::size_t size : {0U, 5U}) {
      add(fmt::format("unmasked {} of {}", static_cast<int>(opcode), size),
          bytes_of({.opcode = opcode, .payload = std::string(size, 'a'), .masked = false}));
    }
  }
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    const auto name = static_cast<int>(opcode);
    add(fmt::format("long {}", name),
        client_frame(opcode, close_payload(1000) + std::string(124, 'a')));
    add(fmt::format("very long {}", name), client_frame(opcode, std::string(70'000, 'a')));
    add(fmt::format("fragmented {}", name), client_frame(opcode, "", false));
    add(fmt::format("{} with a long form of its length", name),
        bytes_of({.opcode = opcode, .payload = close_payload(1000), .length_bytes = 2}));
  }
  for (const std::size_t size : {0U, 1U, 125U}) {
    add(fmt::format("16 bits for {}", size),
        bytes_of({.payload = std::string(size, 'a'), .length_bytes = 2}));
  }
  for (const std::size_t size : {0U, 125U, 126U, 65'535U}) {
    add(fmt::format("64 bits for {}", size),
        bytes_of({.payload = std::string(size, 'a'), .length_bytes = 8}));
  }
  add("the highest bit of a length", "\x82\xff\x80\0\0\0\0\1\0\0mask"s);
  add("all bits of a length", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffmask"s);
  add("a lone continuation", client_frame(Opcode::kContinuation, "a"));
  add("a lone continuation that goes on", client_frame(Opcode::kContinuation, "a", false));
  add("a continuation after a whole message",
      client_frame(Opcode::kBinary, "a") + client_frame(Opcode::kContinuation, "a"));
  add("text within a message",
      client_frame(Opcode::kText, "a", false) + client_frame(Opcode::kText, "b"));
  add("binary within text",
      client_frame(Opcode::kText, "a", false) + client_frame(Opcode::kBinary, "b", false));
  add("close with one byte", client_frame(Opcode::kClose, "a"));
  for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65'535}) {
    add(fmt::format("close with {}", code), client_close(static_cast<std::uint16_t>(code)));
    add(fmt::format("close with {} and a reason", code),
        client_close(static_cast<std::uint16_t>(code), "why"));
  }
  for (const std::string bad :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\x80"}) {
    add("a reason that is not UTF-8", client_close(1000, bad), 1007);
    add("text that is not UTF-8", client_frame(Opcode::kText, bad), 1007);
    add("text that is not UTF-8 over fragments",
        client_frame(Opcode::kText, "a", false) +
            client_frame(Opcode::kContinuation, bad.substr(0, 1), false) +
            client_frame(Opcode::kContinuation, bad.substr(1)),
        1007);
  }
  add("one byte too many", client_frame(Opcode::kText, std::string(kMessageMax + 1, 'a')), 1009);
  add("too long by what is announced", "\x81\xff\0\0\0\0\0\1\x86\xa1mask"s, 1009);
  add("far too long by what is announced", "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask"s, 1009);
  add("too long in sum",
      client_frame(Opcode::kBinary, std::string(kMessageMax, 'a'), false) +
          client_frame(Opcode::kContinuation, "a"),
      1009);
  return cases;
}

// Goal: whatever the RFC forbids is found out, whatever comes before and however the bytes are cut.
TEST(WebsocketReader, RefusesWhatIsForbidden) {
  for (const BrokenCase& each : broken_cases()) {
    SCOPED_TRACE(each.name);
    const std::string broken = fmt::format("broken {}", each.code);
    const auto at_once = said_of(each.bytes + client_frame(Opcode::kText, "after"));
    ASSERT_FALSE(at_once.empty());
    EXPECT_EQ(at_once.back(), broken);
    const auto later = said_of(client_frame(Opcode::kPing, "before") + each.bytes);
    EXPECT_EQ(later.front(), "ping 6 before");
    EXPECT_EQ(later.back(), broken);
    if (each.bytes.size() < 1000) {
      EXPECT_EQ(said_of(one_by_one(each.bytes)).back(), broken);
    }
  }
}

// Goal: what is too long is refused by its announced length: none of it is taken.
TEST(WebsocketReader, RefusesALongMessageBeforeItsBytes) {
  const std::string frame = client_frame(Opcode::kText, std::string(11, 'a'));
  EXPECT_THAT(said_of({frame}, 11), ElementsAre("text 11 aaaaaaaaaaa"));
  EXPECT_THAT(said_of({frame.substr(0, 6)}, 10), ElementsAre("broken 1009"));
  EXPECT_THAT(said_of({client_frame(Opcode::kText, "") + frame.substr(0, 6)}, 10),
              ElementsAre("text 0 ", "broken 1009"));
  // One message after another each has the whole room.
  EXPECT_THAT(said_of({frame + frame}, 11).size(), 2U);
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

/// Some frames, mostly right, with what is broken only at the end.
std::string random_frames(base::Random& random) {
  const auto dice = [&](std::int64_t high) {
    return static_cast<std::size_t>(random.between(0, high));
  };
  const auto bytes = [&](std::size_t size) {
    std::string text(size, 'x');
    for (char& byte : text) {
      byte = static_cast<char>('a' + dice(25));
    }
    return text;
  };
  std::string all;
  bool fragmented = false;
  for (std::size_t n = 1 + dice(8); n > 0; --n) {
    ClientFrame frame;
    for (std::uint8_t& byte : frame.mask) {
      byte = static_cast<std::uint8_t>(dice(255));
    }
    if (dice(2) == 0) {
      frame.opcode = dice(1) == 0 ? Opcode::kPing : Opcode::kPong;
      frame.payload = bytes(dice(125));
    } else {
      frame.opcode =
          fragmented ? Opcode::kContinuation : (dice(1) == 0 ? Opcode::kText : Opcode::kBinary);
      frame.payload = bytes(dice(3) == 0 ? dice(600) : dice(20));
      frame.final = dice(2) != 0;
      fragmented = !frame.final;
    }
    all += bytes_of(frame);
  }
  switch (dice(4)) {
    case 0:
      return all + client_close(1000, "bye");
    case 1: {
      const auto cases = broken_cases();
      const BrokenCase& bad = cases[dice(static_cast<std::int64_t>(cases.size()) - 1)];
      return bad.bytes.size() < 1000 ? all + bad.bytes : all;
    }
    case 2:
      return all.substr(0, all.size() - dice(5));
    default:
      return all;
  }
}

// Goal: how the network cuts the bytes changes nothing.
// Method: random frames, whole, byte by byte and split anywhere; the seed is printed.
TEST(WebsocketReader, SaysTheSameHoweverTheBytesAreCut) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  base::SeededRandom random(seed);
  for (int round = 0; round < 300; ++round) {
    const std::string bytes = random_frames(random);
    const auto whole = said_of(bytes);
    ASSERT_EQ(said_of(one_by_one(bytes)), whole) << "round " << round;
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size();) {
      const auto size = static_cast<std::size_t>(random.between(0, 40));
      pieces.push_back(bytes.substr(at, size));
      at += size;
    }
    ASSERT_EQ(said_of(pieces), whole) << "round " << round;
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
