#pragma once

#include <string>

namespace keepline::app {

/// What tells one build of the binary from another: the linker's build id (a hash of its content)
/// as 16 hex digits, or the version where the linker made none.
std::string build_id();

}  // namespace keepline::app
