#include "push/waiter.h"

#include <utility>

namespace keepline::push {

/// Knows its waiter while there is one; each tells the other when it goes.
class Waiter::Handle final : public Wait {
 public:
  explicit Handle(Waiter& waiter) : waiter_(&waiter) {}
  ~Handle() override {
    if (waiter_ != nullptr) {
      waiter_->handle_ = nullptr;
      waiter_->done_ = nullptr;
      waiter_->owner_.client_gone(*waiter_);
    }
  }
  void forget() { waiter_ = nullptr; }

 private:
  Waiter* waiter_;
};

Waiter::Waiter(ListenerOwner& owner, Inbox& inbox_in, ClientKey key_in, base::Tick arrived_in,
               entity::EventId seen, std::function<void(Wake)> done)
    : Listener(owner, inbox_in, key_in, arrived_in), done_(std::move(done)) {
  at.event = seen;
}

Waiter::~Waiter() {
  if (handle_ != nullptr) {
    handle_->forget();
  }
}

std::unique_ptr<Wait> Waiter::handle() {
  auto handle = std::make_unique<Handle>(*this);
  handle_ = handle.get();
  return handle;
}

void Waiter::wake(Wake why) {
  // done() may destroy the handle, or ask again: nothing of this may be touched by it.
  if (handle_ != nullptr) {
    handle_->forget();
    handle_ = nullptr;
  }
  const auto done = std::exchange(done_, nullptr);
  if (done) {
    done(why);
  }
}

void Waiter::tell(const Found&) { wake(Wake::kEvents); }

void Waiter::end(End why) {
  switch (why) {
    case End::kSuperseded:
      wake(Wake::kSuperseded);
      return;
    case End::kDrain:
      wake(Wake::kDrain);
      return;
    case End::kSessionEnded:
      wake(Wake::kSessionEnded);
      return;
    case End::kGone:
      // There is more than the log can show: whoever waits reads the rest from the database.
      wake(Wake::kEvents);
      return;
    case End::kTimeout:
    case End::kRotated:
    case End::kFailed:
      wake(Wake::kTimeout);
      return;
  }
}

}  // namespace keepline::push
