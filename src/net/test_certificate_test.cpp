#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/check.h"
#include "net/test_certificate.h"

namespace keepline::net::test {

namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<EVP_PKEY> make_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::kRsa2048:
      return Owned<EVP_PKEY>(EVP_RSA_gen(2048U));
    case KeyKind::kRsa1024:
      return Owned<EVP_PKEY>(EVP_RSA_gen(1024U));
    case KeyKind::kP256:
      break;
  }
  return Owned<EVP_PKEY>(EVP_EC_gen("P-256"));
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

Pair make_pair(const CertificateWish& wish) {
  const auto key = make_key(wish.key);
  const Owned<X509> made(X509_new());
  X509* const certificate = made.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), wish.serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), std::chrono::seconds(wish.from).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), std::chrono::seconds(wish.until).count());
  X509_set_pubkey(certificate, key.get());
  X509_NAME* const name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  base::check(X509_sign(certificate, key.get(), EVP_sha256()) > 0, "it signs itself");

  const Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
  const Owned<BIO> key_text(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_text.get(), certificate);
  const auto* const passphrase = reinterpret_cast<const unsigned char*>(wish.passphrase.data());
  PEM_write_bio_PrivateKey(key_text.get(), key.get(),
                           wish.passphrase.empty() ? nullptr : EVP_aes_128_cbc(), passphrase,
                           static_cast<int>(wish.passphrase.size()), nullptr, nullptr);
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

PairFiles::PairFiles(const Pair& pair) {
  std::string pattern = (std::filesystem::temp_directory_path() / "keepline-tls-XXXXXX").string();
  base::check(::mkdtemp(pattern.data()) != nullptr, "a folder for the test");
  folder_ = pattern;
  write(certificate(), pair.certificate);
  write(key(), pair.key);
}

PairFiles::~PairFiles() { std::filesystem::remove_all(folder_); }

void PairFiles::write(const std::string& path, const std::string& text) const {
  std::ofstream(path, std::ios::trunc) << text;
}

TlsContextPtr test_context() {
  static const TlsContextPtr made = [] {
    const PairFiles files;
    return TlsContext::load(files.certificate(), files.key()).value();
  }();
  return made;
}

}  // namespace keepline::net::test
