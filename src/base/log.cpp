#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace keepline::base {

void start_log(std::string_view level) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("keepline", std::move(sink));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  logger->set_level(spdlog::level::from_str(std::string(level)));
  spdlog::set_default_logger(std::move(logger));
}

void log_debug(std::string_view sentence) { spdlog::debug(sentence); }
void log_info(std::string_view sentence) { spdlog::info(sentence); }
void log_warn(std::string_view sentence) { spdlog::warn(sentence); }
void log_error(std::string_view sentence) { spdlog::error(sentence); }

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  unsigned char before = 0;
  for (const char c : text.substr(0, bytes_max)) {
    const auto byte = static_cast<unsigned char>(c);
    // C1 controls are U+0080..U+009F: in UTF-8, C2 followed by 80..9F.
    const bool c1 = before == 0xC2 && byte < 0xA0;
    if (byte < 0x20 || byte == 0x7f || c1) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
    before = byte;
  }
  return text.size() > bytes_max ? out + "..." : out;
}

}  // namespace keepline::base
