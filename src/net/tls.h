#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

// OpenSSL's own types, named so that its headers stay in the sources.
struct ssl_ctx_st;
struct ssl_st;

namespace keepline::net {

class TlsContext;
using TlsContextPtr = std::shared_ptr<const TlsContext>;

/// A certificate with its key, and the rules by which TLS is spoken with it: TLS 1.2 and 1.3,
/// forward secret ciphers only, HTTP/1.1 as the only protocol above, no renegotiation, no
/// compression, no early data.
///
/// A client that comes back may resume its session, which spares both sides the signature (an RSA
/// key's is most of a handshake). What resumption needs is sealed into a ticket that the client
/// keeps, so the server remembers nothing; the key that seals is the context's own, made anew for
/// each, so a reload or a restart ends what older tickets could open.
///
/// Immutable. Thread-safe: all shards share one.
class TlsContext {
 public:
  /// Reads both files, in PEM; the certificate's may go on with the chain behind it. Blocks.
  ///
  /// Errors: kBadValue - a file cannot be read or holds something else, the key asks for a
  /// passphrase or belongs to another certificate, or either is too weak; one sentence for the
  /// operator.
  static base::Result<TlsContextPtr> load(const std::string& certificate_file,
                                          const std::string& key_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// The time from which clients no longer believe the certificate, and the time before which they
  /// do not yet.
  std::chrono::sys_seconds valid_until() const { return valid_until_; }
  std::chrono::sys_seconds valid_from() const { return valid_from_; }

 private:
  friend class TlsSession;
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* context_;
  std::chrono::sys_seconds valid_from_{};
  std::chrono::sys_seconds valid_until_{};
};

/// The server's end of TLS on one non-blocking socket, which it does not own. Speaks like recv(2)
/// and send(2): bytes, or EAGAIN. The handshake happens within the first reads. Between records it
/// holds no buffers.
///
/// A peer that closes without a farewell closed: HTTP says by itself where each message ends, and
/// nothing that was cut is ever taken for whole.
///
/// Lives on one shard.
class TlsSession {
 public:
  TlsSession(const TlsContext& context, int descriptor);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// Reads up to a record's bytes. 0 is the end, in good order or broken; -1 with EAGAIN means
  /// later. Looks at a bounded number of the peer's bytes, so that one who sends what brings
  /// nothing (key updates) does not hold up the shard: see may_have_more().
  ssize_t read(std::span<char> into);
  /// After read(): whether another may bring something without a new event of the socket.
  bool may_have_more() const { return may_have_more_; }

  /// Writes the first bytes of `parts`, at most one record: small parts are put together in
  /// `gather`, large ones are not copied. Returns how many were taken; -1 with EAGAIN where none
  /// were. Requires: after EAGAIN the next call begins with the same bytes, and has no fewer.
  ssize_t write(std::span<const iovec> parts, std::span<char> gather);

  /// TLS may have to write before it can read, and the other way round: `events` of the socket
  /// (epoll) as they concern who waits for bytes (EPOLLIN) or room (EPOLLOUT).
  std::uint32_t meaning_of(std::uint32_t events) const;

  /// Tells the peer that nothing more comes; never waits, so it may fail to. Nothing may be read
  /// or written afterwards.
  void say_goodbye();

  /// After read() returned 0: the peer began with a plain HTTP request. Nothing was sent to it.
  bool met_plain_http() const { return met_plain_http_; }
  /// After read() returned 0: why, in OpenSSL's words; null where the peer just ended.
  const char* failure() const { return failure_; }

  /// The most that one call of write() takes, and `gather` holds.
  static constexpr std::size_t kRecordBytes = std::size_t{16} * 1024;

 private:
  struct Road;
  ssize_t fail(int error);

  ssl_st* ssl_ = nullptr;
  const char* failure_ = nullptr;
  int descriptor_;
  std::uint32_t allowance_ = 0;  ///< bytes that this read() may still take from the kernel
  bool kernel_is_empty_ = false;
  bool may_have_more_ = false;
  bool read_needs_room_ = false;
  bool write_needs_bytes_ = false;
  bool over_ = false;  ///< broken, or ended by us
  bool met_plain_http_ = false;
};

}  // namespace keepline::net
