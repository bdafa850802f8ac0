#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/blocking_client.h"

namespace keepline::support {

/// A user of a folder that `keepline seed` filled. Users at even and odd places are friends with a
/// direct chat: (0,1), (2,3), ...
struct SeededUser {
  std::int64_t id = 0;
  std::string name;
  std::string token;
};

// What fails here ends in an exception that holds the server's own words: nothing can go on.

/// Fills `folder` with `users` users in one room of that name and reads back who they are. Blocks.
std::vector<SeededUser> seed_folder(const std::string& keepline, const std::string& folder,
                                    int users, std::string_view room, int messages);

/// Reads lines of "user_id<TAB>name<TAB>token".
std::vector<SeededUser> read_users(const std::string& file);

/// The id of the direct chat between the user of `token` and `friend_id`. Blocks.
std::int64_t direct_chat(BlockingClient& client, std::string_view token, std::int64_t friend_id);

/// The id of the first room that the user of `token` is in. Blocks.
std::int64_t first_room(BlockingClient& client, std::string_view token);

/// A new empty folder inside `parent`, removed with everything in it at the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& parent);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }
  /// Leaves the folder where it is, for whoever has to look into it.
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

}  // namespace keepline::support
