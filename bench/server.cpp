#include "server.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace keepline::bench {

Server::Server(const std::string& keepline, const std::string& folder)
    : port_(support::free_port()),
      log_(folder + ".log"),
      process_({keepline, "serve", "--listen", "127.0.0.1:" + std::to_string(port_), "--data",
                folder, "--limits-off"},
               log_) {}

void Server::start() {
  process_.spawn();
  if (!process_.wait_healthy(port_, std::chrono::seconds(20))) {
    std::ifstream log(log_);
    std::ostringstream words;
    words << "the server does not start: " << log.rdbuf();
    throw std::runtime_error(words.str());
  }
}

Site::Site(const std::string& keepline, const std::string& parent, int count)
    : scratch(parent),
      users(support::seed_folder(keepline, scratch.path() + "/data", count, "everyone", 0)),
      server(keepline, scratch.path() + "/data") {
  server.start();
}

}  // namespace keepline::bench
