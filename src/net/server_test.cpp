#include "net/server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/address.h"
#include "net/test_server.h"

namespace keepline::net {

using test::Client;
using test::get;
using test::statuses_in;
using test::TestServer;

namespace {

/// The sentence a server with these addresses ends with, or "" if it starts.
std::string failure(std::vector<std::string> listen) {
  const base::SystemClock clock;
  Shard shard(0, clock);
  test::EchoHandler handler;
  ServerOptions options;
  options.listen = std::move(listen);
  try {
    Server server({&shard}, handler, options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

void expect(bool fact, const char* what) {
  if (!fact) {
    std::fprintf(stderr, "not so: %s\n", what);
    std::_Exit(1);
  }
}

/// Runs in a process of its own, where descriptors run out.
[[noreturn]] void run_out_of_descriptors() {
  TestServer server;
  std::vector<Client> clients;
  {
    // Connected, but not accepted: the limit is reached before the server looks.
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 64;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  std::vector<int> fillers;
  for (int next = ::open("/dev/null", O_RDONLY); next >= 0; next = ::open("/dev/null", O_RDONLY)) {
    fillers.push_back(next);
  }
  // Room for two clients and the server's end of one.
  for (int i = 0; i < 3; ++i) {
    ::close(fillers.back());
    fillers.pop_back();
  }
  Client first = server.connect();
  first.send(get());
  expect(statuses_in(first.read_answers(1)) == "200", "the first client has a place");
  Client second = server.connect();
  second.send(get());
  expect(statuses_in(second.read_to_end()) == (test::over_tls() ? "" : "503"),
         "the second is told that there is none, where it can hear");
  second.close();
  first.send(get());
  expect(statuses_in(first.read_answers(1)) == "200", "the first is still served");
  for (const int filler : fillers) {
    ::close(filler);
  }
  for (int i = 0; i < 5; ++i) {
    Client later = server.connect();
    later.send(get("/", "Connection: close\r\n"));
    expect(statuses_in(later.read_to_end()) == "200", "later clients are served again");
  }
  std::_Exit(0);
}

}  // namespace

TEST(Server, SaysInOneSentenceWhyItCannotListen) {
  TestServer server;
  EXPECT_EQ(failure({server.address}),
            "cannot listen on " + server.address + ": the address is already in use");
  for (const std::string text :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:-1", "::1:80", "[::1]", "[x]:80", "example.org:80", "1.2.3:80"}) {
    EXPECT_EQ(failure({text}), "cannot listen on \"" + text +
                                   "\": it is not an address and port such as 127.0.0.1:8080");
  }
  EXPECT_EQ(failure({"192.0.2.1:0"}),
            "cannot listen on 192.0.2.1:0: this machine does not have the address");
  EXPECT_EQ(failure({}), "cannot listen: no address is given");
  EXPECT_EQ(failure({"localhost:0"}), "");
}

TEST(Server, ListensOnEveryAddressItIsGiven) {
  ServerOptions options;
  options.listen = {"127.0.0.1:0", "127.0.0.2:0"};
  TestServer server(options);
  const auto addresses = server.server->addresses();
  ASSERT_EQ(addresses.size(), 2U);
  for (const std::string& address : addresses) {
    Client client(address);
    client.send(get());
    EXPECT_EQ(statuses_in(client.read_answers(1)), "200");
  }
}

TEST(Server, DealsConnectionsToItsShardsInTurn) {
  TestServer server({}, /*shards=*/3);
  std::multiset<std::size_t> shards;
  std::mutex mutex;
  server.handler.on_park = [&](Exchange exchange) {
    const std::lock_guard lock(mutex);
    shards.insert(exchange.shard().index());
    std::move(exchange).answer({});
  };
  std::vector<Client> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(server.connect());
    clients.back().send(get("/hold"));
    clients.back().read_answers(1);
  }
  EXPECT_EQ(shards, (std::multiset<std::size_t>{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(server.server->connections(), 6U);
}

TEST(Server, TakesNoNewConnectionsWhileItDrains) {
  TestServer server({}, /*shards=*/2);
  server.server->drain();
  // Once nobody listens, another server can take the port.
  EXPECT_TRUE(TestServer::wait_until([&] { return failure({server.address}).empty(); }));
  EXPECT_EQ(server.server->connections(), 0U);
}

TEST(Server, HoldsNoMoreConnectionsThanItMay) {
  ServerOptions options;
  options.connections_max = 2;
  TestServer server(options, /*shards=*/2);
  Client first = server.connect();
  Client second = server.connect();
  for (Client* const client : {&first, &second}) {
    client->send(get());
    EXPECT_EQ(statuses_in(client->read_answers(1)), "200");
  }
  Client third = server.connect();
  third.send(get());
  // Over TLS there is nobody yet to say it to.
  EXPECT_EQ(statuses_in(third.read_to_end()), test::over_tls() ? "" : "503");
  EXPECT_EQ(server.server->connections(), 2U);
  first.close();
  EXPECT_TRUE(TestServer::wait_until([&] { return server.server->connections() == 1; }));
  Client fourth = server.connect();
  fourth.send(get());
  EXPECT_EQ(statuses_in(fourth.read_answers(1)), "200");
}

TEST(Server, TurnsClientsAwayAndRecoversWhenDescriptorsRunOut) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer needs descriptors for its own checks and reports their lack";
#endif
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_out_of_descriptors(), ::testing::ExitedWithCode(0), "");
}

TEST(Server, StopsWithConnectionsInEveryState) {
  TestServer server({}, /*shards=*/2);
  std::vector<Exchange> held;
  std::mutex mutex;
  server.handler.on_park = [&](Exchange exchange) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(exchange));
  };
  std::vector<Client> clients;
  for (const std::string& bytes :
       {std::string(), std::string("GET"), get(), get("/hold"), get("/large"), std::string("\x01"),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")}) {
    for (int i = 0; i < 4; ++i) {
      clients.push_back(server.connect(4096));
      clients.back().send(bytes);
    }
  }
  ASSERT_TRUE(TestServer::wait_until([&] { return server.handler.handled >= 12; }));
  server.server->stop();
  EXPECT_EQ(server.server->connections(), 0U);
  for (Client& client : clients) {
    client.read_to_end();
  }
}

TEST(Address, IsWrittenAsItIsRead) {
  for (const std::string text :
       {"127.0.0.1:80", "[::1]:8080", "0.0.0.0:0", "[2001:db8::1]:65535"}) {
    EXPECT_EQ(endpoint_text(parse_endpoint(text).value()), text);
  }
  EXPECT_EQ(endpoint_text(parse_endpoint("localhost:1").value()), "127.0.0.1:1");
  EXPECT_EQ(address_text(parse_endpoint("[::ffff:1.2.3.4]:1").value().address), "1.2.3.4");
}

// Goal: tasks run in the order of each poster, none is lost, whatever the threads do.
TEST(Shard, RunsWhatIsPostedInOrder) {
  const base::SystemClock clock;
  Shard shard(0, clock);
  shard.start();
  constexpr int kThreads = 4;
  constexpr int kTasks = 20'000;
  std::vector<int> seen(kThreads, 0);
  std::atomic<int> left{kThreads * kTasks};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        shard.post([&, t, i] {
          seen[t] = seen[t] == i ? i + 1 : -1;
          --left;
        });
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_TRUE(TestServer::wait_until([&] { return left == 0; }));
  shard.stop();
  EXPECT_EQ(seen, std::vector<int>(kThreads, kTasks));
}

}  // namespace keepline::net
