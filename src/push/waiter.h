#pragma once

#include <functional>
#include <memory>

#include "push/hub.h"
#include "push/listener.h"

namespace keepline::push {

/// A wait for any event: what the classic endpoint parks on. Lives on one shard.
class Waiter final : public Listener {
 public:
  Waiter(ListenerOwner& owner, Inbox& inbox, ClientKey key, base::Tick arrived,
         entity::EventId seen, std::function<void(Wake)> done);
  ~Waiter() override;

  /// The handle that cancels it. Called once.
  std::unique_ptr<Wait> handle();

  bool hears(const Found& found) const override { return !found.events.empty(); }
  void tell(const Found& found) override;
  void tell_nothing(const Found&, End why) override { end(why); }
  void end(End why) override;
  std::size_t limit() const override { return 1; }

 private:
  class Handle;
  void wake(Wake why);

  std::function<void(Wake)> done_;
  Handle* handle_ = nullptr;
};

}  // namespace keepline::push
