#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/test_certificate.h"
#include "net/test_tls.h"

namespace keepline::net::test {

namespace {

SSL_CTX* client_context() {
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  return context;
}

int unread(int descriptor) {
  int bytes = 0;
  ::ioctl(descriptor, FIONREAD, &bytes);
  return bytes;
}

}  // namespace

void Peers::Free::operator()(ssl_st* tls) const { SSL_free(tls); }

Peers::Peers(const TlsContextPtr& context)
    : context_(context ? context : test_context()),
      client_(SSL_new(client_context())),
      in_(BIO_new(BIO_s_mem())),
      out_(BIO_new(BIO_s_mem())) {
  std::array<int, 2> ends{};
  base::check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0, "a pair");
  server_end_ = ends[0];
  client_end_ = ends[1];
  const int room = 256 * 1024;
  ::setsockopt(client_end_, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  server_ = std::make_unique<TlsSession>(*context_, server_end_);
  BIO_set_mem_eof_return(in_, -1);
  SSL_set_bio(client_.get(), in_, out_);
  SSL_set_connect_state(client_.get());
}

Peers::~Peers() {
  server_.reset();
  ::close(server_end_);
  hang_up();
}

void Peers::hang_up() {
  if (client_end_ >= 0) {
    ::close(std::exchange(client_end_, -1));
  }
}

bool Peers::shake_hands() {
  constexpr int kTurns = 20;
  for (int turn = 0; turn < kTurns; ++turn) {
    const bool client_done = SSL_do_handshake(client_.get()) == 1;
    to_server();
    // The end of the handshake is the server's first read that finds nothing.
    const ssize_t got = read_once();
    if (got == 0) {
      return false;
    }
    to_client();
    if (client_done && got < 0) {
      return true;
    }
  }
  return false;
}

void Peers::say(std::string_view text) {
  EXPECT_EQ(SSL_write(client_.get(), text.data(), static_cast<int>(text.size())),
            static_cast<int>(text.size()));
  to_server();
}

ssize_t Peers::read_once() {
  std::array<char, 64> into{};
  errno = 0;
  const ssize_t got = server_->read(into);
  error_ = errno;
  return got;
}

std::string Peers::hear() {
  std::string heard;
  std::array<char, 64> into{};
  do {
    errno = 0;
    const ssize_t got = server_->read(into);
    error_ = errno;
    if (got == 0) {
      return heard;
    }
    heard.append(into.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  } while (server_->may_have_more());
  return heard;
}

std::string Peers::from_client() {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out_, &bytes);
  std::string taken(bytes, static_cast<std::size_t>(size));
  BIO_reset(out_);
  return taken;
}

void Peers::to_server() { to_server(from_client()); }

void Peers::to_server(std::string_view bytes) {
  const std::size_t step = trickles ? 1 : bytes.size();
  for (; !bytes.empty(); bytes.remove_prefix(step)) {
    EXPECT_EQ(::send(client_end_, bytes.data(), step, MSG_NOSIGNAL), static_cast<ssize_t>(step));
    if (trickles && bytes.size() > 1) {
      EXPECT_EQ(read_once(), -1);
      EXPECT_EQ(error_, EAGAIN);
    }
  }
}

ssize_t Peers::write(const std::vector<iovec>& parts) {
  errno = 0;
  const ssize_t sent = server_->write(parts, gather_);
  error_ = errno;
  return sent;
}

void Peers::answer(std::string text) {
  EXPECT_EQ(write({{.iov_base = text.data(), .iov_len = text.size()}}),
            static_cast<ssize_t>(text.size()));
}

std::string Peers::take(std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t got = ::recv(client_end_, bytes.data(), bytes.size(), MSG_DONTWAIT);
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

void Peers::to_client() {
  for (std::string bytes = take(1U << 20U); !bytes.empty(); bytes = take(1U << 20U)) {
    feed_client(bytes);
  }
}

void Peers::feed_client(std::string_view bytes) {
  BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
}

std::string Peers::read_answer_record() {
  std::string bytes(TlsSession::kRecordBytes, '\0');
  const int got = SSL_read(client_.get(), bytes.data(), static_cast<int>(bytes.size()));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string Peers::read_answer(std::size_t count) {
  std::string all;
  while (all.size() < count) {
    to_client();
    const std::string got = read_answer_record();
    if (got.empty()) {
      break;
    }
    all += got;
  }
  return all;
}

int Peers::unread_request() const { return unread(server_end_); }
int Peers::unread_answer() const { return unread(client_end_); }

void Peers::fill_way_to_client() {
  const std::string filling(4096, 'f');
  while (::send(server_end_, filling.data(), filling.size(), MSG_NOSIGNAL) > 0) {
  }
  while (::send(server_end_, filling.data(), 1, MSG_NOSIGNAL) > 0) {
  }
}

void Peers::drop_filling() {
  while (!take(1U << 20U).empty()) {
  }
}

}  // namespace keepline::net::test
