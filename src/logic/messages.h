#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/store_threads.h"
#include "entity/message.h"
#include "logic/actor.h"

namespace keepline::logic {

using base::Result;
using base::Status;
using boost::asio::awaitable;
using entity::MessageId;

/// Sending and reading messages. Thread-safe; answers resume on the caller's executor.
class Messages {
 public:
  Messages(data::StoreThreads& stores, const base::Clock& clock);

  /// Stores a message once, however often its nonce is sent, and answers after it is on disk.
  /// Errors: kNotFound, kNotAllowed (a block, either way), kNonceReused, field errors,
  /// kStorageFull, kOverloaded.
  awaitable<Result<entity::Sent>> send(Actor actor, ConversationId conversation, std::string nonce,
                                       std::string text);

  /// What a client writes: a text, perhaps an answer, or a message to repeat.
  struct Draft {
    std::string nonce;
    std::string text;                      ///< nothing where `forward` is set
    std::optional<std::int64_t> reply_to;  ///< seq
    MessageId forward;
  };
  /// The same. Errors also: kBadValue - what it answers or repeats is nothing that the actor may
  /// read, or it calls everybody where there are too many.
  awaitable<Result<entity::Sent>> send(Actor actor, ConversationId conversation, Draft draft);

  /// The rule behind send(), for StoreThreads. It remembers who may speak where, so that a
  /// conversation in full swing asks the database once.
  static data::SendRule send_rule();

  struct PageWish {
    std::optional<std::int64_t> before;  ///< seq
    std::optional<std::int64_t> after;   ///< seq; neither: the newest
    std::size_t limit = 50;              ///< 1-200
  };
  awaitable<Result<entity::MessagePage>> page(Actor actor, ConversationId conversation,
                                              PageWish wish);

  struct AroundWish {
    std::optional<std::int64_t> seq;  ///< the page about this place
    std::optional<entity::Time> at;   ///< the page that begins with the first from then on
    std::size_t limit = 50;           ///< 1-200
  };
  awaitable<Result<entity::MessagesAround>> around(Actor actor, ConversationId conversation,
                                                   AroundWish wish);
  /// One message. kNotFound, here and below: it is not there, or not the actor's to read.
  awaitable<Result<entity::Message>> get(Actor actor, MessageId id);

  // Of what follows each returns the message as it then is, and changes nothing where it is so
  // already.
  /// Gives an own message another text and keeps the one before.
  /// Errors: kNotFound; kNotAllowed; kConflict - it is no longer at `version`, was deleted or
  /// forwarded, or edited too often; kBadValue - it calls everybody where there are too many; field
  /// errors.
  awaitable<Result<entity::Message>> edit(Actor actor, MessageId id, std::string text,
                                          EventId version);
  /// Leaves a tombstone. Errors: kNotFound; kNotAllowed - another's, and no room of which the actor
  /// is an admin.
  awaitable<Result<entity::Message>> remove(Actor actor, MessageId id);
  /// Gives an emoji or takes it back. Errors: kNotFound; kNotAllowed; kBadValue; kConflict - it was
  /// deleted, or carries too many.
  awaitable<Result<entity::Message>> react(Actor actor, MessageId id, std::string emoji, bool give);
  /// Errors: kNotFound; kNotAllowed; kConflict - it was deleted, or too many are pinned.
  awaitable<Status> pin(Actor actor, MessageId id, bool pinned);
  /// Errors: kNotFound; kConflict - it was deleted, or too many are saved.
  awaitable<Status> save(Actor actor, MessageId id, bool saved);

  /// What it said before, the first first.
  awaitable<Result<std::vector<entity::EarlierText>>> earlier_texts(Actor actor, MessageId id);
  /// The newest first.
  awaitable<Result<std::vector<entity::Pin>>> pins(Actor actor, ConversationId conversation);

  /// One page of a list, the newest first. It may be shorter than asked for and not the last.
  template <class Row>
  struct ListPage {
    std::vector<Row> rows;
    std::optional<EventId> next;  ///< ask for what is before; nothing: this was all
  };
  awaitable<Result<ListPage<entity::Mention>>> mentions(Actor actor, std::optional<EventId> before,
                                                        std::size_t limit);
  awaitable<Result<ListPage<entity::SavedMessage>>> saved(Actor actor,
                                                          std::optional<EventId> before,
                                                          std::size_t limit);

  /// One answer to a classic poll.
  struct ClassicNext {
    std::optional<entity::Message> message;  ///< the oldest not yet delivered
    std::optional<entity::User> sender;
    EventId looked_at;  ///< nothing up to here is left
  };
  /// The oldest message for the actor after their classic position, or after `after` where that is
  /// later. Errors: kNotFound before their first Online.
  awaitable<Result<ClassicNext>> classic_next(Actor actor, EventId after);
  /// Sets the position at the first Online, to now. Later calls change nothing.
  awaitable<Status> classic_online(Actor actor);
  /// As classic_online(), on the calling thread: for the demo, whose accounts have what was sent to
  /// them from the first moment. Blocks; call it before serving.
  Status classic_online_now(Actor actor);
  /// Notes what was delivered, with the next batch that is written anyway.
  void classic_delivered(Actor actor, EventId position);

 private:
  data::StoreThreads& stores_;
  const base::Clock& clock_;
};

}  // namespace keepline::logic
