#include "entity/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "entity/conversation.h"
#include "entity/unicode.h"

namespace keepline::entity {
namespace {

using base::Errc;
using base::Error;
using base::Result;

/// Nothing here is worth normalising when it is longer than this; the limits of names are far
/// below.
constexpr std::size_t kLineBytesMax = 4096;

Error broken(Errc code, std::string_view field, std::string rule) {
  return {code, std::move(rule), std::string(field)};
}

Error not_utf8(std::string_view field) {
  return broken(Errc::kBadValue, field, "must be well-formed UTF-8");
}

/// One line for people to read: NFC, trimmed, nothing that breaks or turns the line around it.
Result<std::string> valid_line(std::string_view text, std::string_view field, std::size_t min,
                               std::size_t max) {
  if (!base::is_utf8(text)) {
    return not_utf8(field);
  }
  if (text.size() > kLineBytesMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} characters", max));
  }
  std::string line = to_nfc(trim(text));
  const std::vector<char32_t> points = to_code_points(line);
  if (points.size() < min) {
    return broken(Errc::kTooShort, field, fmt::format("at least {} character", min));
  }
  if (points.size() > max) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} characters", max));
  }
  if (std::ranges::any_of(points, is_control) || std::ranges::any_of(points, is_bidi_control)) {
    return broken(Errc::kBadValue, field, "no control characters and no changes of direction");
  }
  const auto unseen = [](char32_t c) { return is_invisible(c) || is_space(c); };
  if (min > 0 && std::ranges::all_of(points, unseen)) {
    return broken(Errc::kBadValue, field, "must have something to see");
  }
  return line;
}

}  // namespace

std::string name_key(std::string_view name) {
  return base::is_utf8(name) ? to_nfkc_casefold(name) : std::string{};
}

Result<std::string> valid_name(std::string_view name, std::string_view field) {
  if (!base::is_utf8(name)) {
    return not_utf8(field);
  }
  if (name.size() > kLineBytesMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} characters", kNameMax));
  }
  std::string normal = to_nfc(name);
  const std::vector<char32_t> points = to_code_points(normal);
  if (points.size() < kNameMin) {
    return broken(Errc::kTooShort, field, fmt::format("at least {} characters", kNameMin));
  }
  if (points.size() > kNameMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} characters", kNameMax));
  }
  // The Hangul fillers are letters that nobody sees; a mark needs a letter to stand on.
  bool after_letter = false;
  bool telling = false;
  for (const char32_t c : points) {
    const bool letter = is_letter(c);
    const bool digit = is_digit(c);
    const bool mark = is_mark(c) && after_letter;
    const bool sign = c == U'_' || c == U'.' || c == U'-';
    if (is_invisible(c) || !(letter || digit || mark || sign)) {
      return broken(Errc::kBadValue, field, "only letters, digits, '_', '.' and '-'");
    }
    after_letter = letter || mark;
    telling = telling || letter || digit;
  }
  // "." and ".." are no names: they are steps in a path.
  if (!telling) {
    return broken(Errc::kBadValue, field, "at least one letter or digit");
  }
  return normal;
}

Result<std::string> valid_display_name(std::string_view name, std::string_view field) {
  return valid_line(name, field, 1, kDisplayNameMax);
}

Result<std::string> normal_password(std::string_view password, std::string_view field) {
  if (!base::is_utf8(password)) {
    return not_utf8(field);
  }
  const auto too_long = [field] {
    return broken(Errc::kTooLong, field, fmt::format("at most {} bytes", kPasswordBytesMax));
  };
  if (password.size() > kPasswordBytesMax) {
    return too_long();
  }
  if (password.find('\0') != std::string_view::npos) {
    return broken(Errc::kBadValue, field, "no NUL");
  }
  std::string normal = to_nfc(password);
  // A few characters decompose for good, and grow.
  if (normal.size() > kPasswordBytesMax) {
    return too_long();
  }
  return normal;
}

Result<std::string> valid_password(std::string_view password, std::string_view field) {
  auto normal = normal_password(password, field);
  if (normal && base::code_points(*normal).value_or(0) < kPasswordMin) {
    return broken(Errc::kTooShort, field, fmt::format("at least {} characters", kPasswordMin));
  }
  return normal;
}

Result<std::string> valid_text(std::string_view text, std::string_view field) {
  const auto count = base::code_points(text);
  if (!count) {
    return not_utf8(field);
  }
  if (*count == 0) {
    return broken(Errc::kTooShort, field, "at least 1 character");
  }
  if (*count > kTextMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} characters", kTextMax));
  }
  if (text.find('\0') != std::string_view::npos) {
    return broken(Errc::kBadValue, field, "no NUL");
  }
  if (trim(text).empty()) {
    return broken(Errc::kBadValue, field, "not only white space");
  }
  return std::string(text);
}

Result<std::string> valid_nonce(std::string_view nonce, std::string_view field) {
  if (nonce.empty()) {
    return broken(Errc::kTooShort, field, "at least 1 byte");
  }
  if (nonce.size() > kNonceBytesMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} bytes", kNonceBytesMax));
  }
  if (!base::is_utf8(nonce)) {
    return not_utf8(field);
  }
  if (nonce.find('\0') != std::string_view::npos) {
    return broken(Errc::kBadValue, field, "no NUL");
  }
  return std::string(nonce);
}

Result<std::string> valid_sex(std::string_view sex, std::string_view field) {
  return valid_line(sex, field, 0, kSexMax);
}

Result<std::int64_t> valid_age(std::int64_t age, std::string_view field) {
  if (age < 0 || age > kAgeMax) {
    return broken(Errc::kBadValue, field, fmt::format("0 to {}", kAgeMax));
  }
  return age;
}

Result<std::string> valid_email(std::string_view email, std::string_view field) {
  if (!base::is_utf8(email)) {
    return not_utf8(field);
  }
  if (email.size() > kEmailBytesMax) {
    return broken(Errc::kTooLong, field, fmt::format("at most {} bytes", kEmailBytesMax));
  }
  // Whether an address exists only a letter could tell; this keeps out what cannot be one.
  const std::vector<char32_t> points = to_code_points(email);
  const auto unfit = [](char32_t c) {
    return is_space(c) || is_control(c) || is_bidi_control(c) || is_invisible(c);
  };
  const std::size_t at = email.find('@');
  const bool parted = at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
                      email.find('@', at + 1) == std::string_view::npos;
  if (!parted || std::ranges::any_of(points, unfit)) {
    return broken(Errc::kBadValue, field, "must be an address such as name@example.org");
  }
  return std::string(email);
}

Result<std::string> valid_title(std::string_view title, std::string_view field) {
  return valid_line(title, field, 1, kTitleMax);
}

Result<std::string> valid_topic(std::string_view topic, std::string_view field) {
  return valid_line(topic, field, 0, kTopicMax);
}

Result<std::int64_t> valid_color(std::int64_t color, std::string_view field) {
  if (color < 0 || color >= kColors) {
    return broken(Errc::kBadValue, field, fmt::format("0 to {}", kColors - 1));
  }
  return color;
}

}  // namespace keepline::entity
