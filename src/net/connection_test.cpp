#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/gate.h"
#include "net/http_cases.h"
#include "net/test_server.h"

// HTTP over real sockets: what is let in, what is refused, and how connections go on.
namespace keepline::net {

using test::answers_in;
using test::Client;
using test::get;
using test::post;
using test::statuses_in;
using test::TestServer;

TEST(Connection, AnswersEveryValidForm) {
  TestServer server;
  for (const auto& each : test::valid_cases()) {
    SCOPED_TRACE(each.name);
    Client client = server.connect();
    client.send(each.bytes);
    client.finish_sending();
    EXPECT_EQ(statuses_in(client.read_to_end()), each.statuses);
  }
  EXPECT_EQ(server.handler.refused, 0);
}

TEST(Connection, AnswersTheSameByteByByte) {
  TestServer server;
  for (const auto& each : test::valid_cases()) {
    if (each.bytes.size() > 1000) {
      continue;
    }
    SCOPED_TRACE(each.name);
    Client client = server.connect();
    client.trickle(each.bytes);
    client.finish_sending();
    // Who asks for leave to send the body gets it here, unless the body came meanwhile.
    const std::string statuses = statuses_in(client.read_to_end());
    EXPECT_EQ(statuses.starts_with("100 ") ? statuses.substr(4) : statuses, each.statuses);
  }
}

// Goal: what must be refused is answered once, with the right status; the connection ends; nothing
// behind it is taken for a request.
TEST(Connection, RefusesOnceAndCloses) {
  TestServer server;
  for (const auto& each : test::refused_cases()) {
    SCOPED_TRACE(each.name);
    const std::string all = server.ask(each.bytes);
    EXPECT_EQ(statuses_in(all), std::to_string(each.status)) << all.substr(0, 200);
    EXPECT_NE(all.find("Connection: close"), std::string::npos);
  }
  EXPECT_EQ(server.handler.handled, 0);
  EXPECT_EQ(server.handler.refused, static_cast<int>(test::refused_cases().size()));
}

// Goal: an incomplete request, wherever it stops, is neither answered nor closed before its
// deadline, and then with 408.
// Method: all cuts at once. An answer before the deadline would be something else than a 408.
TEST(Connection, WaitsForTheRestAndThenSaysTimeout) {
  TestServer server(test::short_limits());
  const std::vector<std::string> wholes{
      "\r\nGET /a HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n",
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
      "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: "
      "b\r\n\r\n"};
  std::vector<std::pair<std::string, Client>> waiting;
  for (const std::string& whole : wholes) {
    for (std::size_t cut = 1; cut < whole.size(); ++cut) {
      waiting.emplace_back(whole.substr(0, cut), server.connect());
      waiting.back().second.send(waiting.back().first);
    }
  }
  for (auto& [bytes, client] : waiting) {
    SCOPED_TRACE(bytes);
    EXPECT_EQ(statuses_in(client.read_to_end()), "408");
    EXPECT_FALSE(client.was_reset());
  }
  EXPECT_EQ(server.handler.handled, 0);
}

TEST(Connection, EndsSilentlyWhenNothingEverCame) {
  TestServer server(test::short_limits());
  EXPECT_EQ(server.connect().read_to_end(), "");
  Client idle = server.connect();
  idle.send(get());
  EXPECT_EQ(statuses_in(idle.read_to_end()), "200");
}

// Goal: a slow sender cannot stretch the deadline of the whole head by sending a little at a time.
TEST(Connection, MeasuresTheHeadAsAWhole) {
  TestServer server(test::short_limits());
  Client client = server.connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\nA: ");
  std::size_t left = kHeadBytesMax / 2;  // not so much that the head is too large
  EXPECT_TRUE(TestServer::wait_until([&] {
    if (left > 0) {
      client.send("b");
      --left;
    }
    return !client.is_silent();
  }));
  EXPECT_EQ(statuses_in(client.read_to_end()), "408");
}

TEST(Connection, AnswersPipelinedRequestsInOrderOneAtATime) {
  TestServer server;
  std::string bytes;
  for (int i = 0; i < 20; ++i) {
    bytes += i % 3 == 0 ? post(fmt::format("/{}", i), std::string(1000, 'b'))
                        : get(fmt::format("/{}", i));
  }
  Client client = server.connect();
  client.send(bytes);
  const auto answers = answers_in(client.read_answers(20));
  ASSERT_EQ(answers.size(), 20U);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_NE(answers[i].body.find(fmt::format("T /{} [", i)), std::string::npos);
  }
  client.send(get("/again"));
  EXPECT_EQ(answers_in(client.read_answers(1))[0].body, "GET /again []");
}

TEST(Connection, StaysOpenForMegabytesOfPipelinedRequests) {
  if (test::over_tls()) {
    GTEST_SKIP() << "a TLS client is not for two threads";
  }
  TestServer server;
  Client client = server.connect();
  constexpr std::size_t kCount = 2000;
  std::string bytes;
  for (std::size_t i = 0; i < kCount; ++i) {
    bytes += post("/x", std::string(i % 700, 'b'));
  }
  std::thread sender([&] { client.send(bytes); });
  EXPECT_EQ(answers_in(client.read_answers(kCount)).size(), kCount);
  sender.join();
}

TEST(Connection, ShowsNoBodyToHead) {
  TestServer server;
  const std::string all =
      server.ask("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b", "Connection: close\r\n"));
  const auto answers = answers_in(all, {0});
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(answers[0].has("Content-Length: 10\r\n"));
  EXPECT_EQ(answers[1].body, "GET /b []");
}

TEST(Connection, ClosesForOldClientsUnlessTheyAskToStay) {
  TestServer server;
  const std::string old = server.ask("GET /a HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_EQ(statuses_in(old), "200");
  EXPECT_NE(old.find("Connection: close"), std::string::npos);
  EXPECT_NE(old.find("Content-Length: 9"), std::string::npos);

  Client client = server.connect();
  client.send("GET /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(answers_in(client.read_answers(1))[0].has("Connection: keep-alive"));
  client.send(get("/b", "Connection: close\r\n"));
  EXPECT_EQ(statuses_in(client.read_to_end()), "200");
}

TEST(Connection, ClosesWhenTheAnswerSaysSo) {
  TestServer server;
  const std::string all = server.ask(get("/close") + get("/never"));
  EXPECT_EQ(statuses_in(all), "200");
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
  EXPECT_EQ(server.handler.handled, 1);
}

TEST(Connection, ClosesWithoutAnAnswerWhenTheHandlerDropsTheRequest) {
  TestServer server;
  EXPECT_EQ(server.ask(get("/drop") + get("/never")), "");
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
}

TEST(Connection, GivesLeaveToSendTheBodyOnlyWhenItIsAdmitted) {
  TestServer server;
  Client client = server.connect();
  client.send("POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_answers(1), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(answers_in(client.read_answers(1))[0].body, "POST /a [hello]");

  client.send(
      "POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(statuses_in(client.read_to_end()), "413");

  Client refused = server.connect();
  refused.send(
      "POST /refused HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(statuses_in(refused.read_to_end()), "403");

  EXPECT_EQ(statuses_in(server.ask("POST /a HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\n"
                                   "Content-Length: 1\r\n\r\nx")),
            "200");
}

TEST(Connection, RefusesByTheHeadAloneAndStaysIfThereIsNoBody) {
  TestServer server;
  EXPECT_EQ(statuses_in(server.ask(get("/refused") + get("/a", "Connection: close\r\n"))),
            "403 200");
  EXPECT_EQ(
      statuses_in(server.ask("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")),
      "403");
  EXPECT_EQ(server.handler.handled, 1);
}

// Goal: a client that is still sending when it is refused can read why.
TEST(Connection, LetsARefusedClientReadItsAnswer) {
  TestServer server;
  Client client = server.connect();
  const std::string body(512U * 1024, 'x');
  client.send(
      fmt::format("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.size()));
  client.send(body);
  EXPECT_EQ(statuses_in(client.read_to_end()), "413");
  EXPECT_FALSE(client.was_reset());
}

TEST(Connection, TakesBodiesUpToTheLimitOfTheRoute) {
  TestServer server;
  const std::string body(1U << 20U, 'x');
  Client client = server.connect();
  client.send(post("/big", body));
  EXPECT_EQ(answers_in(client.read_answers(1))[0].body, "POST /big [" + body + "]");
  EXPECT_EQ(statuses_in(server.ask(post("/big", body + "x"))), "413");
}

TEST(Connection, CarriesOnAtTheReadersPace) {
  TestServer server;
  Client slow = server.connect(/*receive_buffer=*/4096);
  slow.send(get("/large") + get("/b", "Connection: close\r\n"));
  EXPECT_EQ(slow.read_some(10), "HTTP/1.1 2");
  // Another client is served while the first has not read on.
  EXPECT_EQ(statuses_in(server.ask(get("/a", "Connection: close\r\n"))), "200");
  const auto answers = answers_in("HTTP/1.1 2" + slow.read_to_end());
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].body, std::string(server.handler.large_bytes, 'x'));
  EXPECT_EQ(answers[1].body, "GET /b []");
}

TEST(Connection, GivesUpAReaderThatMakesNoProgress) {
  TestServer server(test::short_limits());
  server.handler.large_bytes = 32U << 20U;
  Client stuck = server.connect(/*receive_buffer=*/4096);
  stuck.send(get("/large"));
  ASSERT_TRUE(TestServer::wait_until([&] { return server.handler.handled == 1; }));
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
  EXPECT_LT(stuck.read_to_end().size(), server.handler.large_bytes);
}

TEST(Connection, GoesWhenThePeerGoesInTheMiddle) {
  TestServer server;
  for (const std::string& bytes :
       {std::string("GET / HT"), post("/a", "hello").substr(0, 60), get("/large"), std::string()}) {
    Client client = server.connect(/*receive_buffer=*/4096);
    client.send(bytes);
    client.close();
  }
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
}

TEST(Connection, TellsWhoIsAsking) {
  TestServer server;
  AddressBytes peer{};
  server.handler.on_park = [&](Exchange exchange) {
    peer = exchange.request().peer;
    std::move(exchange).answer({});
  };
  server.ask(get("/hold", "Connection: close\r\nX-Forwarded-For: 9.9.9.9\r\n"));
  EXPECT_EQ(peer, (AddressBytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}));
}

}  // namespace keepline::net
