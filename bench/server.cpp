#include "server.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace keepline::bench {
namespace {

std::vector<std::string> command(const std::string& keepline, const std::string& folder,
                                 std::uint16_t port, const std::vector<std::string>& more) {
  std::vector<std::string> words = {
      keepline, "serve", "--listen",    "127.0.0.1:" + std::to_string(port),
      "--data", folder,  "--limits-off"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

Server::Server(const std::string& keepline, const std::string& folder,
               const std::vector<std::string>& more)
    : port_(support::free_port()),
      log_(folder + ".log"),
      process_(command(keepline, folder, port_, more), log_) {}

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
    : Site(keepline, parent, count, 0, {}) {
  server.start();
}

Site::Site(const std::string& keepline, const std::string& parent, int count, int messages,
           const std::vector<std::string>& more)
    : scratch(parent),
      users(support::seed_folder(keepline, scratch.path() + "/data", count, "everyone", messages)),
      server(keepline, scratch.path() + "/data", more) {}

}  // namespace keepline::bench
