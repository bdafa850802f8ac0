#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keepline::support {

/// Whole requests as they go on the wire, of a program that signs in with a bearer token.
std::string get_request(std::string_view path, std::string_view token);
std::string put_request(std::string_view path, std::string_view token, std::string_view json);
std::string post_request(std::string_view path, std::string_view token, std::string_view json);

/// POST .../messages. Nonce and text must need no escaping in JSON.
std::string send_request(std::int64_t conversation, std::string_view token, std::string_view nonce,
                         std::string_view text);

/// GET /events; without a cursor when `cursor` is empty.
std::string poll_request(std::string_view token, std::string_view cursor, int wait_s,
                         std::string_view client);

}  // namespace keepline::support
