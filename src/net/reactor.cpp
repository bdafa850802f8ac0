#include "net/reactor.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"

namespace keepline::net {

Reactor::Reactor(boost::asio::io_context& io)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wakes_(io.get_executor()) {
  base::check(epoll_ >= 0, "an epoll set for each shard");
  // wakes_ owns the descriptor from here on.
  wakes_.assign(epoll_);
}

Reactor::~Reactor() = default;

void Reactor::start() { wait(); }

bool Reactor::watch(int descriptor, Watched& watched) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watched;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Reactor::forget(const Watched& watched) {
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &watched) {
      events_[i].data.ptr = nullptr;
    }
  }
}

void Reactor::wait() {
  wakes_.async_wait(Descriptor::wait_read, [this](boost::system::error_code ec) {
    if (!ec) {
      dispatch();
      wait();
    }
  });
}

void Reactor::dispatch() {
  const int got = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), 0);
  count_ = static_cast<std::size_t>(std::max(got, 0));
  // What is ready beyond these comes in the next turn, after whatever else the shard has to do.
  for (next_ = 0; next_ < count_;) {
    const epoll_event event = events_[next_++];
    if (event.data.ptr != nullptr) {
      static_cast<Watched*>(event.data.ptr)->ready(event.events);
    }
  }
  count_ = 0;
  next_ = 0;
}

}  // namespace keepline::net
