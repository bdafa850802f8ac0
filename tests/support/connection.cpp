#include "support/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace keepline::support {

void Connection::open() {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  base::check(socket_ >= 0, "socket: raise the limit of open files (ulimit -n)");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ++opened_;
  // A refusal known at once is not looked at here: the socket then reports that it hangs up, so
  // that the owner always hears of it from the loop.
  static_cast<void>(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
  loop_.watch(socket_, *this);
}

void Connection::request(std::string_view bytes) {
  base::check(!busy_, "one request at a time");
  busy_ = true;
  if (socket_ < 0) {
    open();
  }
  const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  const std::size_t taken = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  // Not connected yet, full, or failed: the rest goes out when the socket is ready, and a failure
  // shows then as well.
  unsent_.assign(bytes.substr(taken));
}

void Connection::drop() {
  if (socket_ >= 0) {
    close(socket_);
    socket_ = -1;
  }
  busy_ = false;
  unsent_.clear();
  partial_.clear();
}

void Connection::lose() {
  const bool asked = busy_;
  drop();
  if (asked) {
    owner_.on_lost();
  }
}

bool Connection::flush() {
  if (unsent_.empty()) {
    return true;
  }
  const ssize_t sent = send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    return errno == EAGAIN || errno == ENOTCONN;
  }
  unsent_.erase(0, static_cast<std::size_t>(sent));
  return true;
}

void Connection::on_ready(std::uint32_t events) {
  if (socket_ < 0) {
    return;
  }
  const bool ends = (events & (EPOLLERR | EPOLLRDHUP | EPOLLHUP)) != 0;
  const std::uint32_t opened = opened_;
  if (!flush() || ends) {
    // What arrived before the end still counts: an answer is an answer.
    read(/*to_the_end=*/true);
    if (socket_ >= 0 && opened == opened_) {
      lose();
    }
    return;
  }
  if ((events & EPOLLIN) != 0) {
    read(/*to_the_end=*/false);
  }
}

void Connection::read(bool to_the_end) {
  // Shared by all connections of the thread: a waiting one owns no buffer.
  static thread_local std::array<char, std::size_t{64} << 10U> buffer;
  const std::uint32_t opened = opened_;
  while (socket_ >= 0 && opened == opened_) {
    const ssize_t got = recv(socket_, buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (got <= 0) {
      lose();
      return;
    }
    const auto size = static_cast<std::size_t>(got);
    if (!take({buffer.data(), size})) {
      lose();
      return;
    }
    // The socket is empty after a short read: what comes later is a new edge.
    if (!to_the_end && size < buffer.size()) {
      return;
    }
  }
}

bool Connection::take(std::string_view bytes) {
  static thread_local std::string scratch;
  std::string held;
  if (!partial_.empty()) {
    partial_.append(bytes);
    held.swap(partial_);
    bytes = held;
  }
  const AnswerRead read = read_answer(bytes, scratch);
  if (read.state == ReadState::kPartial) {
    if (held.empty()) {
      partial_.assign(bytes);
    } else {
      partial_.swap(held);
    }
    return true;
  }
  // An answer nobody asked for, or bytes after the one that was, are as broken as bad framing.
  if (read.state == ReadState::kBroken || !busy_ || read.used != bytes.size()) {
    return false;
  }
  busy_ = false;
  if (read.answer.closes) {
    close(socket_);
    socket_ = -1;
  }
  owner_.on_answer(read.answer);
  return true;
}

}  // namespace keepline::support
