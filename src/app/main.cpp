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
#include "app/backup_command.h"
#include "app/command_line.h"
#include "app/seed.h"
#include "app/service.h"
#include "app/supervisor.h"
#include "base/log.h"

namespace keepline::app {
namespace {

/// SIGTERM, SIGINT and SIGHUP, blocked in every thread so that the main one can wait for them.
sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

/// Returns when it is time to end.
void wait_for_the_end(const sigset_t& awaited, Service& service, const Supervisor& supervisor) {
  int signal_number = 0;
  while (::sigwait(&awaited, &signal_number) == 0 && signal_number == SIGHUP) {
    supervisor.tell_reloading();
    service.reload();
    supervisor.tell("READY=1");
  }
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
  const sigset_t awaited = awaited_signals();
  ::pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  // A peer that is gone is an error of its own write, not a reason to end.
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  const Supervisor supervisor;
  Service service(command, supervisor.sockets());
  service.start();
  supervisor.tell("READY=1");
  wait_for_the_end(awaited, service, supervisor);
  supervisor.tell("STOPPING=1");
  // A second signal ends at once: the operator has no patience left, and nothing acknowledged can
  // be lost. A reload that comes too late is none.
  ::signal(SIGHUP, SIG_IGN);
  ::pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);
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
  int operator()(const BackupCommand& command) const {
    run(command);
    return 0;
  }
  int operator()(const ConfigCommand& command) const {
    for (const std::string& name : command.unknown_variables) {
      std::cerr << "the environment variable " << base::printable(name)
                << " is no setting of Keepline\n";
    }
    std::cout << print_config(command.config);
    return 0;
  }
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
