#pragma once

#include <memory>
#include <string>
#include <utility>

namespace keepline::base {

/// Bytes that many readers share: an encoded event, a whole response. Immutable, so it may travel
/// between threads.
using SharedBytes = std::shared_ptr<const std::string>;

inline SharedBytes share(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace keepline::base
