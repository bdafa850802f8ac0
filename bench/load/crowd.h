#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/waiter.h"

namespace keepline::bench {

/// Many waiters of one carrier at one peer, and what they have been told. Lives on its loop's
/// thread.
class Crowd final : private Waiter::Owner {
 public:
  struct Plan {
    Carrier carrier = Carrier::kPoll;
    std::size_t count = 0;
    std::size_t first = 0;  ///< number of the first waiter
    std::size_t step = 1;   ///< from one's number to the next one's
  };

  Crowd(support::Loop& loop, const Dialect& dialect, const Plan& plan);

  /// Lets all come, a few at a time since the queue of connections to be accepted has an end, and
  /// wait. Ends in an exception, with the peer's words, if one is sent away. Blocks.
  void gather();
  /// Lets all that are not there come at this very moment. Does not wait.
  void rush();
  /// All leave, and keep their places.
  void leave();

  /// Whether a poll that was answered asks again at once (as it begins), or, if it was told what is
  /// expected, at ask_again().
  void asks_at_once(bool at_once) { asks_at_once_ = at_once; }
  void ask_again();

  /// From now on counts who has been told `mark`.
  void expect(std::uint32_t mark);
  std::size_t reached() const { return reached_; }
  bool all_reached() const { return reached_ == waiters_.size(); }

  /// Calls `heard` with each mark that a waiter is told, and the waiter's place in the crowd.
  void on_mark(std::function<void(std::size_t place, std::uint32_t mark)> heard) {
    heard_ = std::move(heard);
  }

  std::size_t size() const { return waiters_.size(); }
  std::size_t waiting() const { return waiting_; }
  std::uint64_t told() const { return told_; }        ///< marks heard by all together
  std::uint64_t batches() const { return batches_; }  ///< that brought them or anything else
  std::uint64_t lost() const { return lost_; }        ///< connections that ended by themselves

  /// Lost waiters come back by themselves, one try after the other.
  void comes_back(bool back) { comes_back_ = back; }

  /// The bytes that the first waiter receives from now on are kept.
  void record();
  std::string recorded() const { return record_; }

 private:
  void on_batch(Waiter& waiter, const Batch& batch) override;
  void on_waiting(Waiter& waiter) override;
  void on_lost(Waiter& waiter, std::string_view why) override;
  std::size_t place(const Waiter& waiter) const { return (waiter.number() - first_) / step_; }

  support::Loop& loop_;
  const Dialect& dialect_;
  const Carrier carrier_;
  const std::size_t first_;
  const std::size_t step_;
  std::vector<std::unique_ptr<Waiter>> waiters_;
  std::vector<std::uint32_t> reached_in_;  ///< the round in which each was last reached
  std::vector<Waiter*> answered_;          ///< polls that have not asked again
  std::function<void(std::size_t, std::uint32_t)> heard_;
  bool asks_at_once_ = true;
  bool comes_back_ = false;
  std::uint32_t round_ = 0;
  std::uint32_t expected_ = 0;
  std::size_t reached_ = 0;
  std::size_t waiting_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t batches_ = 0;
  std::uint64_t lost_ = 0;
  std::string record_;
  std::string why_lost_;
};

}  // namespace keepline::bench
