#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/id.h"

namespace keepline::entity {

using base::ConversationId;
using base::EventId;
using base::InviteId;
using base::MessageId;
using base::SessionId;
using base::Time;
using base::UserId;

/// A person with an account. Names are public; `email` is shown to its owner only.
struct User {
  UserId id;
  std::string name;  ///< 2-32 of: letters of any script, digits, `_ . -`; unique by name_key()
  std::string display_name;          ///< 1-64 code points; what others see
  std::optional<std::string> sex;    ///< free text, at most 16 code points
  std::optional<std::int64_t> age;   ///< 0-150
  std::optional<std::string> email;  ///< at most 254 bytes
  Time created_at{};
  std::optional<Time> last_seen;  ///< when the last stream ended; nothing before the first did
  EventId version;                ///< log position of the last change to this profile
};

/// Who may open a direct chat with a user.
enum class DirectFrom : std::uint8_t { kEveryone = 0, kFriends = 1 };

/// Who may ask a user to be friends.
enum class RequestsFrom : std::uint8_t { kEveryone = 0, kNobody = 1 };

/// "everyone" or "friends"; and back, nothing for any other text.
std::string_view direct_from_name(DirectFrom from);
std::optional<DirectFrom> direct_from_named(std::string_view name);

/// "everyone" or "nobody"; and back, nothing for any other text.
std::string_view requests_from_name(RequestsFrom from);
std::optional<RequestsFrom> requests_from_named(std::string_view name);

/// How a user's friends see them while they are here: as it is, not to be disturbed, or not at all.
enum class PresenceChoice : std::uint8_t { kAutomatic = 0, kBusy = 1, kInvisible = 2 };

/// "automatic", "busy" or "invisible"; and back, nothing for any other text.
std::string_view presence_choice_name(PresenceChoice choice);
std::optional<PresenceChoice> presence_choice_named(std::string_view name);

/// What a user chose for themselves.
struct Settings {
  DirectFrom direct_from = DirectFrom::kEveryone;
  RequestsFrom requests_from = RequestsFrom::kEveryone;
  bool receipts = true;   ///< shows read marks to others, and sees theirs: mutual
  bool typing = true;     ///< shows that they type, and sees others type: mutual
  bool last_seen = true;  ///< friends see when they were last here
  PresenceChoice presence = PresenceChoice::kAutomatic;
  std::string language;  ///< "", "en" or "zh": "" follows the browser
  std::string theme;     ///< "", "light" or "dark": "" follows the system

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// How a session reaches the server.
enum class SessionKind : std::uint8_t { kCookie = 0, kBearer = 1 };

/// One sign-in.
struct Session {
  SessionId id;
  UserId user;
  SessionKind kind = SessionKind::kCookie;
  std::string agent;    ///< the client's User-Agent, at most 200 bytes
  std::string address;  ///< where it signed in from
  Time created_at{};
  Time last_used{};
  Time expires_at{};
};

}  // namespace keepline::entity
