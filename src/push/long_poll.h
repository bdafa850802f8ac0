#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "push/answer.h"
#include "push/batch.h"
#include "push/listener.h"

namespace keepline::push {

/// The long-poll carrier: one batch as one HTTP answer. Lives on one shard.
class LongPoll final : public Listener, private net::ParkedOwner {
 public:
  struct Ask {
    entity::Cursor cursor;  ///< as the client sent it; for "begin now", where that is
    bool picture = false;   ///< `cursor` counts another run's signals
    bool hello = false;
    bool hasty = false;  ///< wants its answer now, whatever it is
    std::uint32_t limit = 500;
  };

  LongPoll(ListenerOwner& owner, Inbox& inbox, ClientKey key, base::Tick arrived, const Ask& ask,
           std::unique_ptr<Answer> answer);

  bool hears(const Found& found) const override;
  void tell(const Found& found) override;
  /// An empty batch whose cursor moved on: a quiet client never grows stale.
  void tell_nothing(const Found& found, End why) override;
  void end(End why) override;
  void hold() override;
  bool is_hasty() const override { return hasty_; }
  std::size_t limit() const override { return limit_; }

 private:
  void peer_gone() override { owner_.client_gone(*this); }
  std::optional<Hello> hello() const;

  /// As the client sent it.
  entity::Cursor asked() const;

  std::unique_ptr<Answer> answer_;
  const entity::EventId asked_event_;
  const std::uint64_t asked_run_;
  const bool hello_;
  const bool hasty_;
  const std::uint32_t limit_;
  bool held_ = false;
};

}  // namespace keepline::push
