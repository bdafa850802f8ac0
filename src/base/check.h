#pragma once

#include <source_location>

namespace keepline::base {

[[noreturn]] void check_failed(const char* what, std::source_location where);

/// States what must hold. Stays on in release builds and ends the process where it does not: for
/// our bugs, never for input.
inline void check(bool condition, const char* what = "",
                  std::source_location where = std::source_location::current()) {
  if (!condition) [[unlikely]] {
    check_failed(what, where);
  }
}

}  // namespace keepline::base
