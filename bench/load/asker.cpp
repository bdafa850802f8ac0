#include "load/asker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"
#include "support/answer.h"

namespace keepline::bench {

Asker::Asker(support::Loop& loop, std::uint16_t port, const std::string& request, Answers& answers)
    : request_(request), answers_(answers) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  base::check(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  loop.watch(socket_, *this);
}

Asker::~Asker() {
  if (socket_ >= 0) {
    close(socket_);
  }
}

void Asker::ask() {
  asked_ = true;
  missing_ = length_;
  const ssize_t sent = send(socket_, request_.data(), request_.size(), MSG_NOSIGNAL);
  // A request is far smaller than what an empty socket takes.
  answers_.failures += sent == static_cast<ssize_t>(request_.size()) ? 0U : 1U;
}

void Asker::on_ready(std::uint32_t events) {
  // An edge also comes for room to write, which is never missing here.
  if (socket_ >= 0 && asked_ && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
    read();
  }
}

void Asker::read() {
  static thread_local std::array<char, std::size_t{16} << 10U> buffer;
  const ssize_t got = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (got <= 0) {
    ++answers_.failures;
    close(socket_);
    socket_ = -1;
    return;
  }
  const auto size = static_cast<std::size_t>(got);
  if (length_ == 0 ? !learn(buffer.data(), size) : missing_ > size) {
    missing_ -= length_ == 0 ? 0 : size;
    return;
  }
  ++answers_.count;
  asked_ = false;
  if (answers_.asking) {
    ask();
  }
}

bool Asker::learn(const char* bytes, std::size_t size) {
  begun_.append(bytes, size);
  std::string scratch;
  const support::AnswerRead read = support::read_answer(begun_, scratch);
  if (read.state != support::ReadState::kWhole) {
    return false;
  }
  answers_.failures += read.answer.status == 200 ? 0U : 1U;
  length_ = read.used;
  if (answers_.first.empty()) {
    answers_.first = begun_;
  }
  return true;
}

}  // namespace keepline::bench
