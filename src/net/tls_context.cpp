// What a server's TLS is made of: the certificate, its key and the rules.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>

#include "base/check.h"
#include "net/tls.h"

namespace keepline::net {

using base::Errc;
using base::Error;

namespace {

/// TLS 1.2 without what has no forward secrecy, no authenticated encryption, or lets a client ask
/// for expensive arithmetic (finite-field Diffie-Hellman). TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr int kSecurityLevel = 2;  // RSA of 2048 bits and up, SHA-256

/// Each connection brings its client one ticket for the next; more would be bytes and encryption
/// for every client of a reconnect storm.
constexpr std::size_t kTickets = 1;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;

/// A server has nobody at its keyboard.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void* /*data*/) {
  constexpr std::string_view kHttp = "http/1.1";
  // Each is a length and that many bytes (RFC 7301 section 3.1).
  for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
    const unsigned int size = offered[at];
    if (size > offered_size - at - 1) {
      break;
    }
    if (std::string_view(reinterpret_cast<const char*>(offered + at + 1), size) == kHttp) {
      *chosen = offered + at + 1;
      *chosen_size = static_cast<unsigned char>(size);
      return SSL_TLSEXT_ERR_OK;
    }
  }
  // Who speaks only other protocols would not understand a word.
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// The newest reason that OpenSSL gives, and nothing kept for whoever asks next.
std::string take_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason == nullptr ? "no reason is known" : reason;
  ERR_clear_error();
  return text;
}

Error wrong(std::string sentence) { return Error(Errc::kBadValue, std::move(sentence)); }

base::Result<BioPtr> open_file(const std::string& path) {
  errno = 0;
  BioPtr file(BIO_new_file(path.c_str(), "r"));
  if (!file) {
    const int error = errno;
    ERR_clear_error();
    return wrong(fmt::format("cannot read {}: {}", path, std::system_category().message(error)));
  }
  return file;
}

std::chrono::sys_seconds time_of(const ASN1_TIME* time) {
  std::tm parts{};
  base::check(ASN1_TIME_to_tm(time, &parts) == 1, "OpenSSL took the certificate's time");
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&parts)));
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, kSecurityLevel);
  bool set = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
  set = SSL_CTX_set_cipher_list(context, kCiphers) == 1 && set;
  set = SSL_CTX_set1_groups_list(context, kGroups) == 1 && set;
  set = SSL_CTX_set_num_tickets(context, kTickets) == 1 && set;
  base::check(set, "OpenSSL knows the protocols, ciphers and groups");
  SSL_CTX_set_options(
      context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Without RELEASE_BUFFERS an idle connection would keep 34 kB. Answers are written from where
  // they lie, and what is retried may have moved there.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  // One system call for a record instead of two.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

base::Result<TlsContextPtr> TlsContext::load(const std::string& certificate_file,
                                             const std::string& key_file) {
  ERR_clear_error();
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  base::check(context != nullptr, "OpenSSL makes a context");
  const std::shared_ptr<TlsContext> made(new TlsContext(context));
  set_rules(context);

  // Opened for the reason alone: OpenSSL's words do not tell a missing file from a wrong one.
  if (const auto file = open_file(certificate_file); !file) {
    return file.error();
  }
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return wrong(fmt::format("{} holds no certificate that can be used: {}", certificate_file,
                             take_reason()));
  }
  const auto file = open_file(key_file);
  if (!file) {
    return file.error();
  }
  const KeyPtr key(PEM_read_bio_PrivateKey(file->get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    return wrong(
        fmt::format("{} holds no private key without a passphrase: {}", key_file, take_reason()));
  }
  X509* const certificate = SSL_CTX_get0_certificate(context);
  if (X509_check_private_key(certificate, key.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    ERR_clear_error();
    return wrong(fmt::format("the key in {} does not belong to the certificate in {}", key_file,
                             certificate_file));
  }
  made->valid_from_ = time_of(X509_get0_notBefore(certificate));
  made->valid_until_ = time_of(X509_get0_notAfter(certificate));
  ERR_clear_error();
  return TlsContextPtr(made);
}

}  // namespace keepline::net
