#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keepline::app {

/// Who started this process and watches it, such as systemd: the sockets it opened beforehand
/// (sd_listen_fds(3)), and the place where it wants to hear how the process is (sd_notify(3)). Does
/// nothing where there is none.
///
/// Lives on the main thread.
class Supervisor {
 public:
  /// Reads LISTEN_PID, LISTEN_FDS and NOTIFY_SOCKET, and takes them, with LISTEN_FDNAMES, out of
  /// the environment, so that no child believes it is meant. Call before threads start. Throws
  /// std::runtime_error with one sentence where they make no sense.
  Supervisor();

  /// The descriptors handed over to this process, from 3 on; empty where there are none. They close
  /// in children; else they are as they came.
  const std::vector<int>& sockets() const { return sockets_; }

  /// "READY=1", "STOPPING=1": see sd_notify(3). What cannot be told is not told: no error stops a
  /// server that serves.
  void tell(std::string_view state) const;
  /// That the settings are being read again; tell "READY=1" after.
  void tell_reloading() const;

 private:
  std::string notify_socket_;
  std::vector<int> sockets_;
};

}  // namespace keepline::app
