#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/server.h"
#include "net/shard.h"

// What the suites over real sockets share. Loopback only, ports as the kernel gives them, blocking
// reads that end by themselves after kPatience.
struct ssl_st;

namespace keepline::net::test {

inline constexpr std::chrono::milliseconds kPatience{10'000};

/// Whether the suites run over TLS: the same tests, of the same promises (KEEPLINE_TEST_TLS=1).
bool over_tls();

/// A client's socket, as raw as it gets; or, where `tls` is set, a TLS client's.
class Client {
 public:
  /// Connects to "127.0.0.1:port". `receive_buffer`: bytes, 0 for the kernel's choice.
  explicit Client(const std::string& address, int receive_buffer = 0, bool tls = over_tls());
  Client(Client&& other) noexcept;
  ~Client();

  void send(std::string_view bytes);
  /// One write for each byte.
  void trickle(std::string_view bytes);
  void finish_sending();
  void close();

  /// All bytes up to the server's end of the connection. A reset counts as the end, and is noted.
  std::string read_to_end();
  /// Reads until `count` whole answers are in.
  std::string read_answers(std::size_t count);
  /// Reads at most `bytes`, at least one; "" at the end.
  std::string read_some(std::size_t bytes);
  /// Whether the server has neither written nor closed up to now.
  bool is_silent();
  bool was_reset() const { return reset_; }
  int descriptor() const { return descriptor_; }
  /// Null without TLS.
  ssl_st* tls() const { return tls_.get(); }

 private:
  struct Free {
    void operator()(ssl_st* tls) const;
  };
  ssize_t receive(std::string& into) const;

  int descriptor_ = -1;
  std::unique_ptr<ssl_st, Free> tls_;
  bool reset_ = false;
  std::string left_over_;
};

/// One answer as it came.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  bool has(std::string_view header) const { return head.find(header) != std::string::npos; }
};

/// Takes `bytes` apart into answers; the answers to HEAD requests, by their index, have no body.
/// A rest that is no whole answer is one with status 0. Interim answers (1xx) count as answers.
std::vector<Answer> answers_in(std::string_view bytes, std::vector<std::size_t> to_head = {});

/// "200 404 400": the statuses in `bytes`.
std::string statuses_in(std::string_view bytes);

/// Answers every request with its method, path and body; refusals with the error's status. Special
/// paths: /park, /drop, /large, /close, /refused (refused by admit), /small (bodies up to 10
/// bytes).
class EchoHandler final : public Handler {
 public:
  Admission admit(const Request& head) override;
  void handle(Exchange exchange) override;
  Response refuse(const base::Error& error) override;

  std::atomic<int> handled{0};
  std::atomic<int> admitted{0};
  std::atomic<int> refused{0};
  std::size_t large_bytes = 8U << 20U;
  /// Called for /park and /hold, on the shard.
  std::function<void(Exchange)> on_park;
};

/// A server with its shards, on a free port of 127.0.0.1. Over TLS where the suites run so, and the
/// options name none.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, std::size_t shards = 1);
  ~TestServer();

  Client connect(int receive_buffer = 0) const { return Client(address, receive_buffer); }
  /// Sends `bytes` on a connection of their own and returns all that comes back.
  std::string ask(std::string_view bytes) const;
  /// Runs `task` on shard 0 and waits for it.
  void on_shard(const std::function<void()>& task);
  /// Waits until `fact` holds; false if it never does.
  static bool wait_until(const std::function<bool()>& fact);

  base::SystemClock clock;
  EchoHandler handler;
  std::vector<std::unique_ptr<Shard>> shards;
  std::unique_ptr<Server> server;
  std::string address;
};

/// Limits so short that a test can wait for them.
ServerOptions short_limits();

/// "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" with `headers`, each ended by CRLF, put in.
std::string get(std::string_view target = "/", std::string_view headers = "");
std::string post(std::string_view target, std::string_view body);

}  // namespace keepline::net::test
