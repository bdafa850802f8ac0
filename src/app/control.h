#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "app/backups.h"
#include "base/result.h"

// How the tools of the command line ask a running server: a Unix socket, `control` in its data
// folder, which only the folder's owner may use. The asker hands over the file that is to be
// written, open (SCM_RIGHTS): so it lies where the asker may write, whoever the server runs as and
// whatever it may see of the disk.
//
// A question is a line, `backup`; an answer is lines: `progress DONE OF` in bytes, then `done
// ABOUT...` or `failed SENTENCE`. Who hangs up has stopped what they asked for.
namespace keepline::app {

/// The server's side: one thread, one question at a time. `backups` outlives this.
class Control {
 public:
  /// Throws std::runtime_error with one sentence where there can be no socket.
  Control(const std::filesystem::path& folder, Backups& backups);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  void run();
  void answer(int peer);
  void back_up(int peer, int file);

  const std::filesystem::path path_;
  Backups& backups_;
  int listening_ = -1;
  int stop_ = -1;  ///< an eventfd, readable when it is time to end
  std::thread thread_;
};

/// Asks the server that has `folder` to write a backup into `file`. Blocks.
/// Errors: kNotFound - nobody answers there; else what the server said.
base::Result<data::BackupAbout> ask_for_backup(const std::filesystem::path& folder, int file,
                                               const data::BackupGoing& going);

}  // namespace keepline::app
