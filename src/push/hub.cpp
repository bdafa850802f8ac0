#include "push/hub.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.h"
#include "push/local_hub.h"

namespace keepline::push {
namespace {

class WholeHub final : public Hub, private Core {
 public:
  WholeHub(HubOptions options, HubParts parts, const std::vector<entity::Event>& recent)
      : options_(std::move(options)), parts_(std::move(parts)) {
    const std::size_t count = parts_.shards->count();
    base::check(count > 0 && parts_.wheels.size() == count, "one wheel for each shard");
    base::check(count <= Homes::kShardsMax, "more shards than a home counts");
    std::vector<EventPtr> entries;
    entries.reserve(recent.size());
    for (const entity::Event& event : recent) {
      entries.push_back(logged(event));
    }
    EventId floor = options_.position.head;
    if (!recent.empty()) {
      floor = EventId(recent.front().id.value - 1);
      base::check(recent.back().id <= options_.position.head, "the newest events end at the head");
    }
    Core& core = *this;
    for (std::size_t i = 0; i < count; ++i) {
      Ring ring(std::max(floor, options_.position.floor), options_.ring_events_max,
                options_.ring_bytes_max);
      for (const EventPtr& entry : entries) {
        if (entry->id > options_.position.floor) {
          ring.push(entry);
        }
      }
      locals_.push_back(std::make_unique<LocalHub>(core, i, std::move(ring)));
    }
    tail_ = std::make_unique<Tail>(options_.position.head, options_.typing_lasts, parts_.own_thread,
                                   [this](const DeliveryPtr& delivery) { hand(delivery); });
  }

  ~WholeHub() override { stop(); }

  // Hub
  ShardHub& shard(std::size_t index) override { return *locals_.at(index); }
  void committed(data::BatchPtr batch) override { tail_->committed(std::move(batch)); }
  void drain(std::chrono::milliseconds over) override {
    for (std::size_t i = 0; i < locals_.size(); ++i) {
      on(i, [over](LocalHub& there) { there.drain(over); });
    }
  }
  void stop() override { tail_->stop(); }

 private:
  // Core
  const HubOptions& options() const override { return options_; }
  const HubParts& parts() const override { return parts_; }
  Tail& tail() override { return *tail_; }
  void on(std::size_t shard, std::function<void(LocalHub&)> task) override {
    parts_.shards->post(shard,
                        [local = locals_[shard].get(), task = std::move(task)] { task(*local); });
  }
  std::size_t home_of(UserId user) const override {
    return std::hash<UserId>{}(user) % locals_.size();
  }

  void hand(const DeliveryPtr& delivery) {
    for (std::size_t i = 0; i < locals_.size(); ++i) {
      parts_.shards->post(i, [local = locals_[i].get(), delivery] { local->deliver(*delivery); });
    }
  }

  const HubOptions options_;
  const HubParts parts_;
  std::vector<std::unique_ptr<LocalHub>> locals_;
  std::unique_ptr<Tail> tail_;
};

}  // namespace

std::unique_ptr<Hub> make_hub(HubOptions options, HubParts parts,
                              const std::vector<entity::Event>& recent) {
  return std::make_unique<WholeHub>(std::move(options), std::move(parts), recent);
}

}  // namespace keepline::push
