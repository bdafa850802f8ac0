// TLS on one socket: OpenSSL between the connection and the kernel.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/check.h"
#include "net/tls.h"

namespace keepline::net {

namespace {

/// What one read() takes from the kernel at most: two records and more.
constexpr std::uint32_t kBytesAtOnce = 40U * 1024;

}  // namespace

/// The socket as OpenSSL reaches it. Its own way to a socket would raise SIGPIPE, read without an
/// end for as long as the peer sends, and not tell whether the kernel had more.
struct TlsSession::Road {
  static TlsSession& session(BIO* bio) { return *static_cast<TlsSession*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    TlsSession& self = session(bio);
    BIO_clear_retry_flags(bio);
    *got = 0;
    if (self.allowance_ == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t room = std::min<std::size_t>(size, self.allowance_);
    ssize_t count = 0;
    do {
      count = ::recv(self.descriptor_, into, room, MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    self.kernel_is_empty_ = count < static_cast<ssize_t>(room);
    if (count > 0) {
      *got = static_cast<std::size_t>(count);
      self.allowance_ -= static_cast<std::uint32_t>(count);
      return 1;
    }
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      BIO_set_retry_read(bio);
      return -1;
    }
    BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return 0;
  }

  static int write(BIO* bio, const char* from, std::size_t size, std::size_t* sent) {
    BIO_clear_retry_flags(bio);
    ssize_t count = 0;
    do {
      count = ::send(session(bio).descriptor_, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    *sent = count > 0 ? static_cast<std::size_t>(count) : 0;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      BIO_set_retry_write(bio);
    }
    return count > 0 ? 1 : -1;
  }

  static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) {
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    }
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static BIO_METHOD* make_method() {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    base::check(made != nullptr && BIO_meth_set_read_ex(made, read) == 1 &&
                    BIO_meth_set_write_ex(made, write) == 1 &&
                    BIO_meth_set_ctrl(made, control) == 1,
                "OpenSSL takes a road of our own");
    return made;
  }

  /// One for the process, never freed: sessions may end as late as its last moment.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = make_method();
    return made;
  }
};

TlsSession::TlsSession(const TlsContext& context, int descriptor)
    : ssl_(SSL_new(context.context_)), descriptor_(descriptor) {
  BIO* const road = BIO_new(Road::method());
  // As where new finds no memory: nothing sensible can follow.
  base::check(ssl_ != nullptr && road != nullptr, "memory for a TLS session");
  BIO_set_data(road, this);
  BIO_set_init(road, 1);
  SSL_set_bio(ssl_, road, road);
  SSL_set_accept_state(ssl_);
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

ssize_t TlsSession::read(std::span<char> into) {
  ERR_clear_error();
  read_needs_room_ = false;
  may_have_more_ = false;
  allowance_ = kBytesAtOnce;
  // Only a look at the kernel in this very call says what it holds: bytes may have come, and been
  // told of, since the last one.
  kernel_is_empty_ = false;
  std::size_t got = 0;
  const int done = SSL_read_ex(ssl_, into.data(), into.size(), &got);
  if (done == 1) {
    may_have_more_ = !kernel_is_empty_ || SSL_has_pending(ssl_) != 0;
    return static_cast<ssize_t>(got);
  }
  const int error = SSL_get_error(ssl_, done);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    read_needs_room_ = error == SSL_ERROR_WANT_WRITE;
    // A part of a record that OpenSSL holds is no reason to ask again.
    may_have_more_ = error == SSL_ERROR_WANT_READ && !kernel_is_empty_;
    errno = EAGAIN;
    return -1;
  }
  return fail(error);
}

ssize_t TlsSession::fail(int error) {
  // Whoever ended in good order is answered in kind.
  over_ = error != SSL_ERROR_ZERO_RETURN;
  if (error == SSL_ERROR_SSL) {
    const unsigned long first = ERR_peek_error();
    met_plain_http_ =
        ERR_GET_LIB(first) == ERR_LIB_SSL && ERR_GET_REASON(first) == SSL_R_HTTP_REQUEST;
    failure_ = ERR_reason_error_string(first);
  }
  ERR_clear_error();
  return 0;
}

ssize_t TlsSession::write(std::span<const iovec> parts, std::span<char> gather) {
  base::check(gather.size() >= kRecordBytes, "room for a record");
  const char* from = static_cast<const char*>(parts.front().iov_base);
  std::size_t size = std::min(parts.front().iov_len, kRecordBytes);
  if (size < kRecordBytes && parts.size() > 1) {
    size = 0;
    for (const iovec& part : parts) {
      const std::size_t taken = std::min(part.iov_len, kRecordBytes - size);
      std::memcpy(gather.data() + size, part.iov_base, taken);
      size += taken;
    }
    from = gather.data();
  }
  ERR_clear_error();
  write_needs_bytes_ = false;
  std::size_t sent = 0;
  const int done = SSL_write_ex(ssl_, from, size, &sent);
  if (done == 1) {
    return static_cast<ssize_t>(sent);
  }
  const int error = SSL_get_error(ssl_, done);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    write_needs_bytes_ = error == SSL_ERROR_WANT_READ;
    errno = EAGAIN;
    return -1;
  }
  fail(error);
  errno = EPIPE;
  return -1;
}

std::uint32_t TlsSession::meaning_of(std::uint32_t events) const {
  std::uint32_t meaning = events;
  if (read_needs_room_ && (events & EPOLLOUT) != 0) {
    meaning |= EPOLLIN;
  }
  if (write_needs_bytes_ && (events & EPOLLIN) != 0) {
    meaning |= EPOLLOUT;
  }
  return meaning;
}

void TlsSession::say_goodbye() {
  if (!over_ && SSL_is_init_finished(ssl_) != 0) {
    SSL_shutdown(ssl_);
    ERR_clear_error();
  }
  over_ = true;
}

}  // namespace keepline::net
