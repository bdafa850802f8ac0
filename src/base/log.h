#pragma once

#include <string>
#include <string_view>

// The process's log: one line an entry on standard error, with time and level. Thread-safe. A front
// of our own, since the library behind it takes ten seconds to compile wherever it is included.
namespace keepline::base {

/// Shows entries of `level` ("debug", "info", "warn", "error") and above. Call once, before threads
/// start; until then "info" and above are shown.
void start_log(std::string_view level);

void log_debug(std::string_view sentence);
void log_info(std::string_view sentence);
void log_warn(std::string_view sentence);
void log_error(std::string_view sentence);

/// `text` made safe for a terminal and for one line of log: control characters are shown as
/// escapes, and more than `bytes_max` bytes are cut.
std::string printable(std::string_view text, std::size_t bytes_max = 200);

}  // namespace keepline::base
