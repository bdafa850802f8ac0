#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "api/routes.h"
#include "app/command_line.h"
#include "app/seed.h"
#include "app/service.h"
#include "base/log.h"

namespace keepline::app {
namespace {

/// SIGTERM and SIGINT, blocked in every thread so that the main one can wait for them.
sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

/// Each waiting client holds a descriptor: take as many as the machine grants.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/// What a batch of messages needed is kept for the next one. By default glibc gives it back to the
/// kernel and asks for it again page by page, a tenth of the cost of a busy server.
void keep_freed_memory() {
  constexpr int kKept = 8 << 20;
  constexpr int kSingle = 4 << 20;
  ::mallopt(M_TRIM_THRESHOLD, kKept);
  ::mallopt(M_MMAP_THRESHOLD, kSingle);
}

int serve(const ServeCommand& command) {
  keep_freed_memory();
  base::start_log(command.config.log_level);
  for (const std::string& name : command.unknown_variables) {
    base::log_warn(fmt::format("the environment variable {} is no setting of Keepline",
                               base::printable(name)));
  }
  const sigset_t ending = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  // A peer that is gone is an error of its own write, not a reason to end.
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  Service service(command);
  service.start();
  int signal_number = 0;
  ::sigwait(&ending, &signal_number);
  // A second signal ends at once: the operator has no patience left, and nothing acknowledged can
  // be lost.
  ::pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
  base::log_info("stopping");
  service.stop();
  return 0;
}

int print_routes() {
  std::cout << api::print_routes();
  return 0;
}

struct Run {
  int operator()(const Finished& finished) const { return finished.status; }
  int operator()(const ServeCommand& command) const { return serve(command); }
  int operator()(const SeedWish& wish) const {
    seed(wish);
    return 0;
  }
  int operator()(const RoutesCommand&) const { return print_routes(); }
};

}  // namespace
}  // namespace keepline::app

int main(int argc, char** argv) {
  try {
    return std::visit(keepline::app::Run{}, keepline::app::read_command(argc, argv, environ));
  } catch (const std::exception& error) {
    std::cerr << "keepline: " << error.what() << '\n';
    return 1;
  }
}
