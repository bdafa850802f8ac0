#pragma once

#include <string_view>

#include "base/secret.h"

namespace keepline::base {

/// HMAC-SHA-256 (RFC 2104) of `bytes` under `key`. Thread-safe.
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace keepline::base
