#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>

#include "data/store.h"

namespace keepline::data {

/// What waits to be written with the next batch, by key: a later one replaces an earlier one and
/// keeps its place, so that a busy key does not starve the others. At `keys_max` new keys are
/// dropped. Lives on the writer's thread.
class Along {
 public:
  struct Item {
    std::string key;
    std::function<void(Transaction&)> rule;
  };

  explicit Along(std::size_t keys_max) : keys_max_(keys_max) {}

  void put(Item item);
  /// Takes the `count` oldest.
  std::list<Item> take(std::size_t count);
  /// Gives back what take() took and was not stored; what came under the same key since, wins.
  void put_back(std::list<Item> items);

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }

 private:
  const std::size_t keys_max_;
  std::list<Item> items_;  ///< the oldest first
  std::unordered_map<std::string, std::list<Item>::iterator> by_key_;
};

}  // namespace keepline::data
