#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "base/check.h"

namespace keepline::base {

/// A row of T in the order in which they came, of which `kInside` lie in the row itself: for rows
/// of which there are very many, and which are nearly always that short. 16 bytes for one pointer.
///
/// As std::vector, but that inserting is at the end only, and that moving the row moves what lies
/// inside. Never gives memory back before it is cleared. Bounded by 2^32 - 1.
template <class T, std::uint32_t kInside = 1>
class Few {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  Few() = default;
  Few(Few&& other) noexcept { take(std::move(other)); }
  Few& operator=(Few&& other) noexcept {
    if (this != &other) {
      clear();
      take(std::move(other));
    }
    return *this;
  }
  Few(const Few&) = delete;
  Few& operator=(const Few&) = delete;
  ~Few() { clear(); }

  iterator begin() { return data(); }
  iterator end() { return data() + size_; }
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  T& front() { return *data(); }
  const T& front() const { return *data(); }
  T& back() { return data()[size_ - 1]; }
  const T& back() const { return data()[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) {
      grow();
    }
    std::construct_at(data() + size_, std::move(value));
    ++size_;
  }
  void pop_back() {
    --size_;
    std::destroy_at(data() + size_);
  }
  /// Returns where the next one now is.
  iterator erase(iterator where) {
    std::move(where + 1, end(), where);
    pop_back();
    return where;
  }
  /// Takes out all for which `is_one(value)`; returns how many.
  template <class IsOne>
  std::size_t erase_if(IsOne is_one) {
    const iterator kept = std::remove_if(begin(), end(), is_one);
    const auto gone = static_cast<std::size_t>(end() - kept);
    for (std::size_t i = 0; i < gone; ++i) {
      pop_back();
    }
    return gone;
  }
  void clear() {
    while (size_ > 0) {
      pop_back();
    }
    if (capacity_ > kInside) {
      std::allocator<T>().deallocate(outside_, capacity_);
      capacity_ = kInside;
    }
  }

 private:
  T* data() { return capacity_ > kInside ? outside_ : inside(); }
  const T* data() const { return capacity_ > kInside ? outside_ : inside(); }
  T* inside() { return std::launder(reinterpret_cast<T*>(bytes_)); }
  const T* inside() const { return std::launder(reinterpret_cast<const T*>(bytes_)); }

  void grow() {
    check(capacity_ <= std::numeric_limits<std::uint32_t>::max() / 2, "a row has its bound");
    const std::uint32_t more = capacity_ * 2;
    T* const there = std::allocator<T>().allocate(more);
    std::uninitialized_move(begin(), end(), there);
    std::destroy(begin(), end());
    if (capacity_ > kInside) {
      std::allocator<T>().deallocate(outside_, capacity_);
    }
    outside_ = there;
    capacity_ = more;
  }

  /// Requires: this is empty, and nothing of it is outside.
  void take(Few&& other) {
    if (other.capacity_ > kInside) {
      outside_ = other.outside_;
      capacity_ = std::exchange(other.capacity_, kInside);
      size_ = std::exchange(other.size_, 0);
      return;
    }
    std::uninitialized_move(other.begin(), other.end(), inside());
    size_ = other.size_;
    other.clear();
  }

  union {
    T* outside_;
    alignas(T) std::byte bytes_[sizeof(T) * kInside];
  };
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = kInside;
};

}  // namespace keepline::base
