#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

// The limits of the domain's values. Lengths count Unicode code points unless they say bytes. Each
// function returns the value as it is to be stored, or an Error that names `field` and the rule.
namespace keepline::entity {

inline constexpr std::size_t kNameMin = 2;
inline constexpr std::size_t kNameMax = 32;
inline constexpr std::size_t kDisplayNameMax = 64;
inline constexpr std::size_t kPasswordMin = 10;
inline constexpr std::size_t kPasswordBytesMax = 1024;
inline constexpr std::size_t kTextMax = 16'000;
inline constexpr std::size_t kNonceBytesMax = 64;
inline constexpr std::size_t kClientBytesMax = 32;
inline constexpr std::size_t kSexMax = 16;
inline constexpr std::int64_t kAgeMax = 150;
inline constexpr std::size_t kEmailBytesMax = 254;
inline constexpr std::size_t kTitleMax = 80;
inline constexpr std::size_t kQuoteMax = 140;
inline constexpr std::size_t kEmojiBytesMax = 32;
inline constexpr std::size_t kReactionsMax = 20;  ///< different emoji on one message
inline constexpr std::size_t kReactionUsersShown = 10;
inline constexpr std::size_t kPinsMax = 50;           ///< of one conversation
inline constexpr std::size_t kEditsMax = 100;         ///< of one message
inline constexpr std::size_t kSavedMax = 5'000;       ///< of one user
inline constexpr std::size_t kCallsMax = 50;          ///< names of one text that count
inline constexpr std::int64_t kHereMembersMax = 200;  ///< whom `@here` may name
inline constexpr std::size_t kMentionsShown = 100;    ///< unread ones, of one conversation
inline constexpr std::size_t kTopicMax = 250;

/// A user name, NFC-normalised: 2-32 letters of any script (with their marks), digits, `_`, `.`,
/// `-`. Errors: kTooShort, kTooLong, kBadValue.
base::Result<std::string> valid_name(std::string_view name, std::string_view field = "name");

/// What makes names equal: NFKC casefold (UAX #31, utf8proc). Empty if `name` is not UTF-8.
std::string name_key(std::string_view name);

/// A display name: trimmed of white space, 1-64 code points, no control or bidirectional-override
/// characters.
base::Result<std::string> valid_display_name(std::string_view name,
                                             std::string_view field = "display_name");

/// A new password, NFC-normalised: at least 10 code points, at most 1 024 bytes, no NUL.
base::Result<std::string> valid_password(std::string_view password,
                                         std::string_view field = "password");

/// A password someone signs in with, NFC-normalised: no minimum, the same maximum.
base::Result<std::string> normal_password(std::string_view password,
                                          std::string_view field = "password");

/// A message's text: 1-16 000 code points, not only white space, no NUL.
base::Result<std::string> valid_text(std::string_view text, std::string_view field = "text");

base::Result<std::string> valid_nonce(std::string_view nonce, std::string_view field = "nonce");

/// One emoji as people see it, at most 32 bytes: a picture with what changes it (a skin tone, a
/// selector, tags), several joined by U+200D, a flag or a keycap. Its code points as Unicode
/// recommends them, with U+FE0F exactly where a picture would else be shown as text: so one picture
/// is one value.
base::Result<std::string> valid_emoji(std::string_view emoji, std::string_view field = "emoji");

base::Result<std::string> valid_sex(std::string_view sex, std::string_view field = "sex");
base::Result<std::int64_t> valid_age(std::int64_t age, std::string_view field = "age");
base::Result<std::string> valid_email(std::string_view email, std::string_view field = "email");

/// The title of a group or room: 1-80 code points, trimmed.
base::Result<std::string> valid_title(std::string_view title, std::string_view field = "title");
/// What a group or room is about: 0-250 code points, trimmed.
base::Result<std::string> valid_topic(std::string_view topic, std::string_view field = "topic");
base::Result<std::int64_t> valid_color(std::int64_t color, std::string_view field = "color");

}  // namespace keepline::entity
