#include "logic/messages.h"

#include <fmt/format.h>

#include <utility>

#include "entity/validate.h"
#include "logic/messages_rules.h"
#include "logic/permission.h"
#include "logic/run_now.h"

namespace keepline::logic {

using data::Reader;
using data::Transaction;

Messages::Messages(data::StoreThreads& stores, const base::Clock& clock)
    : stores_(stores), clock_(clock) {}

awaitable<Result<entity::Sent>> Messages::send(Actor actor, ConversationId conversation,
                                               std::string nonce, std::string text) {
  if (actor.anonymous()) {
    co_return can(actor, Action::kSend).error();
  }
  auto valid_nonce = entity::valid_nonce(nonce);
  if (!valid_nonce) {
    co_return valid_nonce.error();
  }
  auto valid_text = entity::valid_text(text);
  if (!valid_text) {
    co_return valid_text.error();
  }
  entity::NewMessage message;
  message.conversation = conversation;
  message.sender = actor.user;
  message.nonce = *std::move(valid_nonce);
  message.text = *std::move(valid_text);
  message.at = clock_.now();
  auto sent = co_await stores_.send(std::move(message));
  co_return sent;
}

awaitable<Result<entity::MessagePage>> Messages::page(Actor actor, ConversationId conversation,
                                                      PageWish wish) {
  auto query = [actor, conversation, wish](Reader& reader) {
    return page_messages(reader, actor, conversation, wish);
  };
  auto page = co_await stores_.read(std::move(query));
  co_return page;
}

awaitable<Result<Messages::ClassicNext>> Messages::classic_next(Actor actor, EventId after) {
  auto query = [actor, after](Reader& reader) { return next_classic(reader, actor, after); };
  auto next = co_await stores_.read(std::move(query));
  co_return next;
}

awaitable<Status> Messages::classic_online(Actor actor) {
  auto rule = [actor](Transaction& tx) { return start_classic(tx, actor); };
  auto started = co_await stores_.write(std::move(rule));
  co_return started;
}

Status Messages::classic_online_now(Actor actor) {
  Status started = base::Errc::kInternal;
  auto task = [this, actor, &started]() -> awaitable<void> {
    auto done = co_await classic_online(actor);
    started = std::move(done);
  };
  run_now(task());
  return started;
}

void Messages::classic_delivered(Actor actor, EventId position) {
  stores_.write_along(fmt::format("classic:{}", actor.user.value),
                      [actor, position](Transaction& tx) {
                        // Lost where it fails: the message is then delivered once more.
                        static_cast<void>(advance_classic(tx, actor, position));
                      });
}

}  // namespace keepline::logic
