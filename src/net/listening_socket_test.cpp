#include "net/listening_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "net/test_server.h"

namespace keepline::net {

using test::Client;
using test::get;
using test::statuses_in;
using test::TestServer;

namespace {

/// Why a server does not take a descriptor over. Closes it.
std::string refusal_of(int descriptor) {
  std::string sentence = "none";
  try {
    adopt_listening_socket(descriptor);
  } catch (const std::runtime_error& error) {
    sentence = error.what();
  }
  ::close(descriptor);
  const std::string beginning =
      "cannot listen on the inherited descriptor " + std::to_string(descriptor) + ": ";
  return sentence.starts_with(beginning) ? sentence.substr(beginning.size()) : sentence;
}

int open_tcp() { return ::socket(AF_INET, SOCK_STREAM, 0); }

}  // namespace

TEST(ListeningSocket, IsTakenOverOnlyIfItListensForTcp) {
  EXPECT_EQ(refusal_of(open_tcp()), "it does not listen");
  EXPECT_EQ(refusal_of(::socket(AF_INET, SOCK_DGRAM, 0)), "it is no stream socket");
  EXPECT_EQ(refusal_of(::socket(AF_UNIX, SOCK_STREAM, 0)), "it is no TCP socket");
  EXPECT_EQ(refusal_of(::open("/dev/null", O_RDONLY)), "it is no stream socket");
  const int good = open_tcp();
  ASSERT_EQ(::listen(good, 1), 0);
  EXPECT_EQ(refusal_of(good), "none");
}

TEST(ListeningSocket, IsServedInsteadOfTheAddressesAndOutlivesTheServer) {
  const int listening = open_listening_socket(parse_endpoint("127.0.0.1:0").value(), false);
  const std::string address = endpoint_text(bound_endpoint(listening));
  // As it would come from another process.
  ::fcntl(listening, F_SETFL, 0);
  ::fcntl(listening, F_SETFD, 0);
  for (int run = 0; run < 3; ++run) {
    // This one came while nobody served.
    Client early(address);
    ServerOptions options;
    options.listen = {"127.0.0.1:1"};
    options.inherited = {::dup(listening)};
    const int taken_over = options.inherited.front();
    TestServer server(options);
    EXPECT_EQ(server.address, address);
    EXPECT_NE(::fcntl(taken_over, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(::fcntl(taken_over, F_GETFD) & FD_CLOEXEC, 0);
    for (Client* const client : {&early}) {
      client->send(get());
      EXPECT_EQ(statuses_in(client->read_answers(1)), "200");
    }
  }
  ::close(listening);
}

}  // namespace keepline::net
