#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace keepline::support {

/// A port of 127.0.0.1 that nobody listens on, below the range from which the kernel takes the
/// ports of outgoing connections: so it is still free when a server comes back to it.
std::uint16_t free_port();

/// A server of ours as a child process; it dies with the thread that started it. Its output goes
/// to a file.
class ServerProcess {
 public:
  /// `command[0]` is the program. Starts nothing yet.
  ServerProcess(std::vector<std::string> command, std::string output_file)
      : command_(std::move(command)), output_file_(std::move(output_file)) {}
  ~ServerProcess() { kill(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Starts it. Requires: not running.
  void spawn();

  /// Waits until GET /healthz on `port` answers 200. False if the process ended instead, or after
  /// `limit`. Blocks.
  bool wait_healthy(std::uint16_t port, std::chrono::seconds limit);

  /// SIGKILL, and waits for the end. Nothing if it does not run. Blocks.
  void kill();

  /// SIGTERM, and waits for the end; returns its exit code, or -1 if a signal ended it. Blocks.
  int terminate();

  pid_t pid() const { return pid_; }

 private:
  bool ended();

  std::vector<std::string> command_;
  std::string output_file_;
  pid_t pid_ = -1;
};

/// Runs `command` to its end, its output to `output_file`; returns its exit code. Blocks.
int run_command(const std::vector<std::string>& command, const std::string& output_file);

/// CPU time, user and system, that all threads of `pid` have spent.
std::chrono::microseconds cpu_time(pid_t pid);

struct Memory {
  std::int64_t resident_kb = 0;
  std::int64_t anonymous_kb = 0;  ///< the part that is not pages of files: heap, stacks
};
Memory memory(pid_t pid);

}  // namespace keepline::support
