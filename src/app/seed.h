#pragma once

#include <cstdint>
#include <string>

namespace keepline::app {

struct SeedWish {
  std::string data;        ///< an absent or empty folder
  std::int64_t users = 0;  ///< 1-1 000 000
  std::string room;
  std::string out;                 ///< the file of tokens
  std::int64_t messages = 0;       ///< by the members in turn
  std::int64_t conversations = 1;  ///< rooms over which they are spread, the first with everybody
};

/// Fills an empty data folder for load tests, through the store: users user000001, user000002, ...
/// who are all members of one open room; (1,2), (3,4), ... friends with a direct chat. Writes a
/// line `user_id<TAB>name<TAB>bearer_token` for each. The accounts have no password. Throws
/// std::runtime_error with one sentence.
void seed(const SeedWish& wish);

}  // namespace keepline::app
