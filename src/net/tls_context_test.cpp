#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "net/test_certificate.h"
#include "net/tls.h"

namespace keepline::net {

using test::CertificateWish;
using test::KeyKind;
using test::make_pair;
using test::PairFiles;
using ::testing::HasSubstr;

namespace {

std::string failure_of(const std::string& certificate, const std::string& key) {
  const auto loaded = TlsContext::load(certificate, key);
  return loaded ? "" : loaded.error().detail;
}

std::string failure_of(const test::Pair& pair) {
  const PairFiles files(pair);
  return failure_of(files.certificate(), files.key());
}

std::chrono::sys_seconds from_now(std::chrono::hours hours) {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + hours;
}

}  // namespace

TEST(TlsContext, KnowsHowLongItsCertificateIsBelieved) {
  CertificateWish wish;
  wish.from = std::chrono::hours(-48);
  wish.until = std::chrono::hours(-24);
  const PairFiles files(make_pair(wish));
  const auto context = TlsContext::load(files.certificate(), files.key()).value();
  EXPECT_LE(context->valid_until(), from_now(std::chrono::hours(-24)));
  EXPECT_GT(context->valid_until(), from_now(std::chrono::hours(-25)));
  EXPECT_LE(context->valid_from(), from_now(std::chrono::hours(-48)));
}

TEST(TlsContext, TakesRsaKeysToo) {
  CertificateWish wish;
  wish.key = KeyKind::kRsa2048;
  EXPECT_EQ(failure_of(make_pair(wish)), "");
}

TEST(TlsContext, SaysInOneSentenceWhatIsWrongWithTheFiles) {
  const PairFiles files;
  const std::string missing = files.key() + ".missing";
  EXPECT_EQ(failure_of(missing, files.key()),
            "cannot read " + missing + ": No such file or directory");
  EXPECT_EQ(failure_of(files.certificate(), missing),
            "cannot read " + missing + ": No such file or directory");
  EXPECT_THAT(failure_of("/", files.key()), HasSubstr("/"));
  EXPECT_THAT(failure_of(files.key(), files.key()), HasSubstr("holds no certificate"));
  EXPECT_THAT(failure_of(files.certificate(), files.certificate()),
              HasSubstr("holds no private key"));
  EXPECT_THAT(failure_of({.certificate = "", .key = ""}), HasSubstr("holds no certificate"));
  const std::string half = make_pair().certificate.substr(0, 200);
  EXPECT_THAT(failure_of({.certificate = half, .key = make_pair().key}),
              HasSubstr("holds no certificate"));
}

TEST(TlsContext, RefusesAKeyOfAnotherCertificate) {
  CertificateWish rsa;
  rsa.key = KeyKind::kRsa2048;
  for (const CertificateWish& other : {CertificateWish{}, rsa}) {
    EXPECT_THAT(failure_of({.certificate = make_pair().certificate, .key = make_pair(other).key}),
                HasSubstr("does not belong to the certificate"));
  }
}

TEST(TlsContext, AsksNobodyForAPassphrase) {
  CertificateWish wish;
  wish.passphrase = "nobody is there";
  EXPECT_THAT(failure_of(make_pair(wish)), HasSubstr("holds no private key without a passphrase"));
}

TEST(TlsContext, RefusesAKeyThatIsTooWeak) {
  CertificateWish wish;
  wish.key = KeyKind::kRsa1024;
  EXPECT_THAT(failure_of(make_pair(wish)), HasSubstr("too small"));
}

}  // namespace keepline::net
