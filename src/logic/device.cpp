#include "logic/device.h"

#include "base/hmac.h"
#include "base/secret.h"

namespace keepline::logic {
namespace {

constexpr std::size_t kNumberSize = 43;  ///< 256 bits in base64url

std::string signature(std::string_view number, const data::Credentials& account) {
  std::string text = "device ";
  text += std::to_string(account.user.value);
  text += ' ';
  text += number;
  return base::to_base64url(base::hmac_sha256(account.password_hash, text));
}

}  // namespace

std::string new_device(base::Random& random, const data::Credentials& account) {
  const std::string number = base::new_token(random);
  return number + signature(number, account);
}

bool is_device_of(std::string_view device, const data::Credentials& account) {
  // Without a password there is no secret: anybody could sign.
  if (device.size() <= kNumberSize || account.password_hash.empty()) {
    return false;
  }
  const std::string_view number = device.substr(0, kNumberSize);
  return base::equal_secret(device.substr(kNumberSize), signature(number, account));
}

}  // namespace keepline::logic
