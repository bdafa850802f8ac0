#include "support/connection.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>

#include "support/server_process.h"

namespace keepline::support {
namespace {

/// A listening socket in the test's own hands: what it accepts is answered by the test.
class Listener {
 public:
  explicit Listener(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
  }
  ~Listener() { close(socket_); }

  int accept_one() const { return accept(socket_, nullptr, nullptr); }

 private:
  int socket_;
};

void say(int socket, std::string_view bytes) {
  EXPECT_EQ(send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

std::string heard(int socket) {
  std::array<char, 256> buffer;
  const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(got)};
}

class ConnectionTest : public testing::Test, public Connection::Owner {
 public:
  void on_answer(const Answer& answer) override { answers_ += std::string(answer.body) + " "; }
  void on_lost() override { ++lost_; }

 protected:
  bool wait_for(bool (*done)(const ConnectionTest&)) {
    return loop_.run_until([&] { return done(*this); },
                           SteadyClock::now() + std::chrono::seconds(20));
  }
  bool wait_until_lost() {
    return wait_for([](const ConnectionTest& test) { return test.lost_ == 1; });
  }
  bool wait_until_answered() {
    return wait_for([](const ConnectionTest& test) { return !test.connection_.busy(); });
  }

  std::uint16_t port_ = free_port();
  Loop loop_;
  std::string answers_;
  int lost_ = 0;
  Connection connection_{loop_, port_, *this};
};

TEST_F(ConnectionTest, TellsThatNobodyListens) {
  connection_.request("x");
  EXPECT_TRUE(wait_until_lost());
  EXPECT_FALSE(connection_.busy());
}

TEST_F(ConnectionTest, AsksAgainOnTheSameSocket) {
  const Listener listener(port_);
  connection_.request("first");
  const int peer = listener.accept_one();
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  EXPECT_EQ(heard(peer), "first");
  say(peer, "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\n");
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  EXPECT_TRUE(connection_.busy()) << "the body is still missing";
  say(peer, "a");
  EXPECT_TRUE(wait_until_answered());
  connection_.request("second");
  EXPECT_EQ(heard(peer), "second");
  say(peer, "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nb");
  EXPECT_TRUE(wait_until_answered());
  EXPECT_EQ(answers_, "a b ");
  close(peer);
}

TEST_F(ConnectionTest, CountsAnAnswerThatCameBeforeTheEnd) {
  const Listener listener(port_);
  connection_.request("x");
  const int peer = listener.accept_one();
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  say(peer, "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\na");
  close(peer);  // with the request unread: the kernel sends a reset after the answer
  EXPECT_TRUE(wait_until_answered());
  EXPECT_EQ(answers_, "a ");
  EXPECT_EQ(lost_, 0);
}

TEST_F(ConnectionTest, LosesARequestWhoseAnswerIsCutOff) {
  const Listener listener(port_);
  connection_.request("x");
  const int peer = listener.accept_one();
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  say(peer, "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\na");
  close(peer);
  EXPECT_TRUE(wait_until_lost());
  EXPECT_EQ(answers_, "");
}

TEST_F(ConnectionTest, OpensAnotherSocketAfterOneThatCloses) {
  const Listener listener(port_);
  connection_.request("x");
  const int first = listener.accept_one();
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  say(first, "HTTP/1.1 200 x\r\nConnection: close\r\nContent-Length: 1\r\n\r\na");
  EXPECT_TRUE(wait_until_answered());
  connection_.request("y");
  const int second = listener.accept_one();
  loop_.step(SteadyClock::now() + std::chrono::seconds(20));
  EXPECT_EQ(heard(second), "y");
  close(first);
  close(second);
}

}  // namespace
}  // namespace keepline::support
