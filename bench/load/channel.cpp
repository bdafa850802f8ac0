#include "load/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

#include "base/check.h"
#include "support/server_process.h"

namespace keepline::bench {
namespace {

SSL_CTX* client_context() {
  static SSL_CTX* const context = [] {
    SSL_CTX* const made = SSL_CTX_new(TLS_client_method());
    base::check(made != nullptr, "SSL_CTX_new");
    // What is not sent yet is kept by the caller, where it may move.
    SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
    return made;
  }();
  return context;
}

}  // namespace

void Channel::Free::operator()(ssl_st* tls) const { SSL_free(tls); }

void Channel::begin(int socket, bool tls) {
  socket_ = socket;
  tls_.reset(tls ? SSL_new(client_context()) : nullptr);
  if (tls_) {
    SSL_set_fd(tls_.get(), socket);
    SSL_set_connect_state(tls_.get());
  }
}

ssize_t Channel::result(int done) const {
  if (done > 0) {
    return done;
  }
  const int error = SSL_get_error(tls_.get(), done);
  if (error == SSL_ERROR_ZERO_RETURN) {
    return 0;
  }
  errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
  return -1;
}

ssize_t Channel::send(std::string_view bytes) {
  if (!tls_) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  ERR_clear_error();
  return result(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())));
}

ssize_t Channel::receive(char* into, std::size_t size) {
  if (!tls_) {
    return ::recv(socket_, into, size, 0);
  }
  ERR_clear_error();
  return result(SSL_read(tls_.get(), into, static_cast<int>(size)));
}

Certificate make_certificate(const std::string& folder) {
  Certificate certificate{folder + "/certificate.pem", folder + "/key.pem"};
  const int code = support::run_command(
      {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
       "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout",
       certificate.key_file, "-out", certificate.file},
      folder + "/openssl.log");
  if (code != 0) {
    throw std::runtime_error("no certificate: apt install openssl");
  }
  return certificate;
}

}  // namespace keepline::bench
