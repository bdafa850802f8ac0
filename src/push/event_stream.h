#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "push/batch.h"
#include "push/channel.h"
#include "push/listener.h"

namespace keepline::push {

/// The carriers that stay: an event stream or a WebSocket, to which each batch is written as it
/// comes. A client that reads slowly costs its cursor and a place in the batch on its way: what
/// happens meanwhile is looked up when it can take more, and leaves in one batch. Lives on one
/// shard.
class EventStream final : public Listener, private net::StreamOwner {
 public:
  struct Ask {
    entity::Cursor cursor;  ///< as the client sent it; for "begin now", where that is
    bool picture = false;   ///< `cursor` counts another run's signals
    std::uint32_t limit = 500;
    std::chrono::milliseconds beat{20'000};  ///< it is never silent for longer
    base::Tick rotate_at{};                  ///< it is ended after this, and comes back anew
  };

  EventStream(ListenerOwner& owner, Inbox& inbox, ClientKey key, base::Tick arrived, const Ask& ask,
              std::unique_ptr<Channel> channel);

  /// Begins the answer. Called once, when its inbox owns it.
  void open() { channel_->open(*this); }

  /// The first batch is told even if it is empty: it says who and what.
  bool hears(const Found& found) const override;
  void tell(const Found& found) override;
  void tell_nothing(const Found& found, End why) override;
  void end(End why) override;
  std::size_t limit() const override { return limit_; }
  bool stays() const override { return true; }
  bool busy() const override { return busy_; }
  std::chrono::milliseconds quiet_for(base::Tick now) const override;
  bool outlived(base::Tick now) const override { return now >= rotate_at_; }

 private:
  void peer_gone() override { owner_.client_gone(*this); }
  void drained() override;

  std::unique_ptr<Channel> channel_;
  const base::Tick rotate_at_;
  base::Tick told_at_;
  const std::uint32_t beat_ms_;
  const std::uint32_t limit_;
  bool greeted_ = false;
  bool busy_ = false;
};

}  // namespace keepline::push
