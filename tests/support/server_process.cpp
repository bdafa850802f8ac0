#include "support/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "base/check.h"
#include "support/blocking_client.h"

namespace keepline::support {
namespace {

/// Everything after fork() and before exec() must be safe with other threads' locks held.
pid_t spawn_command(const std::vector<std::string>& command, const std::string& output_file) {
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  const int output = open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  base::check(output >= 0, "the file for a child's output");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  base::check(pid >= 0, "fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
      _exit(127);
    }
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(output);
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool nobody_listens(std::uint16_t port) {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return free;
}

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

std::uint16_t free_port() {
  std::istringstream range(first_line("/proc/sys/net/ipv4/ip_local_port_range"));
  int ephemeral = 32768;
  range >> ephemeral;
  std::random_device random;
  std::uniform_int_distribution<int> pick(10'000, std::max(10'100, ephemeral - 1));
  for (int attempt = 0; attempt < 1'000; ++attempt) {
    const auto port = static_cast<std::uint16_t>(pick(random));
    if (nobody_listens(port)) {
      return port;
    }
  }
  base::check(false, "no free port");
  return 0;
}

void ServerProcess::spawn() {
  base::check(pid_ < 0, "it runs already");
  pid_ = spawn_command(command_, output_file_);
}

bool ServerProcess::ended() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) {
    pid_ = -1;
  }
  return pid_ < 0;
}

bool ServerProcess::wait_healthy(std::uint16_t port, std::chrono::seconds limit) {
  const Instant until = SteadyClock::now() + limit;
  while (!ended() && SteadyClock::now() < until) {
    BlockingClient client(port);
    if (client.get("/healthz", "").status == 200) {
      return true;
    }
    // Starting a process tells nobody when it listens, so this is the one place that asks again.
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return false;
}

void ServerProcess::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait_for(pid_);
    pid_ = -1;
  }
}

int ServerProcess::terminate() {
  base::check(pid_ > 0, "it does not run");
  ::kill(pid_, SIGTERM);
  const int code = wait_for(pid_);
  pid_ = -1;
  return code;
}

int run_command(const std::vector<std::string>& command, const std::string& output_file) {
  return wait_for(spawn_command(command, output_file));
}

std::chrono::microseconds cpu_time(pid_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  // The second field is the program's name in parentheses and may hold anything, so count from
  // its end: utime and stime are fields 14 and 15.
  const std::size_t name_end = line.rfind(')');
  base::check(name_end != std::string::npos, "/proc/PID/stat");
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) {
    fields >> skipped;
  }
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  return std::chrono::microseconds((user + system) * 1'000'000 / sysconf(_SC_CLK_TCK));
}

Memory memory(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  Memory memory;
  for (std::string word; in >> word;) {
    if (word == "VmRSS:") {
      in >> memory.resident_kb;
    } else if (word == "RssAnon:") {
      in >> memory.anonymous_kb;
    }
  }
  return memory;
}

}  // namespace keepline::support
