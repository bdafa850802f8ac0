#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace keepline::bench {

/// The bytes of a non-blocking socket, as they are or within TLS. It does not own the socket.
class Channel {
 public:
  /// Within TLS it is a client that believes any certificate; the handshake happens by the way.
  void begin(int socket, bool tls);
  void end() { tls_.reset(); }

  /// Like the system calls, EAGAIN in errno among them.
  ssize_t send(std::string_view bytes);
  ssize_t receive(char* into, std::size_t size);

  /// Nothing is left to read after less came than was asked for.
  bool is_empty_after_less() const { return tls_ == nullptr; }

 private:
  struct Free {
    void operator()(ssl_st* tls) const;
  };

  ssize_t result(int done) const;

  int socket_ = -1;
  std::unique_ptr<ssl_st, Free> tls_;
};

/// A key and a certificate that signs itself.
struct Certificate {
  std::string file;
  std::string key_file;
};

/// Makes one in `folder`, by the program openssl; an exception if it is not there. Blocks.
Certificate make_certificate(const std::string& folder);

}  // namespace keepline::bench
