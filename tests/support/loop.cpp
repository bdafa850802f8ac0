#include "support/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "base/check.h"

namespace keepline::support {

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) { base::check(epoll_ >= 0, "epoll_create1"); }

Loop::~Loop() { close(epoll_); }

void Loop::watch(int socket, Ready& who) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &who;
  base::check(epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) == 0, "epoll_ctl");
}

void Loop::at(Instant when, std::function<void()> what) {
  timers_.push(Timer{when, order_++, std::move(what)});
}

void Loop::run_timers() {
  while (!timers_.empty() && timers_.top().when <= SteadyClock::now()) {
    // The queue shows its top as const; it is removed at once, so its function may be moved out.
    auto what = std::move(const_cast<Timer&>(timers_.top()).what);
    timers_.pop();
    what();
  }
}

void Loop::step(Instant limit) {
  run_timers();
  const Instant until = timers_.empty() ? limit : std::min(limit, timers_.top().when);
  const auto left =
      std::max(std::chrono::nanoseconds(until - SteadyClock::now()), std::chrono::nanoseconds(0));
  // epoll_wait counts in milliseconds, which is too coarse for arrivals a few hundred a second.
  const timespec wait{.tv_sec = left.count() / 1'000'000'000,
                      .tv_nsec = left.count() % 1'000'000'000};
  std::array<epoll_event, 256> events;
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
  base::check(count >= 0 || errno == EINTR, "epoll_pwait2");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Ready*>(event.data.ptr)->on_ready(event.events);
  }
  run_timers();
}

}  // namespace keepline::support
