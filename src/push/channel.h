#pragma once

#include <cstdint>
#include <memory>

#include "net/exchange.h"
#include "push/hub.h"
#include "push/listener.h"
#include "push/whole_answer.h"

namespace keepline::push {

/// How a stream reaches its client; in front of net::Stream so that a simulator can stand in its
/// place. Lives on one shard. Dropping it unfinished closes the connection.
class Channel {
 public:
  virtual ~Channel() = default;

  /// Begins the stream. Called once, before anything else; `owner` hears nothing inside the call.
  virtual void open(net::StreamOwner& owner) = 0;
  /// Instead of open(): begins and ends with `last`.
  virtual void refuse(WholeAnswer& last, End why) = 0;
  /// As net::Stream::write().
  virtual bool write(WholeAnswer& batch) = 0;
  /// The last words, behind what is on its way.
  virtual void finish(WholeAnswer& last, End why) = 0;
};

/// Streams over the connection of `exchange`; an event source is told to wait `retry_ms` before it
/// comes back.
std::unique_ptr<Channel> channel_of(net::Exchange exchange, Carrier carrier, std::int64_t retry_ms);

}  // namespace keepline::push
