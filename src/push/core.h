#pragma once

#include <cstddef>
#include <functional>

#include "push/hub.h"
#include "push/tail.h"

namespace keepline::push {

class LocalHub;

/// What the shards' hubs share: the options, the parts, the tail, and the roads to one another.
/// Thread-safe.
class Core {
 public:
  virtual ~Core() = default;
  virtual const HubOptions& options() const = 0;
  virtual const HubParts& parts() const = 0;
  virtual Tail& tail() = 0;
  /// Runs `task` on shard `shard`, later, after everything this shard sent there before.
  virtual void on(std::size_t shard, std::function<void(LocalHub&)> task) = 0;
  virtual std::size_t home_of(UserId user) const = 0;
};

}  // namespace keepline::push
