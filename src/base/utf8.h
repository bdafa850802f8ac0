#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace keepline::base {

/// The number of code points in `text`, or nothing if it is not well-formed UTF-8 (RFC 3629: no
/// surrogates, no over-long forms, nothing above U+10FFFF).
std::optional<std::size_t> code_points(std::string_view text);

inline bool is_utf8(std::string_view text) { return code_points(text).has_value(); }

}  // namespace keepline::base
