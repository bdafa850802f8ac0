#include "logic/messages.h"

#include <fmt/format.h>

#include <utility>

#include "entity/called.h"
#include "entity/validate.h"
#include "logic/changes_rules.h"
#include "logic/lists_rules.h"
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
  Draft draft;
  draft.nonce = std::move(nonce);
  draft.text = std::move(text);
  auto sent = co_await send(actor, conversation, std::move(draft));
  co_return sent;
}

awaitable<Result<entity::Sent>> Messages::send(Actor actor, ConversationId conversation,
                                               Draft draft) {
  if (actor.anonymous()) {
    co_return can(actor, Action::kSend).error();
  }
  auto valid_nonce = entity::valid_nonce(draft.nonce);
  if (!valid_nonce) {
    co_return valid_nonce.error();
  }
  auto valid_text =
      draft.forward ? Result<std::string>(std::string()) : entity::valid_text(draft.text);
  if (!valid_text) {
    co_return valid_text.error();
  }
  entity::NewMessage message;
  message.conversation = conversation;
  message.sender = actor.user;
  message.nonce = *std::move(valid_nonce);
  message.text = *std::move(valid_text);
  message.at = clock_.now();
  message.reply_to = draft.reply_to;
  message.forward = draft.forward;
  message.called = entity::called_in(message.text);
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

awaitable<Result<entity::MessagesAround>> Messages::around(Actor actor, ConversationId conversation,
                                                           AroundWish wish) {
  auto query = [actor, conversation, wish](Reader& reader) {
    return messages_around(reader, actor, conversation, wish);
  };
  auto page = co_await stores_.read(std::move(query));
  co_return page;
}

awaitable<Result<entity::Message>> Messages::get(Actor actor, MessageId id) {
  auto query = [actor, id](Reader& reader) { return get_message(reader, actor, id); };
  auto message = co_await stores_.read(std::move(query));
  co_return message;
}

awaitable<Result<entity::Message>> Messages::edit(Actor actor, MessageId id, std::string text,
                                                  EventId version) {
  auto valid = entity::valid_text(text);
  if (!valid) {
    co_return valid.error();
  }
  auto called = entity::called_in(*valid);
  auto rule = [actor, id, version, text = *std::move(valid), called = std::move(called)](
                  Transaction& tx) { return edit_message(tx, actor, id, text, called, version); };
  auto message = co_await stores_.write(std::move(rule));
  co_return message;
}

awaitable<Result<entity::Message>> Messages::remove(Actor actor, MessageId id) {
  auto rule = [actor, id](Transaction& tx) { return delete_message(tx, actor, id); };
  auto message = co_await stores_.write(std::move(rule));
  co_return message;
}

awaitable<Result<entity::Message>> Messages::react(Actor actor, MessageId id, std::string emoji,
                                                   bool give) {
  auto valid = entity::valid_emoji(emoji);
  if (!valid) {
    co_return valid.error();
  }
  auto rule = [actor, id, give, emoji = *std::move(valid)](Transaction& tx) {
    return logic::react(tx, actor, id, emoji, give);
  };
  auto message = co_await stores_.write(std::move(rule));
  co_return message;
}

awaitable<Status> Messages::pin(Actor actor, MessageId id, bool pinned) {
  auto rule = [actor, id, pinned](Transaction& tx) { return logic::pin(tx, actor, id, pinned); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Status> Messages::save(Actor actor, MessageId id, bool saved) {
  auto rule = [actor, id, saved](Transaction& tx) { return logic::save(tx, actor, id, saved); };
  auto done = co_await stores_.write(std::move(rule));
  co_return done;
}

awaitable<Result<std::vector<entity::EarlierText>>> Messages::earlier_texts(Actor actor,
                                                                            MessageId id) {
  auto query = [actor, id](Reader& reader) { return list_earlier_texts(reader, actor, id); };
  auto texts = co_await stores_.read(std::move(query));
  co_return texts;
}

awaitable<Result<std::vector<entity::Pin>>> Messages::pins(Actor actor,
                                                           ConversationId conversation) {
  auto query = [actor, conversation](Reader& reader) {
    return list_pins(reader, actor, conversation);
  };
  auto found = co_await stores_.read(std::move(query));
  co_return found;
}

awaitable<Result<Messages::ListPage<entity::Mention>>> Messages::mentions(
    Actor actor, std::optional<EventId> before, std::size_t limit) {
  auto query = [actor, before, limit](Reader& reader) {
    return list_mentions(reader, actor, before, limit);
  };
  auto page = co_await stores_.read(std::move(query));
  co_return page;
}

awaitable<Result<Messages::ListPage<entity::SavedMessage>>> Messages::saved(
    Actor actor, std::optional<EventId> before, std::size_t limit) {
  auto query = [actor, before, limit](Reader& reader) {
    return list_saved(reader, actor, before, limit);
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
