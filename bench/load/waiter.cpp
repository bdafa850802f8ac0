#include "load/waiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace keepline::bench {
namespace {

constexpr std::size_t kWaitersPerAddress = 5'000;

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl((127U << 24U) + host);
  return address;
}

void must_set(int socket, int level, int option, int value) {
  base::check(setsockopt(socket, level, option, &value, sizeof value) == 0, "setsockopt");
}

}  // namespace

Waiter::Waiter(support::Loop& loop, const Dialect& dialect, Carrier carrier, std::size_t number,
               Owner& owner)
    : loop_(loop),
      dialect_(dialect),
      owner_(owner),
      number_(number),
      carrier_(carrier),
      reader_(carrier) {}

void Waiter::open() {
  base::check(socket_ < 0, "it is open");
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  base::check(socket_ >= 0, "socket: raise the limit of open files (ulimit -n)");
  must_set(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
  // The port is chosen in connect(), which knows that only the four numbers together must differ.
  must_set(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  const auto host = static_cast<std::uint32_t>(2 + number_ / kWaitersPerAddress);
  const sockaddr_in from = loopback(host, 0);
  base::check(bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0, "bind");
  const sockaddr_in to = loopback(1, dialect_.port());
  ++opened_;
  waiting_ = false;
  reader_.reset();
  // A refusal known at once shows as an event of the socket, like one that comes later.
  static_cast<void>(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to));
  loop_.watch(socket_, *this);
  channel_.begin(socket_, dialect_.tls());
  write(dialect_.request(carrier_, number_, cursor_));
}

void Waiter::ask() {
  if (socket_ < 0) {
    open();
  } else {
    write(dialect_.request(carrier_, number_, cursor_));
  }
}

void Waiter::drop() {
  if (socket_ >= 0) {
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    channel_.end();
    close(socket_);
    socket_ = -1;
  }
  unsent_.clear();
}

void Waiter::lose(std::string_view why) {
  if (socket_ >= 0) {
    const std::string words(why);
    drop();
    owner_.on_lost(*this, words);
  }
}

void Waiter::write(std::string_view bytes) {
  const ssize_t sent = channel_.send(bytes);
  // Not connected yet, or failed: the rest goes out when the socket is ready; a failure shows then.
  unsent_.append(bytes.substr(sent > 0 ? static_cast<std::size_t>(sent) : 0));
}

bool Waiter::flush() {
  if (!unsent_.empty()) {
    const ssize_t sent = channel_.send(unsent_);
    if (sent < 0) {
      return errno == EAGAIN || errno == ENOTCONN;
    }
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (unsent_.empty() && !dialect_.greets(carrier_)) {
    waits();
  }
  return true;
}

void Waiter::waits() {
  if (!waiting_) {
    waiting_ = true;
    owner_.on_waiting(*this);
  }
}

void Waiter::on_ready(std::uint32_t events) {
  if (socket_ < 0) {
    return;
  }
  const bool ends = (events & (EPOLLERR | EPOLLRDHUP | EPOLLHUP)) != 0;
  const std::uint32_t opened = opened_;
  if (!flush() || ends) {
    read(/*to_the_end=*/true);
    if (opened == opened_) {
      lose("closed");
    }
  } else if ((events & EPOLLIN) != 0) {
    read(/*to_the_end=*/false);
  }
}

void Waiter::read(bool to_the_end) {
  static thread_local std::array<char, std::size_t{64} << 10U> buffer;
  const std::uint32_t opened = opened_;
  bool heard = false;
  while (socket_ >= 0 && opened == opened_) {
    const ssize_t got = channel_.receive(buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
      break;
    }
    heard = true;
    if (got <= 0) {
      lose(got == 0 ? "closed" : "reset");
      return;
    }
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
    if (record_ != nullptr) {
      record_->append(bytes);
    }
    if (!reader_.take(bytes, *this)) {
      lose(reader_.why());
      return;
    }
    // The socket is empty after a short read: what comes later is a new edge.
    if (!to_the_end && bytes.size() < buffer.size() && channel_.is_empty_after_less()) {
      break;
    }
  }
  if (heard && socket_ >= 0 && opened == opened_) {
    waits();
  }
}

void Waiter::on_batch(const Batch& batch) {
  std::string cursor = dialect_.cursor_after(batch);
  if (!cursor.empty()) {
    cursor_.swap(cursor);
  }
  if (batch.closes) {
    channel_.end();
    close(socket_);
    socket_ = -1;
    unsent_.clear();
  }
  waits();
  owner_.on_batch(*this, batch);
}

void Waiter::on_ping(std::string_view payload) {
  // A client must mask; a mask of zeros leaves the bytes as they are.
  std::string pong = {static_cast<char>(0x8A),
                      static_cast<char>(0x80U | static_cast<unsigned>(payload.size()))};
  pong.append(4, '\0').append(payload);
  write(pong);
}

}  // namespace keepline::bench
