#include "app/terminal_qr.h"

#include <exception>
#include <qrcodegen/qrcodegen.hpp>

namespace keepline::app {
namespace {

using qrcodegen::QrCode;

/// Modules of light around the code; the standard asks for four, scanners for two.
constexpr int kQuiet = 2;

bool light(const QrCode& code, int x, int y) { return !code.getModule(x, y); }

}  // namespace

std::string terminal_qr(std::string_view text) {
  std::string out;
  try {
    const QrCode code = QrCode::encodeText(std::string(text).c_str(), QrCode::Ecc::LOW);
    const int end = code.getSize() + kQuiet;
    for (int y = -kQuiet; y < end; y += 2) {
      out += "  ";
      for (int x = -kQuiet; x < end; ++x) {
        const bool upper = light(code, x, y);
        // Below the last row there is nothing to draw.
        const bool lower = y + 1 < end && light(code, x, y + 1);
        out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
      }
      out += '\n';
    }
  } catch (const std::exception&) {
    return {};
  }
  return out;
}

}  // namespace keepline::app
