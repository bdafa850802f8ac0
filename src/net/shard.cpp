#include "net/shard.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
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

Shard::Impl::~Impl() {
  Task* task = tasks.exchange(nullptr);
  while (task != nullptr) {
    delete std::exchange(task, task->next);
  }
}

void Shard::Impl::push(std::function<void()> run) {
  auto* task = new Task{std::move(run)};
  task->next = tasks.load(std::memory_order_relaxed);
  while (!tasks.compare_exchange_weak(task->next, task, std::memory_order_release,
                                      std::memory_order_relaxed)) {
  }
  // Only who finds the list empty wakes the shard: a burst costs one wake-up.
  if (task->next == nullptr) {
    boost::asio::post(io, [this] { run_tasks(); });
  }
}

void Shard::Impl::run_tasks() {
  Task* newest = tasks.exchange(nullptr, std::memory_order_acquire);
  Task* oldest = nullptr;
  while (newest != nullptr) {
    Task* const next = newest->next;
    newest->next = oldest;
    oldest = newest;
    newest = next;
  }
  while (oldest != nullptr) {
    const std::unique_ptr<Task> task(std::exchange(oldest, oldest->next));
    task->run();
  }
}

void Shard::Impl::turn_wheel() {
  turn.expires_after(Wheel::kTurn);
  turn.async_wait([this](boost::system::error_code ec) {
    if (ec) {
      return;
    }
    shard.wheel_.advance(shard.clock_.tick());
    turn_wheel();
  });
}

Shard::Shard(std::size_t index, const base::Clock& clock)
    : index_(index), clock_(clock), wheel_(clock.tick()), impl_(std::make_unique<Impl>(*this)) {}

Shard::~Shard() { stop(); }

void Shard::post(std::function<void()> task) { impl_->push(std::move(task)); }

boost::asio::any_io_executor Shard::executor() { return impl_->io.get_executor(); }

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
  impl_->work.emplace(impl_->io.get_executor());
  impl_->turn_wheel();
  impl_->reactor.start();
  impl_->running = true;
  impl_->thread = std::thread([this]() noexcept {
    base::name_this_thread(fmt::format("shard-{}", index_));
    impl_->io.run();
  });
}

void Shard::stop() {
  if (!impl_->thread.joinable()) {
    return;
  }
  impl_->running = false;
  impl_->io.stop();
  impl_->thread.join();
}

}  // namespace keepline::net
