#include "logic/run_now.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

namespace keepline::logic {

void run_now(boost::asio::awaitable<void> task) {
  std::vector<boost::asio::awaitable<void>> tasks;
  tasks.push_back(std::move(task));
  run_together(std::move(tasks));
}

void run_together(std::vector<boost::asio::awaitable<void>> tasks) {
  boost::asio::io_context loop(1);
  for (auto& task : tasks) {
    boost::asio::co_spawn(loop, std::move(task), [](const std::exception_ptr& failed) {
      if (failed) {
        std::rethrow_exception(failed);
      }
    });
  }
  loop.run();
}

}  // namespace keepline::logic
