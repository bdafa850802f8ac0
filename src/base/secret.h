#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/random.h"

namespace keepline::base {

using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of `bytes`. Thread-safe.
Sha256 sha256(std::string_view bytes);

/// SHA-256 of bytes that come in pieces. Lives on one thread.
class Sha256Sum {
 public:
  Sha256Sum();
  ~Sha256Sum();
  Sha256Sum(const Sha256Sum&) = delete;
  Sha256Sum& operator=(const Sha256Sum&) = delete;

  void add(std::string_view bytes);
  /// Of all that was added; the next add() begins anew.
  Sha256 finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Lower-case hexadecimal digits, two for a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// base64url without padding (RFC 4648 section 5).
std::string to_base64url(std::span<const std::uint8_t> bytes);

/// The bytes that `text` encodes, or nothing if it is not base64url without padding.
std::optional<std::string> from_base64url(std::string_view text);

/// A new token of 256 random bits, as 43 characters of base64url.
std::string new_token(Random& random);

/// What is stored of a token: its hash. A token is random, so no salt and no slow hash are needed.
inline Sha256 token_hash(std::string_view token) { return sha256(token); }

/// Compares in a time that depends on the lengths only.
bool equal_secret(std::string_view a, std::string_view b);

}  // namespace keepline::base
