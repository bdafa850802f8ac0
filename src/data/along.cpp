#include "data/along.h"

#include <utility>

namespace keepline::data {

void Along::put(Item item) {
  if (const auto found = by_key_.find(item.key); found != by_key_.end()) {
    found->second->rule = std::move(item.rule);
    return;
  }
  if (items_.size() >= keys_max_) {
    return;
  }
  items_.push_back(std::move(item));
  by_key_.emplace(items_.back().key, std::prev(items_.end()));
}

std::list<Along::Item> Along::take(std::size_t count) {
  std::list<Item> taken;
  while (count-- > 0 && !items_.empty()) {
    by_key_.erase(items_.front().key);
    taken.splice(taken.end(), items_, items_.begin());
  }
  return taken;
}

void Along::put_back(std::list<Item> items) {
  while (!items.empty()) {
    if (by_key_.contains(items.back().key) || items_.size() >= keys_max_) {
      items.pop_back();
      continue;
    }
    items_.splice(items_.begin(), items, std::prev(items.end()));
    by_key_.emplace(items_.front().key, items_.begin());
  }
}

}  // namespace keepline::data
