#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace keepline::base {

/// A bounded queue between threads. Thread-safe.
///
/// When it is full, push() refuses and the caller answers kOverloaded; push_always() is for what
/// must not be refused (work already promised). After close() nothing enters; what is inside can
/// still be taken.
template <class T>
class Queue {
 public:
  /// Requires: capacity > 0.
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  /// Returns whether the item went in; where not, `item` is untouched.
  bool push(T&& item) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_ || items_.size() >= capacity_) {
        return false;
      }
      items_.push_back(std::move(item));
    }
    ready_.notify_one();
    return true;
  }

  /// As push(), without the bound.
  bool push_always(T&& item) {
    if (!push_quietly(std::move(item))) {
      return false;
    }
    ready_.notify_one();
    return true;
  }

  /// As push_always(), but wakes nobody: the caller sees to it that somebody takes the item.
  bool push_quietly(T&& item) {
    const std::lock_guard lock(mutex_);
    if (closed_) {
      return false;
    }
    items_.push_back(std::move(item));
    return true;
  }

  /// Blocks until there is something, and leaves it there. Returns false when the queue is closed
  /// and empty.
  bool wait() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return !items_.empty();
  }

  /// Blocks until there is something, then moves up to `count` items to the end of `out`. Returns
  /// false when the queue is closed and empty.
  template <class Out>
  bool take(Out& out, std::size_t count) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !items_.empty(); });
    return take_locked(out, count);
  }

  /// As take(), but returns at `deadline` at the latest, perhaps with nothing.
  template <class Out, class TimePoint>
  bool take_until(Out& out, std::size_t count, TimePoint deadline) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, deadline, [this] { return closed_ || !items_.empty(); });
    return take_locked(out, count);
  }

  /// Moves up to `count` items that are there to the end of `out`, without waiting.
  template <class Out>
  void take_now(Out& out, std::size_t count) {
    const std::lock_guard lock(mutex_);
    take_locked(out, count);
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  template <class Out>
  bool take_locked(Out& out, std::size_t count) {
    // Looked at before taking: `out` may hold things of the caller's own.
    const bool ended = closed_ && items_.empty();
    while (count-- > 0 && !items_.empty()) {
      out.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return !ended;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace keepline::base
