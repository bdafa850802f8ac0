#pragma once

#include <chrono>
#include <string>

#include "net/tls.h"

// Certificates that the tests make for themselves.
namespace keepline::net::test {

enum class KeyKind : std::uint8_t { kP256, kRsa2048, kRsa1024 };

struct CertificateWish {
  std::string name = "localhost";
  int serial = 1;
  KeyKind key = KeyKind::kP256;
  std::chrono::hours from{-1};  ///< from now
  std::chrono::hours until{24};
  std::string passphrase;  ///< of the key's file; empty: none
};

/// A certificate that signs itself, and its key, in PEM.
struct Pair {
  std::string certificate;
  std::string key;
};
Pair make_pair(const CertificateWish& wish = {});

/// A folder with files that are gone when the test is.
class PairFiles {
 public:
  explicit PairFiles(const Pair& pair = make_pair());
  ~PairFiles();
  PairFiles(const PairFiles&) = delete;
  PairFiles& operator=(const PairFiles&) = delete;

  std::string certificate() const { return folder_ + "/certificate.pem"; }
  std::string key() const { return folder_ + "/key.pem"; }
  void write(const std::string& path, const std::string& text) const;

 private:
  std::string folder_;
};

/// One for all tests that do not care; made once.
TlsContextPtr test_context();

}  // namespace keepline::net::test
