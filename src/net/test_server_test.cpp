#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "net/address.h"
#include "net/test_certificate.h"
#include "net/test_server.h"

namespace keepline::net::test {

namespace {

/// Waits for bytes or the end; false when patience is over.
bool wait_readable(int descriptor) {
  pollfd look{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&look, 1, static_cast<int>(kPatience.count())) > 0;
}

std::size_t length_in(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const auto at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
  }
  return length;
}

/// Believes any certificate.
SSL_CTX* client_context() {
  static SSL_CTX* const context = [] {
    // OpenSSL's own way to a socket knows no MSG_NOSIGNAL.
    ::signal(SIGPIPE, SIG_IGN);
    return SSL_CTX_new(TLS_client_method());
  }();
  return context;
}

int status_of(base::Errc code) {
  switch (code) {
    case base::Errc::kHeadTooLarge:
      return 431;
    case base::Errc::kUriTooLong:
      return 414;
    case base::Errc::kTooLarge:
      return 413;
    case base::Errc::kTimeout:
      return 408;
    case base::Errc::kVersionNotSupported:
      return 505;
    case base::Errc::kNotImplemented:
      return 501;
    case base::Errc::kOverloaded:
      return 503;
    default:
      return 400;
  }
}

}  // namespace

bool over_tls() {
  const char* const wish = std::getenv("KEEPLINE_TEST_TLS");
  return wish != nullptr && std::string_view(wish) == "1";
}

void Client::Free::operator()(ssl_st* tls) const { SSL_free(tls); }

Client::Client(const std::string& address, int receive_buffer, bool tls) {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (receive_buffer > 0) {
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{.tv_sec = std::chrono::floor<std::chrono::seconds>(kPatience).count(),
                         .tv_usec = 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_storage to{};
  const auto size = to_sockaddr(parse_endpoint(address).value(), to);
  EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), size), 0);
  if (tls) {
    tls_.reset(SSL_new(client_context()));
    SSL_set_fd(tls_.get(), descriptor_);
    SSL_set_connect_state(tls_.get());
  }
}

Client::Client(Client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      tls_(std::move(other.tls_)),
      reset_(other.reset_),
      left_over_(std::move(other.left_over_)) {}

Client::~Client() { close(); }

void Client::close() {
  if (descriptor_ >= 0) {
    if (tls_) {
      SSL_shutdown(tls_.get());
    }
    ::close(std::exchange(descriptor_, -1));
  }
}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // the server has closed: the test looks at what it said
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Client::trickle(std::string_view bytes) {
  for (const char byte : bytes) {
    send({&byte, 1});
  }
}

void Client::finish_sending() {
  if (tls_) {
    SSL_shutdown(tls_.get());
  }
  ::shutdown(descriptor_, SHUT_WR);
}

ssize_t Client::receive(std::string& into) const {
  if (!tls_) {
    return ::recv(descriptor_, into.data(), into.size(), 0);
  }
  errno = 0;
  ERR_clear_error();
  return SSL_read(tls_.get(), into.data(), static_cast<int>(into.size()));
}

std::string Client::read_some(std::size_t bytes) {
  if (!left_over_.empty()) {
    const std::string taken = left_over_.substr(0, bytes);
    left_over_.erase(0, taken.size());
    return taken;
  }
  // Within TLS a handshake comes first, and a socket's timeout watches over it.
  if (!tls_ && !wait_readable(descriptor_)) {
    ADD_FAILURE() << "the server said nothing for " << kPatience.count() << " ms";
    return {};
  }
  std::string got(bytes, '\0');
  const auto count = receive(got);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    ADD_FAILURE() << "the server said nothing for " << kPatience.count() << " ms";
  }
  reset_ = reset_ || (count < 0 && errno == ECONNRESET);
  got.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return got;
}

std::string Client::read_to_end() {
  std::string all = std::exchange(left_over_, {});
  while (true) {
    const std::string got = read_some(64U * 1024);
    if (got.empty()) {
      return all;
    }
    all += got;
  }
}

std::string Client::read_answers(std::size_t count) {
  std::string all = std::exchange(left_over_, {});
  while (true) {
    const auto answers = answers_in(all);
    const auto whole = static_cast<std::size_t>(
        std::ranges::count_if(answers, [](const Answer& each) { return each.status != 0; }));
    if (whole >= count) {
      return all;
    }
    const std::string got = read_some(64U * 1024);
    if (got.empty()) {
      ADD_FAILURE() << "the server closed after " << whole << " of " << count << " answers";
      return all;
    }
    all += got;
  }
}

bool Client::is_silent() {
  if (tls_) {
    // What there is to read may be no word of the server, but of TLS.
    std::string got(1024, '\0');
    const int flags = ::fcntl(descriptor_, F_GETFL);
    ::fcntl(descriptor_, F_SETFL, flags | O_NONBLOCK);
    const auto count = receive(got);
    ::fcntl(descriptor_, F_SETFL, flags);
    left_over_.append(got, 0, count > 0 ? static_cast<std::size_t>(count) : 0);
    return count < 0 && SSL_get_error(tls_.get(), static_cast<int>(count)) == SSL_ERROR_WANT_READ;
  }
  pollfd look{.fd = descriptor_, .events = POLLIN | POLLRDHUP, .revents = 0};
  return ::poll(&look, 1, 0) == 0;
}

std::vector<Answer> answers_in(std::string_view bytes, std::vector<std::size_t> to_head) {
  std::vector<Answer> answers;
  while (!bytes.empty()) {
    Answer answer;
    const auto end = bytes.find("\r\n\r\n");
    const bool has_no_body = std::ranges::find(to_head, answers.size()) != to_head.end();
    const std::size_t length = has_no_body ? 0 : length_in(bytes.substr(0, end));
    if (end == std::string_view::npos || bytes.size() < end + 4 + length ||
        !bytes.starts_with("HTTP/1.1 ")) {
      answer.head = bytes;
      answers.push_back(std::move(answer));
      return answers;
    }
    answer.head = bytes.substr(0, end + 2);
    std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
    answer.body = bytes.substr(end + 4, length);
    bytes.remove_prefix(end + 4 + length);
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::string statuses_in(std::string_view bytes) {
  std::string text;
  for (const Answer& answer : answers_in(bytes)) {
    text += (text.empty() ? "" : " ") + std::to_string(answer.status);
  }
  return text;
}

Admission EchoHandler::admit(const Request& head) {
  ++admitted;
  Admission admission;
  admission.body_max = head.path == "/small" ? 10 : 1U << 20U;
  if (head.path == "/refused") {
    admission.refusal.emplace();
    admission.refusal->status = 403;
  }
  return admission;
}

void EchoHandler::handle(Exchange exchange) {
  ++handled;
  const Request& request = exchange.request();
  if (request.path == "/park" || request.path == "/hold") {
    on_park(std::move(exchange));
    return;
  }
  if (request.path == "/drop") {
    return;
  }
  Response response;
  response.content_type = "text/plain";
  response.close = request.path == "/close";
  if (request.path == "/large") {
    response.shared_body = base::share(std::string(large_bytes, 'x'));
  } else {
    response.body = fmt::format("{} {}{}{} [{}]", method_name(request.method), request.path,
                                request.query.empty() ? "" : "?", request.query, request.body);
  }
  std::move(exchange).answer(std::move(response));
}

Response EchoHandler::refuse(const base::Error& error) {
  ++refused;
  Response response;
  response.status = status_of(error.code);
  response.body = error.detail;
  return response;
}

TestServer::TestServer(ServerOptions options, std::size_t shard_count) {
  if (over_tls() && !options.tls) {
    options.tls = test_context();
  }
  if (options.listen.empty() && options.inherited.empty()) {
    options.listen = {"127.0.0.1:0"};
  }
  std::vector<Shard*> pointers;
  for (std::size_t i = 0; i < shard_count; ++i) {
    shards.push_back(std::make_unique<Shard>(i, clock));
    pointers.push_back(shards.back().get());
  }
  server = std::make_unique<Server>(pointers, handler, std::move(options));
  address = server->addresses().front();
  for (const auto& shard : shards) {
    shard->start();
  }
  server->start();
}

TestServer::~TestServer() {
  server->stop();
  for (const auto& shard : shards) {
    shard->stop();
  }
}

std::string TestServer::ask(std::string_view bytes) const {
  Client client = connect();
  client.send(bytes);
  return client.read_to_end();
}

void TestServer::on_shard(const std::function<void()>& task) {
  std::promise<void> done;
  shards.front()->post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

bool TestServer::wait_until(const std::function<bool()>& fact) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!fact()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

ServerOptions short_limits() {
  ServerOptions options;
  options.head_limit = std::chrono::milliseconds{200};
  options.body_limit = std::chrono::milliseconds{200};
  options.idle_limit = std::chrono::milliseconds{200};
  options.write_limit = std::chrono::milliseconds{200};
  return options;
}

std::string get(std::string_view target, std::string_view headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", target, headers);
}

std::string post(std::string_view target, std::string_view body) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", target,
                     body.size(), body);
}

}  // namespace keepline::net::test
