#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/test_server.h"

// Parked answers and requests that are handled slowly, over real sockets.
namespace keepline::net {

using test::answers_in;
using test::Client;
using test::get;
using test::statuses_in;
using test::TestServer;

namespace {

/// What a listener of the push engine does, in small. Its members but the counters live on the
/// shard.
class Waiter final : public ParkedOwner {
 public:
  void park(Exchange exchange) {
    answer = std::move(exchange).park(*this);
    ++parked;
  }
  void say(std::string body) {
    Response response;
    response.body = std::move(body);
    answer.complete(base::share(encode(response, answer.after(), answer.head_only(), "now", "")),
                    [this](bool all) { whole = all; });
  }

  ParkedAnswer answer;
  std::optional<bool> whole;
  std::atomic<int> parked{0};
  std::atomic<int> gone{0};

 private:
  void peer_gone() override {
    answer = ParkedAnswer();
    ++gone;
  }
};

class ParkedTest : public ::testing::Test {
 protected:
  explicit ParkedTest(ServerOptions options = {}) : server(std::move(options)) {
    server.handler.on_park = [this](Exchange exchange) { waiter.park(std::move(exchange)); };
  }
  ~ParkedTest() override {
    server.on_shard([this] { waiter.answer = ParkedAnswer(); });
  }
  void wait_for_parked(int count = 1) {
    ASSERT_TRUE(TestServer::wait_until([&] { return waiter.parked == count; }));
  }
  bool becomes_gone() {
    return TestServer::wait_until([&] { return waiter.gone == 1; });
  }

  Waiter waiter;
  TestServer server;
};

class ParkedWithShortLimitsTest : public ParkedTest {
 protected:
  ParkedWithShortLimitsTest() : ParkedTest(test::short_limits()) {}
};

}  // namespace

TEST_F(ParkedTest, IsAnsweredLaterAndTheConnectionGoesOn) {
  Client client = server.connect();
  for (int i = 1; i <= 3; ++i) {
    client.send(get("/park"));
    wait_for_parked(i);
    EXPECT_TRUE(client.is_silent());
    server.on_shard([&] { waiter.say("said"); });
    const auto answers = answers_in(client.read_answers(1));
    EXPECT_EQ(answers[0].body, "said");
    EXPECT_TRUE(answers[0].has("keep-alive"));
    server.on_shard([&] {
      EXPECT_EQ(waiter.whole, true);
      EXPECT_FALSE(waiter.answer);
    });
  }
  EXPECT_EQ(waiter.gone, 0);
}

TEST_F(ParkedWithShortLimitsTest, OutlastsEveryDeadline) {
  Client client = server.connect();
  client.send(get("/park"));
  wait_for_parked();
  // A connection that came later has lost its patience with silence.
  EXPECT_EQ(server.connect().read_to_end(), "");
  EXPECT_TRUE(client.is_silent());
  server.on_shard([&] { waiter.say("late"); });
  EXPECT_EQ(statuses_in(client.read_answers(1)), "200");
}

TEST_F(ParkedTest, HearsThatThePeerHungUp) {
  for (const bool half : {false, true}) {
    waiter.parked = 0;
    waiter.gone = 0;
    Client client = server.connect();
    client.send(get("/park"));
    wait_for_parked();
    if (half) {
      client.finish_sending();
    } else {
      client.close();
    }
    EXPECT_TRUE(becomes_gone());
  }
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
}

TEST_F(ParkedTest, ReadsPipelinedRequestsAfterTheAnswer) {
  for (const bool at_once : {true, false}) {
    waiter.parked = 0;
    Client client = server.connect();
    const std::string more = get("/b") + get("/c", "Connection: close\r\n");
    client.send(at_once ? get("/park") + more : get("/park"));
    wait_for_parked();
    if (!at_once) {
      client.send(more);
    }
    EXPECT_TRUE(client.is_silent());
    server.on_shard([&] { waiter.say("first"); });
    const auto answers = answers_in(client.read_to_end());
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].body, "first");
    EXPECT_EQ(answers[1].body, "GET /b []");
    EXPECT_EQ(answers[2].body, "GET /c []");
  }
}

TEST_F(ParkedTest, HearsAHangUpBehindPipelinedBytes) {
  for (const bool at_once : {true, false}) {
    waiter.parked = 0;
    waiter.gone = 0;
    Client client = server.connect();
    client.send(at_once ? get("/park") + get("/b") : get("/park"));
    wait_for_parked();
    if (!at_once) {
      client.send(get("/b"));
    }
    client.close();
    EXPECT_TRUE(becomes_gone());
  }
  EXPECT_EQ(server.handler.handled, 2);
}

TEST_F(ParkedTest, ClosesWhenItIsDropped) {
  Client client = server.connect();
  client.send(get("/park"));
  wait_for_parked();
  server.on_shard([&] { waiter.answer = ParkedAnswer(); });
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(waiter.gone, 0);
}

TEST_F(ParkedTest, SaysHowItsAnswerMustBeFramed) {
  Client head = server.connect();
  head.send("HEAD /park HTTP/1.0\r\nHost: a\r\n\r\n");
  wait_for_parked();
  server.on_shard([&] {
    EXPECT_TRUE(waiter.answer.head_only());
    EXPECT_EQ(waiter.answer.after(), After::kClose);
    waiter.say("shown to nobody");
  });
  const std::string all = head.read_to_end();
  EXPECT_NE(all.find("Content-Length: 15\r\n"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
}

TEST_F(ParkedTest, SaysThatAnAnswerWasNotWritten) {
  Client client = server.connect(/*receive_buffer=*/4096);
  client.send(get("/park"));
  wait_for_parked();
  server.on_shard([&] { waiter.say(std::string(32U << 20U, 'x')); });
  client.close();
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
  server.on_shard([&] {
    EXPECT_EQ(waiter.whole, false);
    EXPECT_EQ(waiter.gone, 0);
  });
}

// Goal: a waiting client costs a few hundred bytes of memory in the server's process.
// Method: what the heap holds more with a thousand of them, the owner's own 48 bytes included.
TEST(ParkedAnswer, CostsAtMost560Bytes) {
  if (test::over_tls()) {
    GTEST_SKIP() << "OpenSSL's state, at both ends, is counted elsewhere";
  }
  if (::mallinfo2().uordblks == 0) {
    GTEST_SKIP() << "this build's allocator does not count";
  }
  constexpr std::size_t kCount = 1000;
  TestServer server;
  std::vector<std::unique_ptr<Waiter>> waiters;
  std::atomic<std::size_t> parked{0};
  waiters.reserve(2 * kCount);
  server.handler.on_park = [&](Exchange exchange) {
    waiters.push_back(std::make_unique<Waiter>());
    waiters.back()->park(std::move(exchange));
    ++parked;
  };
  std::vector<Client> clients;
  clients.reserve(2 * kCount);
  const auto connect = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      clients.push_back(server.connect());
      clients.back().send(get("/park", "Cookie: keepline=abcdefghijklmnopqrstuvwxyz\r\n"));
    }
    return TestServer::wait_until([&] { return parked == clients.size(); });
  };
  ASSERT_TRUE(connect(kCount));  // what is allocated once is allocated
  const auto before = ::mallinfo2().uordblks;
  ASSERT_TRUE(connect(kCount));
  const auto each = (::mallinfo2().uordblks - before) / kCount - sizeof(Waiter);
  RecordProperty("bytes", static_cast<int>(each));
  EXPECT_LE(each, 560U);
  server.on_shard([&] { waiters.clear(); });
}

// Goal: an answer given while others are parked never starts their next request inside the call.
TEST_F(ParkedTest, HandlesTheNextRequestOnlyAfterTheCallReturned) {
  Client client = server.connect();
  client.send(get("/park") + get("/b"));
  wait_for_parked();
  server.on_shard([&] {
    waiter.say("first");
    EXPECT_EQ(server.handler.handled, 1);
  });
  EXPECT_EQ(statuses_in(client.read_answers(2)), "200 200");
}

TEST_F(ParkedTest, DrainsIdleConnectionsNowAndBusyOnesAfterTheirAnswer) {
  Client idle = server.connect();
  idle.send(get());
  idle.read_answers(1);
  Client busy = server.connect();
  busy.send(get("/park"));
  wait_for_parked();
  Client halfway = server.connect();
  halfway.send(test::post("/half", "hello").substr(0, 52));
  ASSERT_TRUE(TestServer::wait_until([&] { return server.handler.admitted == 3; }));

  server.server->drain();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_TRUE(busy.is_silent());
  server.on_shard([&] {
    EXPECT_EQ(waiter.answer.after(), After::kClose);
    waiter.say("bye");
  });
  EXPECT_EQ(answers_in(busy.read_to_end())[0].body, "bye");
  halfway.send(test::post("/half", "hello").substr(52));
  EXPECT_EQ(statuses_in(halfway.read_to_end()), "200");
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
}

// Goal: nobody finds a server that takes the connection and then says nothing, only because it
// ends.
TEST_F(ParkedTest, HearsOutWhoCameJustBeforeADrain) {
  Client client = server.connect();
  ASSERT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 1; }));
  server.server->drain();
  server.on_shard([] {});
  server.on_shard([] {});
  client.send(get("/late"));
  const auto answers = answers_in(client.read_to_end());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].body, "GET /late []");
  EXPECT_TRUE(answers[0].has("Connection: close"));
}

TEST_F(ParkedTest, TellsOwnersWhenTheServerStops) {
  Client client = server.connect();
  client.send(get("/park"));
  wait_for_parked();
  server.server->stop();
  EXPECT_EQ(waiter.gone, 1);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.server->connections(), 0U);
}

// Goal: a handler that is still at work when the server stops keeps a valid request, and its answer
// goes nowhere without harm.
TEST(Exchange, OutlivesTheServersEnd) {
  TestServer server;
  std::optional<Exchange> held;
  std::atomic<bool> holding{false};
  server.handler.on_park = [&](Exchange exchange) {
    held.emplace(std::move(exchange));
    holding = true;
  };
  Client client = server.connect();
  client.send(get("/hold?q"));
  ASSERT_TRUE(TestServer::wait_until([&] { return holding.load(); }));
  server.server->stop();
  server.on_shard([&] {
    EXPECT_EQ(held->request().query, "q");
    std::optional<bool> whole;
    std::move(*held).answer({}, [&](bool all) { whole = all; });
    EXPECT_EQ(whole, false);
    held.reset();
  });
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(Exchange, TellsAnOwnerThatParksTooLate) {
  TestServer server;
  Waiter waiter;
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
    waiter.park(std::move(*held));
    EXPECT_EQ(waiter.gone, 0) << "not inside park()";
  });
  EXPECT_TRUE(TestServer::wait_until([&] { return waiter.gone == 1; }));
}

}  // namespace keepline::net
