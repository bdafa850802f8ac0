#include "base/uuid.h"

#include <span>

namespace keepline::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kTextLength = 36;

/// Whether a dash stands before byte `at`.
constexpr bool dash_before(std::size_t at) { return at == 4 || at == 6 || at == 8 || at == 10; }

}  // namespace

Uuid new_uuid_v7(Time now, Random& random) {
  Uuid uuid;
  random.fill(std::span(uuid.bytes).subspan(6));
  auto millis = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t at = 6; at-- > 0; millis >>= 8U) {
    uuid.bytes[at] = static_cast<std::uint8_t>(millis);
  }
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0fU) | 0x70U);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);
  return uuid;
}

std::string to_text(const Uuid& uuid) {
  std::string text;
  text.reserve(kTextLength);
  for (std::size_t at = 0; at < uuid.bytes.size(); ++at) {
    if (dash_before(at)) {
      text += '-';
    }
    text += kDigits[uuid.bytes[at] >> 4U];
    text += kDigits[uuid.bytes[at] & 15U];
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != kTextLength) {
    return std::nullopt;
  }
  Uuid uuid;
  for (std::size_t at = 0; at < uuid.bytes.size(); ++at) {
    if (dash_before(at)) {
      if (text.front() != '-') {
        return std::nullopt;
      }
      text.remove_prefix(1);
    }
    const auto high = kDigits.find(text[0]);
    const auto low = kDigits.find(text[1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    uuid.bytes[at] = static_cast<std::uint8_t>(high << 4U | low);
    text.remove_prefix(2);
  }
  return uuid;
}

}  // namespace keepline::base
