#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "logic/friends.h"
#include "logic/messages.h"
#include "net/shard.h"
#include "push/hub.h"

namespace keepline::app {

/// The demonstration's friend Echo: online while the server runs, it types for a moment and then
/// says back what it was told, and takes every friend request. A client like any other, only inside
/// the process: it waits with the push engine, and what it answered is stored like a classic
/// client's position,
/// so that a restart neither loses an answer nor gives it twice.
///
/// Lives on one shard; ends when the engine drains.
class DemoEcho : private net::Timer {
 public:
  /// All must outlive the shard's loop.
  struct Parts {
    net::Shard* shard = nullptr;
    push::Hub* hub = nullptr;
    logic::Friends* friends = nullptr;
    logic::Messages* messages = nullptr;
    logic::UserId echo;
  };

  explicit DemoEcho(Parts parts) : parts_(parts) {}
  ~DemoEcho() override = default;

  /// Begins to listen. Call it once, when the shard runs.
  void start();

 private:
  boost::asio::awaitable<void> live();
  /// Returns when something happened after `seen`, or some time passed.
  boost::asio::awaitable<push::Wake> wait(logic::EventId seen);
  boost::asio::awaitable<void> answer(const entity::Message& message);
  boost::asio::awaitable<void> take_requests();
  boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
  /// Returns after go_on(): later, never inside the call.
  boost::asio::awaitable<void> rest();
  void go_on();
  void expired() override { go_on(); }

  const Parts parts_;
  std::function<void()> rests_;  ///< continues the coroutine, which only ever rests for one thing
};

}  // namespace keepline::app
