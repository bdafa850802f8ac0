#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

#include "base/random.h"
#include "net/test_frames.h"
#include "net/test_said.h"

// What RFC 6455 forbids a client to send, and that cuts of the bytes change nothing.
namespace keepline::net {
namespace {

using namespace std::string_literals;
using test::bytes_of;
using test::client_close;
using test::client_frame;
using test::ClientFrame;
using test::close_payload;
using test::kMessageMax;
using test::one_by_one;
using test::said_of;
using testing::ElementsAre;

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

}  // namespace
}  // namespace keepline::net
