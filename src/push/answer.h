#pragma once

#include <memory>

#include "net/exchange.h"
#include "push/whole_answer.h"

namespace keepline::push {

/// The right to answer one poll, once; in front of net::Exchange so that a simulator can stand in
/// its place. Lives on one shard. Dropping it unanswered closes the connection.
class Answer {
 public:
  virtual ~Answer() = default;

  /// Lets go of the request and its buffers, and tells `owner` if the client goes away. Called at
  /// most once.
  virtual void hold(net::ParkedOwner& owner) = 0;
  /// Called once. May run the connection's next request before it returns.
  virtual void complete(WholeAnswer& whole) = 0;
};

/// Answers `exchange`.
std::unique_ptr<Answer> answer_of(net::Exchange exchange);

}  // namespace keepline::push
