#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <utility>

#include "logic/run_now.h"

namespace keepline::logic {

/// What `task` gives, after it ran to its end on this thread.
template <class T>
T wait_for(boost::asio::awaitable<T> task) {
  std::optional<T> answer;
  auto keep = [](boost::asio::awaitable<T> from,
                 std::optional<T>& into) -> boost::asio::awaitable<void> {
    auto value = co_await std::move(from);
    into.emplace(std::move(value));
  };
  run_now(keep(std::move(task), answer));
  return *std::move(answer);
}

}  // namespace keepline::logic
