#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/test_frames.h"
#include "net/test_server.h"

// Answers without an end, over real sockets: event streams and WebSockets.
namespace keepline::net {

using namespace std::string_literals;
using test::Client;
using test::client_close;
using test::client_frame;
using test::get;
using test::TestServer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

/// What an event stream of the push engine does, in small: says what it is given, one thing after
/// another. Its members but the counters live on the shard.
class Speaker final : public StreamOwner {
 public:
  void open(Exchange exchange, Framing framing) {
    const int before = heard();
    Response head;
    if (framing == Framing::kWebsocket) {
      head.status = 101;
      head.headers.emplace_back("Upgrade", "websocket");
    } else {
      head.content_type = "text/event-stream";
    }
    head.body = first;
    stream = std::move(exchange).stream(std::move(head), framing, *this);
    EXPECT_EQ(heard(), before) << "nothing is heard inside the call";
    ++opened;
  }
  void say(std::string bytes) {
    to_say.push_back(base::share(std::move(bytes)));
    go_on();
  }
  int heard() const { return drains + gone; }

  Stream stream;
  std::string first;
  std::deque<base::SharedBytes> to_say;
  bool busy = false;
  std::atomic<int> opened{0};
  std::atomic<int> drains{0};
  std::atomic<int> gone{0};

 private:
  void go_on() {
    while (stream && !busy && !to_say.empty()) {
      const int before = heard();
      busy = !stream.write(std::move(to_say.front()));
      to_say.pop_front();
      EXPECT_EQ(heard(), before) << "nothing is heard inside write()";
    }
  }
  void drained() override {
    busy = false;
    ++drains;
    go_on();
  }
  void peer_gone() override {
    stream = Stream();
    ++gone;
  }
};

/// A client that reads a stream piece by piece.
class Reader {
 public:
  explicit Reader(Client client_in) : client(std::move(client_in)) {}

  /// Up to and with the blank line.
  std::string head() {
    while (left_.find("\r\n\r\n") == std::string::npos && more()) {
    }
    return bytes(left_.find("\r\n\r\n") + 4);
  }
  /// So many, or all up to the end.
  std::string bytes(std::size_t count) {
    while (left_.size() < count && more()) {
    }
    const std::string taken = left_.substr(0, count);
    left_.erase(0, taken.size());
    return taken;
  }
  std::string to_end() { return std::exchange(left_, {}) + client.read_to_end(); }

  Client client;

 private:
  bool more() {
    const std::string got = client.read_some(256U * 1024);
    left_ += got;
    return !got.empty();
  }
  std::string left_;
};

class StreamTest : public ::testing::Test {
 protected:
  explicit StreamTest(ServerOptions options = {}) : server(std::move(options)) {
    server.handler.on_park = [this](Exchange exchange) {
      speaker.open(std::move(exchange), framing);
    };
  }
  ~StreamTest() override {
    server.on_shard([this] { speaker.stream = Stream(); });
  }

  /// Asks for a stream and reads its head, which is kept in `head`.
  Reader begin(Framing wanted, std::string_view behind = {}, int receive_buffer = 0) {
    framing = wanted;
    Reader reader(server.connect(receive_buffer));
    const std::string request =
        wanted == Framing::kUntilClose ? "GET /park HTTP/1.0\r\nHost: a\r\n\r\n" : get("/park");
    reader.client.send(request + std::string(behind));
    head = reader.head();
    return reader;
  }
  void say(std::string bytes) {
    server.on_shard([&] { speaker.say(std::move(bytes)); });
  }
  void finish(std::string bytes) {
    server.on_shard([&] {
      speaker.stream.finish(std::move(bytes));
      EXPECT_FALSE(speaker.stream);
    });
  }
  bool becomes_gone() {
    return TestServer::wait_until([this] { return speaker.gone > 0; });
  }
  bool all_closed() {
    return TestServer::wait_until([this] { return server.server->connections() == 0; });
  }

  Framing framing = Framing::kChunked;
  Speaker speaker;
  std::string head;
  TestServer server;
};

class StreamWithShortLimitsTest : public StreamTest {
 protected:
  StreamWithShortLimitsTest() : StreamTest(test::short_limits()) {}
};

/// More than the kernel takes of one who does not read.
std::string a_lot(char of) {
  std::string bytes(3U << 20U, of);
  for (std::size_t i = 0; i < bytes.size(); i += 4096) {
    bytes[i] = static_cast<char>('0' + i / 4096 % 10);
  }
  return bytes;
}

constexpr std::string_view kPong = "\x8a\x02hi";

}  // namespace

TEST_F(StreamTest, IsChunkedInHttp11) {
  speaker.first = chunk("one");
  Reader reader = begin(Framing::kChunked);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(reader.bytes(8), "3\r\none\r\n");
  say(chunk("two"));
  EXPECT_EQ(reader.bytes(8), "3\r\ntwo\r\n");
  finish(chunk("three"));
  EXPECT_EQ(reader.to_end(), "5\r\nthree\r\n0\r\n\r\n");
  reader.client.close();
  EXPECT_TRUE(all_closed());
  EXPECT_EQ(speaker.heard(), 0);
}

TEST_F(StreamTest, LastsUntilCloseInHttp10) {
  speaker.first = "one";
  Reader reader = begin(Framing::kUntilClose);
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  say("two");
  say("three");
  finish("four");
  EXPECT_EQ(reader.to_end(), "onetwothreefour");
}

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

TEST_F(StreamTest, KeepsTheOrderOfManySmallWrites) {
  Reader reader = begin(Framing::kUntilClose);
  std::string wanted;
  server.on_shard([&] {
    for (int i = 0; i < 2000; ++i) {
      const std::string line = fmt::format("{}\n", i);
      speaker.say(line);
      wanted += line;
    }
  });
  finish("");
  EXPECT_EQ(reader.to_end(), wanted);
}

// Goal: a slow reader loses nothing and costs nothing but its place: what is written while the
// kernel is full follows when it can, byte for byte.
TEST_F(StreamTest, GivesASlowReaderEverything) {
  Reader reader = begin(Framing::kUntilClose, {}, /*receive_buffer=*/4096);
  std::string wanted;
  server.on_shard([&] {
    for (const char of : {'a', 'b', 'c'}) {
      speaker.say(a_lot(of));
      wanted += a_lot(of);
      EXPECT_TRUE(speaker.busy);
    }
    EXPECT_EQ(speaker.to_say.size(), 2U);
  });
  const std::string got = reader.bytes(wanted.size());
  EXPECT_TRUE(got == wanted) << got.size() << " of " << wanted.size();
  EXPECT_TRUE(TestServer::wait_until([&] { return speaker.drains == 3; }));
  say("and then");
  EXPECT_EQ(reader.bytes(8), "and then");
  EXPECT_EQ(speaker.gone, 0);
  EXPECT_EQ(speaker.drains, 3);
}

TEST_F(StreamTest, FinishesBehindWhatIsOnItsWay) {
  for (const Framing each : {Framing::kChunked, Framing::kUntilClose, Framing::kWebsocket}) {
    Reader reader = begin(each, {}, /*receive_buffer=*/4096);
    server.on_shard([&] {
      speaker.say(a_lot('a'));
      EXPECT_TRUE(speaker.busy);
      speaker.busy = false;
      speaker.stream.finish("last");
    });
    const std::string end = each == Framing::kChunked ? "last0\r\n\r\n" : "last";
    const std::string got = reader.to_end();
    EXPECT_TRUE(got == a_lot('a') + end) << got.size();
    EXPECT_FALSE(reader.client.was_reset());
    EXPECT_EQ(speaker.heard(), 0);
  }
}

TEST_F(StreamWithShortLimitsTest, EndsAReaderThatTakesNothing) {
  for (const bool finished : {false, true}) {
    speaker.gone = 0;
    Reader reader = begin(Framing::kUntilClose, {}, /*receive_buffer=*/4096);
    server.on_shard([&] {
      speaker.busy = false;
      speaker.say(a_lot('a'));
      if (finished) {
        speaker.stream.finish("last");
      }
    });
    EXPECT_TRUE(all_closed());
    server.on_shard([&] {
      EXPECT_EQ(speaker.gone, finished ? 0 : 1);
      EXPECT_EQ(speaker.drains, 0);
      EXPECT_FALSE(speaker.stream);
    });
    const std::string got = reader.to_end();
    EXPECT_LT(got.size(), a_lot('a').size());
    EXPECT_TRUE(a_lot('a').starts_with(got));
  }
}

// Goal: an open stream on which nothing is on its way has no deadline.
TEST_F(StreamWithShortLimitsTest, OutlastsEveryDeadline) {
  Reader reader = begin(Framing::kWebsocket);
  say("one");
  EXPECT_EQ(reader.bytes(3), "one");
  EXPECT_EQ(server.connect().read_to_end(), "");  // came later, and was too silent
  EXPECT_TRUE(reader.client.is_silent());
  say("two");
  EXPECT_EQ(reader.bytes(3), "two");
}

TEST_F(StreamTest, HearsThatTheClientLeft) {
  for (const Framing each : {Framing::kChunked, Framing::kUntilClose, Framing::kWebsocket}) {
    for (const bool half : {false, true}) {
      speaker.gone = 0;
      Reader reader = begin(each);
      if (half) {
        reader.client.finish_sending();
      } else {
        reader.client.close();
      }
      EXPECT_TRUE(becomes_gone());
      EXPECT_TRUE(all_closed());
      EXPECT_EQ(speaker.heard(), 1);
    }
  }
}

TEST_F(StreamTest, HearsOnceThatAWriteFoundNobody) {
  Reader reader = begin(Framing::kUntilClose);
  server.on_shard([&] {
    reader.client.close();
    // The first ones may still be taken by the kernel.
    for (int i = 0; i < 100 && speaker.stream; ++i) {
      speaker.busy = false;
      speaker.say("anybody?");
    }
  });
  EXPECT_TRUE(becomes_gone());
  EXPECT_TRUE(all_closed());
  server.on_shard([&] { EXPECT_EQ(speaker.gone, 1); });
}

TEST_F(StreamTest, HearsALeaveWhileAWriteIsOnItsWay) {
  Reader reader = begin(Framing::kWebsocket, {}, /*receive_buffer=*/4096);
  say(a_lot('a'));
  reader.client.close();
  EXPECT_TRUE(becomes_gone());
  EXPECT_TRUE(all_closed());
  EXPECT_EQ(speaker.heard(), 1);
}

TEST_F(StreamTest, ClosesWhenItIsDropped) {
  for (const bool busy : {false, true}) {
    Reader reader = begin(Framing::kChunked, {}, /*receive_buffer=*/4096);
    server.on_shard([&] {
      if (busy) {
        speaker.busy = false;
        speaker.say(a_lot('a'));
      }
      speaker.stream = Stream();
    });
    EXPECT_LT(reader.to_end().size(), a_lot('a').size());
    EXPECT_TRUE(all_closed());
    EXPECT_EQ(speaker.heard(), 0);
  }
}

TEST_F(StreamTest, AnswersNothingElseOnItsConnection) {
  for (const bool at_once : {true, false}) {
    speaker.gone = 0;
    Reader reader = begin(Framing::kChunked, at_once ? get("/b") : "");
    if (!at_once) {
      reader.client.send(get("/b"));
    }
    say(chunk("one"));
    EXPECT_EQ(reader.bytes(8), "3\r\none\r\n");
    EXPECT_TRUE(reader.client.is_silent());
    reader.client.close();
    EXPECT_TRUE(becomes_gone());
  }
  EXPECT_EQ(server.handler.handled, 2);
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

// Goal: a pong never lands inside a message that is on its way.
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

TEST_F(StreamTest, TellsItsOwnerWhenTheServerStops) {
  Reader reader = begin(Framing::kChunked);
  server.server->stop();
  EXPECT_EQ(speaker.gone, 1);
  EXPECT_EQ(reader.to_end(), "");
}

TEST_F(StreamTest, OutlastsADrainUntilItIsFinished) {
  Reader reader = begin(Framing::kUntilClose);
  server.server->drain();
  server.on_shard([] {});
  EXPECT_TRUE(reader.client.is_silent());
  say("still ");
  finish("here");
  EXPECT_EQ(reader.to_end(), "still here");
}

TEST(Stream, TellsAnOwnerThatBeginsTooLate) {
  TestServer server;
  Speaker speaker;
  std::optional<Exchange> held;
  std::atomic<bool> holding{false};
  server.handler.on_park = [&](Exchange exchange) {
    held.emplace(std::move(exchange));
    holding = true;
  };
  Client client = server.connect();
  client.send(get("/hold"));
  ASSERT_TRUE(TestServer::wait_until([&] { return holding.load(); }));
  server.server->stop();
  server.on_shard([&] {
    speaker.open(std::move(*held), Framing::kChunked);
    speaker.say("to nobody");
  });
  EXPECT_TRUE(TestServer::wait_until([&] { return speaker.gone == 1; }));
  server.on_shard([&] { EXPECT_FALSE(speaker.stream); });
}

// Goal: however streams end, their descriptors come back.
TEST_F(StreamTest, LeavesNoDescriptorBehind) {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return std::distance(std::filesystem::begin(entries), std::filesystem::end(entries));
  };
  const auto before = descriptors();
  for (int i = 0; i < 1000; ++i) {
    Reader reader = begin(i % 2 == 0 ? Framing::kWebsocket : Framing::kChunked);
    switch (i % 8) {
      case 0:
        reader.client.send(client_close(1000));
        reader.to_end();
        break;
      case 2:
        reader.client.send(client_frame(Opcode::kText, "data"));
        reader.to_end();
        break;
      case 1:
      case 4:
        finish("bye");
        reader.to_end();
        break;
      case 3:
        server.on_shard([this] { speaker.stream = Stream(); });
        reader.to_end();
        break;
      default:
        break;
    }
    reader.client.close();
    ASSERT_TRUE(all_closed());
    server.on_shard([this] { ASSERT_FALSE(speaker.stream); });
  }
  EXPECT_EQ(descriptors(), before);
}

}  // namespace keepline::net
