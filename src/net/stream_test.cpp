#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "net/test_frames.h"
#include "net/test_streams.h"

// Answers without an end, over real sockets.
namespace keepline::net {
namespace {

using test::a_lot;
using test::Client;
using test::client_close;
using test::client_frame;
using test::get;
using test::Reader;
using test::Speaker;
using test::StreamTest;
using test::StreamWithShortLimitsTest;
using test::TestServer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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

TEST_F(StreamTest, WritesBehindItsFirstBytesWhereTheyAreOnTheirWay) {
  speaker.first = a_lot('f');
  Reader reader = begin(Framing::kUntilClose, {}, /*receive_buffer=*/4096);
  server.on_shard([&] {
    speaker.say("and then");
    EXPECT_TRUE(speaker.busy);
  });
  const std::string got = reader.bytes(speaker.first.size() + 8);
  EXPECT_TRUE(got == speaker.first + "and then") << got.size();
  EXPECT_TRUE(TestServer::wait_until([&] { return speaker.drains == 1; }));
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

class StreamWithPatienceTest : public StreamTest {
 protected:
  StreamWithPatienceTest()
      : StreamTest([] {
          ServerOptions options;
          options.write_limit = std::chrono::milliseconds{1000};
          options.head_limit = std::chrono::milliseconds{1500};
          return options;
        }()) {}
};

// Goal: the deadline of a slow write ends with it.
TEST_F(StreamWithPatienceTest, OutlastsTheDeadlineOfAWriteThatWasTaken) {
  Reader reader = begin(Framing::kUntilClose, {}, /*receive_buffer=*/4096);
  say(a_lot('a'));
  EXPECT_TRUE(reader.bytes(a_lot('a').size()) == a_lot('a'));
  EXPECT_EQ(server.connect().read_to_end(), "");  // came later, and was too silent
  EXPECT_TRUE(reader.client.is_silent());
  EXPECT_EQ(speaker.gone, 0);
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

// Goal: a pong never lands inside a message that is on its way.
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

}  // namespace
}  // namespace keepline::net
