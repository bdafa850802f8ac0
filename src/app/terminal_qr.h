#pragma once

#include <string>
#include <string_view>

namespace keepline::app {

/// A QR code (ISO/IEC 18004) of `text` for a terminal, two rows of modules to a line, with the
/// quiet zone that scanners need. Light modules are the ones drawn, so it reads on a dark terminal
/// and, for scanners that read inverted codes too, on a light one. Empty where `text` is too long.
std::string terminal_qr(std::string_view text);

}  // namespace keepline::app
