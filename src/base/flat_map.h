#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace keepline::base {

/// A hash table in one block of memory, for very many small values: a key and its value cost 1.25
/// to 2.5 times their size, and no block of their own. Open addressing with linear probing; what is
/// taken out closes its gap, so nothing is left behind.
///
/// Key{} is nobody's key. A pointer to a value stands until the next insertion or erasure. Not for
/// keys that somebody chooses who may wish for collisions. Gives memory back when it is nearly
/// empty.
template <class Key, class Value, class Hash = std::hash<Key>>
class FlatMap {
 public:
  Value* find(Key key) {
    if (slots_.empty()) {
      return nullptr;
    }
    Slot& slot = slots_[place_of(key)];
    return slot.key == key ? &slot.value : nullptr;
  }
  const Value* find(Key key) const { return const_cast<FlatMap*>(this)->find(key); }

  /// The value of `key`; a new one is Value{}.
  Value& operator[](Key key) {
    if (size_ * 5 >= slots_.size() * 4) {
      resize(slots_.empty() ? kSlotsMin : slots_.size() * 2);
    }
    Slot& slot = slots_[place_of(key)];
    if (slot.key != key) {
      slot.key = key;
      ++size_;
    }
    return slot.value;
  }

  /// Whether it was there.
  bool erase(Key key) {
    if (slots_.empty()) {
      return false;
    }
    std::size_t gap = place_of(key);
    if (slots_[gap].key != key) {
      return false;
    }
    // Whoever stands behind the gap only because of a crowd moves up.
    for (std::size_t at = next(gap); slots_[at].key != Key{}; at = next(at)) {
      const std::size_t home = home_of(slots_[at].key);
      if (((at - home) & mask()) >= ((at - gap) & mask())) {
        slots_[gap] = std::move(slots_[at]);
        gap = at;
      }
    }
    slots_[gap] = Slot{};
    --size_;
    if (slots_.size() > kSlotsMin && size_ * 8 < slots_.size()) {
      resize(slots_.size() / 2);
    }
    return true;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Calls visit(key, value) for each, in no order. Must not change the table.
  template <class Visit>
  void each(Visit visit) {
    for (Slot& slot : slots_) {
      if (slot.key != Key{}) {
        visit(slot.key, slot.value);
      }
    }
  }

 private:
  struct Slot {
    Key key{};
    Value value{};
  };
  static constexpr std::size_t kSlotsMin = 8;

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t home_of(Key key) const { return Hash{}(key)&mask(); }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  /// Where the key is, or would be.
  std::size_t place_of(Key key) const {
    std::size_t at = home_of(key);
    while (slots_[at].key != key && slots_[at].key != Key{}) {
      at = next(at);
    }
    return at;
  }
  void resize(std::size_t count) {
    std::vector<Slot> old(count);
    old.swap(slots_);
    for (Slot& slot : old) {
      if (slot.key != Key{}) {
        slots_[place_of(slot.key)] = std::move(slot);
      }
    }
  }

  std::vector<Slot> slots_;  ///< a power of two, or none
  std::size_t size_ = 0;
};

}  // namespace keepline::base
