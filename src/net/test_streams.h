#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/test_server.h"

// A server that answers without an end, and who reads it: what the suites about streams share.
namespace keepline::net::test {

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
  StreamWithShortLimitsTest() : StreamTest(short_limits()) {}
};

/// More than the kernel takes of one who does not read.
inline std::string a_lot(char of) {
  std::string bytes(3U << 20U, of);
  for (std::size_t i = 0; i < bytes.size(); i += 4096) {
    bytes[i] = static_cast<char>('0' + i / 4096 % 10);
  }
  return bytes;
}

}  // namespace keepline::net::test
