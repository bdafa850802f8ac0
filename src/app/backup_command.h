#pragma once

#include <cstdint>
#include <string>

namespace keepline::app {

/// `keepline backup`, `restore` and `verify`.
struct BackupCommand {
  enum class What : std::uint8_t { kBackup, kRestore, kVerify };
  What what = What::kBackup;
  std::string file;
  std::string data;  ///< the data folder; not for verify
};

/// Does it, and says on standard output what it did; how far it is on standard error, where that is
/// a terminal.
///
/// A backup is written beside `file` under another name and takes its place when it is whole; a
/// file that is there already is left alone. A server that runs on the folder is asked to write it,
/// without pause. Throws std::runtime_error with one sentence.
void run(const BackupCommand& command);

}  // namespace keepline::app
