// TLS as clients of a server meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>

#include "net/test_certificate.h"
#include "net/test_streams.h"
#include "net/test_tls.h"
#include "net/websocket.h"

namespace keepline::net {

using test::a_lot;
using test::Client;
using test::get;
using test::PairFiles;
using test::Peers;
using test::Reader;
using test::statuses_in;
using test::TestServer;
using ::testing::HasSubstr;

namespace {

ServerOptions with_tls(ServerOptions options = {}) {
  options.tls = test::test_context();
  return options;
}

Client tls_client(const TestServer& server, int receive_buffer = 0) {
  return Client(server.address, receive_buffer, /*tls=*/true);
}
Client plain_client(const TestServer& server) { return Client(server.address, 0, /*tls=*/false); }

TlsContextPtr context_with_serial(int serial) {
  test::CertificateWish wish;
  wish.serial = serial;
  const PairFiles files(make_pair(wish));
  return TlsContext::load(files.certificate(), files.key()).value();
}

long serial_seen_by(const Client& client) {
  X509* const certificate = SSL_get0_peer_certificate(client.tls());
  return certificate == nullptr ? -1 : ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
}

bool is_refused(Client& client) { return client.read_to_end().empty(); }

}  // namespace

TEST(TlsServer, TellsTheHandlerThatARequestIsSecure) {
  for (const bool tls : {true, false}) {
    if (!tls && test::over_tls()) {
      continue;  // there is no server without it
    }
    TestServer server(tls ? with_tls() : ServerOptions{});
    bool secure = !tls;
    server.handler.on_park = [&](Exchange exchange) {
      secure = exchange.request().secure;
      std::move(exchange).answer({});
    };
    Client client(server.address, 0, tls);
    for (int i = 0; i < 2; ++i) {
      client.send(get("/hold"));
      client.read_answers(1);
      EXPECT_EQ(secure, tls);
    }
  }
}

TEST(TlsServer, AnswersPlainHttpOnceWithASentence) {
  TestServer server(with_tls());
  for (const std::string& request :
       {get(), std::string("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
        get("/", "X: " + std::string(40'000, 'x') + "\r\n")}) {
    Client client = plain_client(server);
    client.send(request);
    const std::string answer = client.read_to_end();
    EXPECT_EQ(statuses_in(answer), "400");
    EXPECT_THAT(answer, HasSubstr("Connection: close"));
    EXPECT_THAT(answer, HasSubstr("https://"));
  }
  EXPECT_EQ(server.handler.handled, 0);
  EXPECT_EQ(server.handler.admitted, 0);
}

TEST(TlsServer, SaysNothingReadableToGarbage) {
  TestServer server(with_tls());
  for (const std::string& garbage :
       {std::string(64, '\0'), std::string(100'000, 'x'),
        std::string("\x16\x03\x01\x40\x00", 5) + std::string(20'000, 'y')}) {
    Client client = plain_client(server);
    client.send(garbage);
    EXPECT_LT(client.read_to_end().size(), 16U) << "an alert at most";
  }
  EXPECT_EQ(server.handler.refused, 0);
}

TEST(TlsServer, GivesAHandshakeNoMoreTimeThanAHead) {
  TestServer server(with_tls(test::short_limits()));
  Peers hello;
  SSL_do_handshake(hello.client());
  const std::string bytes = hello.from_client();
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, bytes.size() / 2}) {
    Client client = plain_client(server);
    client.send(bytes.substr(0, size));
    EXPECT_TRUE(is_refused(client));
  }
  // The server's half is out, the client's end of it never comes.
  Client client = plain_client(server);
  client.send(bytes);
  EXPECT_GT(client.read_to_end().size(), 100U);
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
}

TEST(TlsServer, OutlivesClientsThatLeaveAnywhere) {
  TestServer server(with_tls());
  Peers hello;
  SSL_do_handshake(hello.client());
  const std::string bytes = hello.from_client();
  for (std::size_t size = 0; size <= bytes.size(); size += 37) {
    Client client = plain_client(server);
    client.send(bytes.substr(0, size));
  }
  for (const std::string& request :
       {std::string("GET"), get(), get("/large"),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12")}) {
    Client polite = tls_client(server);
    polite.send(request);
    Client rude = tls_client(server);
    rude.send(request);
    ::shutdown(rude.descriptor(), SHUT_RDWR);
  }
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 0; }));
  Client client = tls_client(server);
  client.send(get());
  EXPECT_EQ(statuses_in(client.read_answers(1)), "200");
}

TEST(TlsServer, ServesAClientWhoseBytesComeOneByOne) {
  TestServer server(with_tls());
  Peers peers;  // for its client alone
  Client socket = plain_client(server);
  const std::string request = get("/a", "Connection: close\r\n");
  std::string answer;
  while (answer.find("[]") == std::string::npos) {
    if (SSL_do_handshake(peers.client()) == 1 && answer.empty()) {
      SSL_write(peers.client(), request.data(), static_cast<int>(request.size()));
    }
    socket.trickle(peers.from_client());
    const std::string got = socket.read_some(1);
    ASSERT_FALSE(got.empty());
    peers.feed_client(got);
    answer += peers.read_answer_record();
  }
  EXPECT_THAT(answer, HasSubstr("200 OK"));
}

TEST(TlsServer, SaysGoodbyeWhenItCloses) {
  TestServer server(with_tls(test::short_limits()));
  for (const std::string& request : {get("/close"), get(), std::string("nonsense\r\n\r\n")}) {
    Client client = tls_client(server);
    client.send(request);
    client.read_to_end();  // at once, or when it was idle for too long
    EXPECT_EQ(SSL_get_shutdown(client.tls()), SSL_RECEIVED_SHUTDOWN);
  }
}

TEST(TlsServer, GivesASlowReaderAllOfALargeAnswer) {
  TestServer server(with_tls());
  Client client = tls_client(server, /*receive_buffer=*/4096);
  client.send(get("/large") + get("/b"));
  const std::string answers = client.read_answers(2);
  const auto taken = test::answers_in(answers);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_TRUE(taken[0].body == std::string(server.handler.large_bytes, 'x'));
  EXPECT_THAT(taken[1].body, HasSubstr("GET /b"));
}

TEST(TlsServer, UsesANewCertificateForNewConnections) {
  TestServer server(with_tls(), /*shards=*/2);
  Client before = tls_client(server);
  before.send(get());
  before.read_answers(1);
  EXPECT_EQ(serial_seen_by(before), 1);
  server.server->use(context_with_serial(2));
  for (int i = 0; i < 4; ++i) {
    Client after = tls_client(server);
    after.send(get());
    EXPECT_EQ(statuses_in(after.read_answers(1)), "200");
    EXPECT_EQ(serial_seen_by(after), 2);
  }
  before.send(get());
  EXPECT_EQ(statuses_in(before.read_answers(1)), "200");
}

TEST(TlsServer, TurnsClientsAwayWithoutAWord) {
  ServerOptions options = with_tls();
  options.connections_max = 1;
  TestServer server(options);
  Client first = tls_client(server);
  first.send(get());
  EXPECT_EQ(statuses_in(first.read_answers(1)), "200");
  Client second = plain_client(server);
  EXPECT_EQ(second.read_to_end(), "");
}

class TlsStreamTest : public test::StreamTest {
 protected:
  TlsStreamTest() : StreamTest(with_tls()) {}

  /// As begin(), over TLS whatever the suites run over.
  Reader begin_tls(Framing wanted, int receive_buffer = 0) {
    framing = wanted;
    Reader reader(tls_client(server, receive_buffer));
    reader.client.send(get("/park"));
    head = reader.head();
    return reader;
  }
};

TEST_F(TlsStreamTest, BringsEveryCarrier) {
  for (const Framing each : {Framing::kChunked, Framing::kUntilClose, Framing::kWebsocket}) {
    Reader reader = begin_tls(each);
    say("one");
    EXPECT_EQ(reader.bytes(3), "one");
    say(a_lot('a'));
    EXPECT_TRUE(reader.bytes(a_lot('a').size()) == a_lot('a'));
    say("two");
    EXPECT_EQ(reader.bytes(3), "two");
    finish("end");
    EXPECT_EQ(reader.to_end(), each == Framing::kChunked ? "end0\r\n\r\n" : "end");
  }
}

TEST_F(TlsStreamTest, FinishesBehindWhatASlowReaderHasNotTaken) {
  Reader reader = begin_tls(Framing::kUntilClose, /*receive_buffer=*/4096);
  say(a_lot('a'));
  finish("the end");
  EXPECT_TRUE(reader.to_end() == a_lot('a') + "the end");
}

TEST_F(TlsStreamTest, AnswersAPollThatWasParked) {
  test::Speaker owner;  // only hears
  ParkedAnswer parked;
  server.handler.on_park = [&](Exchange exchange) {
    parked = std::move(exchange).park(owner);
    ++owner.opened;
  };
  Client client = tls_client(server);
  for (int i = 1; i <= 3; ++i) {
    client.send(get("/park"));
    ASSERT_TRUE(TestServer::wait_until([&] { return owner.opened == i; }));
    server.on_shard(
        [&] { parked.complete(base::share("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")); });
    EXPECT_EQ(statuses_in(client.read_answers(1)), "200");
  }
  client.send(get("/park"));
  ASSERT_TRUE(TestServer::wait_until([&] { return owner.opened == 4; }));
  client.close();
  EXPECT_TRUE(TestServer::wait_until([&] { return owner.gone == 1; }));
  server.on_shard([&] { parked = ParkedAnswer(); });
}

}  // namespace keepline::net
