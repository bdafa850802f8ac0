#include "net/reactor.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"

namespace keepline::net {

Reactor::Reactor()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  base::check(epoll_ >= 0 && bell_ >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &event) == 0,
              "an epoll set for each shard");
}

Reactor::~Reactor() {
  ::close(bell_);
  ::close(epoll_);
}

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

void Reactor::wait(std::chrono::milliseconds at_most) {
  const int got = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()),
                               static_cast<int>(at_most.count()));
  count_ = static_cast<std::size_t>(std::max(got, 0));
}

void Reactor::dispatch() {
  // What is ready beyond these comes in the next turn, after whatever else the shard has to do.
  for (next_ = 0; next_ < count_;) {
    const epoll_event event = events_[next_++];
    if (event.data.ptr != nullptr) {  // else forgotten meanwhile, or the bell
      static_cast<Watched*>(event.data.ptr)->ready(event.events);
    }
  }
  count_ = 0;
  next_ = 0;
}

void Reactor::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(bell_, &one, sizeof one);
}

}  // namespace keepline::net
