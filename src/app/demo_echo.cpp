#include "app/demo_echo.h"

#include <fmt/format.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

namespace keepline::app {
namespace {

using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::use_awaitable;

constexpr auto kReads = 500ms;    ///< before it begins to type
constexpr auto kTypes = 1'300ms;  ///< before it answers
constexpr auto kWaits = 60s;
constexpr auto kTriesAgain = 2s;  ///< after an error: the store is busy, or its disk is full

}  // namespace

void DemoEcho::start() {
  boost::asio::co_spawn(parts_.shard->executor(), live(), boost::asio::detached);
}

awaitable<void> DemoEcho::live() {
  const logic::Actor echo{parts_.echo, {}};
  logic::EventId answered;
  while (true) {
    co_await take_requests();
    const auto next = co_await parts_.messages->classic_next(echo, answered);
    if (!next) {
      co_await pause(kTriesAgain);
      continue;
    }
    if (next->message) {
      co_await answer(*next->message);
      answered = next->message->id;
      parts_.messages->classic_delivered(echo, answered);
      continue;
    }
    const push::Wake why = co_await wait(next->looked_at);
    if (why == push::Wake::kDrain) {
      co_return;
    }
    if (why == push::Wake::kSuperseded || why == push::Wake::kSessionEnded) {
      co_await pause(kTriesAgain);
    }
  }
}

awaitable<push::Wake> DemoEcho::wait(logic::EventId seen) {
  push::Wake why = push::Wake::kTimeout;
  const auto waiting = parts_.hub->shard(parts_.shard->index())
                           .wait(parts_.echo, seen, "echo", kWaits, [this, &why](push::Wake wake) {
                             why = wake;
                             // The engine is at work: the coroutine goes on in a task of its own.
                             parts_.shard->post([this] { go_on(); });
                           });
  co_await rest();
  co_return why;
}

awaitable<void> DemoEcho::answer(const entity::Message& message) {
  const logic::Actor echo{parts_.echo, {}};
  co_await pause(kReads);
  parts_.hub->shard(parts_.shard->index()).typing(parts_.echo, message.conversation);
  co_await pause(kTypes);
  // The same nonce for the same message: whatever happens, it is answered once.
  std::string nonce = fmt::format("echo-{}", message.id.value);
  std::string text = message.text;
  auto sent = co_await parts_.messages->send(echo, message.conversation, nonce, text);
  while (!sent && (sent.error().code == base::Errc::kOverloaded ||
                   sent.error().code == base::Errc::kStorageFull)) {
    co_await pause(kTriesAgain);
    sent = co_await parts_.messages->send(echo, message.conversation, nonce, text);
  }
}

awaitable<void> DemoEcho::take_requests() {
  const logic::Actor echo{parts_.echo, {}};
  const auto relations = co_await parts_.friends->list(echo);
  if (!relations) {
    co_return;
  }
  for (const entity::Relation& relation : *relations) {
    if (relation.state == entity::RelationState::kIncoming) {
      (void)co_await parts_.friends->request(echo, relation.peer.id);
    }
  }
}

awaitable<void> DemoEcho::pause(std::chrono::milliseconds time) {
  parts_.shard->wheel().arm(*this, time);
  co_await rest();
}

awaitable<void> DemoEcho::rest() {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(
      [this](auto handler) {
        const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        rests_ = [kept] { std::move (*kept)(); };
      },
      use_awaitable);
}

void DemoEcho::go_on() {
  if (const auto resume = std::exchange(rests_, nullptr)) {
    resume();
  }
}

}  // namespace keepline::app
