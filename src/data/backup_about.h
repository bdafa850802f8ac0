#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace keepline::data {

/// What a backup says of itself.
struct BackupAbout {
  std::string version;    ///< of the Keepline that made it
  int schema = 0;         ///< of the database
  base::Time at;          ///< when it was made
  std::int64_t head = 0;  ///< the newest event in it
  bool demo = false;      ///< of a demo's folder
  std::int64_t size = 0;  ///< bytes of the whole file; not in the text
};

/// `about` as the text of a backup's about.txt: a first line that says what it is, then a word and
/// a value a line.
std::string about_text(const BackupAbout& about);

/// What `text` says; nothing where it is not such a text.
std::optional<BackupAbout> read_about(std::string_view text);

}  // namespace keepline::data
