#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace keepline::base {

/// Sets the process's log up: one line an entry on stderr, with time and level. Call once, before
/// threads start.
void start_log(spdlog::level::level_enum level);

/// `text` made safe for a terminal and for one line of log: control characters are shown as
/// escapes, and more than `bytes_max` bytes are cut.
std::string printable(std::string_view text, std::size_t bytes_max = 200);

}  // namespace keepline::base
