#include "net/shard.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/thread.h"
#include "net/shard_impl.h"

namespace keepline::net {

namespace {

/// IMF-fixdate (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string imf_fixdate(std::chrono::sys_seconds time) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
      clock.seconds().count());
}

}  // namespace

thread_local Shard::Impl* Shard::Impl::current = nullptr;

void Shard::Impl::push(std::unique_ptr<Task> task) {
  // Only who finds the list empty wakes the shard, and only while it waits: a burst costs one
  // wake-up, and a shard at work none. Either the shard's look at the list comes after this push,
  // or its `waits` was set before it.
  if (tasks.push(std::move(task)) && waits.load() && waits.exchange(false)) {
    reactor.wake();
  }
}

void Shard::Impl::run() {
  using std::chrono::milliseconds;
  using std::chrono::steady_clock;
  auto next_turn = steady_clock::now() + Wheel::kTurn;
  while (running) {
    tasks.run();
    const auto now = steady_clock::now();
    if (now >= next_turn) {
      next_turn = now + Wheel::kTurn;
      shard.wheel_.advance(shard.clock_.tick());
    }
    waits = true;
    const bool idle = tasks.empty() && running;
    reactor.wait(idle ? std::chrono::ceil<milliseconds>(next_turn - now) : milliseconds(0));
    waits = false;
    reactor.dispatch();
  }
}

Shard::Shard(std::size_t index, const base::Clock& clock)
    : index_(index), clock_(clock), wheel_(clock.tick()), impl_(std::make_unique<Impl>(*this)) {}

Shard::~Shard() { stop(); }

void Shard::post(std::function<void()> task) { impl_->push(make_task(std::move(task))); }

boost::asio::any_io_executor Shard::executor() { return ShardExecutor(*impl_); }

const std::string& Shard::http_date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (now != impl_->date_at || impl_->date.empty()) {
    impl_->date = imf_fixdate(now);
    impl_->date_at = now;
  }
  return impl_->date;
}

void Shard::start() {
  base::check(!impl_->thread.joinable(), "a shard starts once");
  impl_->running = true;
  impl_->thread = std::thread([this]() noexcept {
    base::name_this_thread(fmt::format("shard-{}", index_));
    Impl::current = impl_.get();
    impl_->run();
  });
}

void Shard::stop() {
  if (!impl_->thread.joinable()) {
    return;
  }
  impl_->running = false;
  impl_->reactor.wake();
  impl_->thread.join();
}

}  // namespace keepline::net
