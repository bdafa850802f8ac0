#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "push/channel.h"

// A stream's client and the road to it, for tests and the simulator.
namespace keepline::push::stage {

/// What became of one stream. Shared by the test and the engine's channel. Nothing that it calls is
/// called from within the engine: as a connection, it tells its owner later.
struct Feed {
  struct Batch {
    int status = 0;
    std::string body;
  };

  bool opened = false;
  bool full = false;     ///< the road takes nothing: what is written stays on its way
  bool ended = false;    ///< the engine said its last word
  bool dropped = false;  ///< the engine let go of it without one
  bool left = false;     ///< the client did
  End why = End::kTimeout;
  std::deque<Batch> on_way;
  std::vector<Batch> batches;         ///< what arrived
  net::StreamOwner* owner = nullptr;  ///< while neither side has ended it

  const std::string& last() const { return batches.back().body; }

  /// What is on its way arrives. The road stays as full as it is.
  void take() {
    const bool waited = !on_way.empty();
    for (; !on_way.empty(); on_way.pop_front()) {
      batches.push_back(std::move(on_way.front()));
    }
    if (waited && owner != nullptr) {
      owner->drained();
    }
  }
  /// The road is free again.
  void clear() {
    full = false;
    take();
  }
  /// The client goes away, and what is on its way is lost. Requires: owner.
  void go_away() {
    left = true;
    on_way.clear();
    std::exchange(owner, nullptr)->peer_gone();
  }
};
using FeedPtr = std::shared_ptr<Feed>;

class FakeChannel final : public Channel {
 public:
  explicit FakeChannel(FeedPtr feed) : feed_(std::move(feed)) {}
  ~FakeChannel() override {
    feed_->owner = nullptr;
    feed_->dropped = !feed_->ended && !feed_->left;
  }

  void open(net::StreamOwner& owner) override {
    base::check(!feed_->opened, "a stream begins once");
    feed_->opened = true;
    feed_->owner = &owner;
  }
  void refuse(WholeAnswer& last, End why) override {
    base::check(!feed_->opened, "a stream is refused before it begins");
    feed_->opened = true;
    finish(last, why);
  }
  bool write(WholeAnswer& batch) override {
    base::check(feed_->opened && !feed_->ended, "an open stream is written");
    base::check(feed_->on_way.empty(), "a stream writes one at a time");
    put(batch);
    return !feed_->full;
  }
  void finish(WholeAnswer& last, End why) override {
    base::check(feed_->opened && !feed_->ended, "a stream ends once");
    feed_->ended = true;
    feed_->why = why;
    feed_->owner = nullptr;
    put(last);
  }

 private:
  void put(WholeAnswer& batch) {
    Feed::Batch one{batch.status(), batch.body()};
    if (feed_->full) {
      feed_->on_way.push_back(std::move(one));
    } else {
      feed_->batches.push_back(std::move(one));
    }
  }

  FeedPtr feed_;
};

}  // namespace keepline::push::stage
