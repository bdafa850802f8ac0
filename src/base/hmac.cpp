#include "base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace keepline::base {

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 code{};
  unsigned int size = 0;
  const auto* const text = reinterpret_cast<const unsigned char*>(bytes.data());
  const bool done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text, bytes.size(),
                         code.data(), &size) != nullptr;
  check(done && size == code.size(), "OpenSSL has no HMAC-SHA-256");
  return code;
}

}  // namespace keepline::base
