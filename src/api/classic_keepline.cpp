#include "api/classic_keepline.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "api/classic_answer.h"
#include "api/respond.h"
#include "net/wheel.h"

namespace keepline::api {

using base::Errc;
using boost::asio::awaitable;
using entity::EventId;
using entity::UserId;

/// One Keepline between its request and its answer. Lives on one shard; the table owns it until it
/// is answered, and what is under way keeps it a little longer.
class ClassicKeepline::Poll final : public net::ParkedOwner,
                                    private net::Timer,
                                    public std::enable_shared_from_this<Poll> {
 public:
  Poll(ClassicKeepline& house, net::Shard& shard, ClassicCaller caller)
      : house_(house),
        shard_(shard),
        caller_(std::move(caller)),
        deadline_(shard.clock().tick() + kParks) {}

  void park(net::Exchange exchange) {
    place_ = house_.tables_[shard_.index()].emplace(caller_.user, shared_from_this());
    parked_ = std::move(exchange).park(*this);
  }

  /// Waits for this user's turn, then looks for the next message.
  void look() {
    house_.turns_.take(caller_.user, shard_, [self = shared_from_this()](ClassicTurns::Turn turn) {
      if (self->parked_) {
        boost::asio::co_spawn(self->shard_.executor(), search(self, std::move(turn)),
                              boost::asio::detached);
      }
    });
  }

  void set_received(std::optional<EventId> received) {
    acknowledges_ = received.has_value();
    unread_received_ = received;
  }

  void answer_later(net::Response response) {
    later_ = std::move(response);
    shard_.wheel().arm(*this, kHoldsBack);
  }

  void answer(const net::Response& response, std::function<void(bool whole)> done = {}) {
    if (!parked_) {
      return;
    }
    std::string bytes = net::encode(response, parked_.after(), parked_.head_only(),
                                    shard_.http_date(), house_.common_headers_);
    std::exchange(parked_, {}).complete(base::share(std::move(bytes)), std::move(done));
    forget();
  }

  void peer_gone() override {
    if (parked_) {
      parked_ = {};
      forget();
    }
  }

  /// The hub and the connections are about to end.
  void cut() {
    wait_.reset();
    parked_ = {};
    disarm();
  }

 private:
  void expired() override { answer(later_); }

  using Found = base::Result<logic::Messages::ClassicNext>;
  static awaitable<void> search(std::shared_ptr<Poll> self, ClassicTurns::Turn turn);
  void deliver(const logic::Messages::ClassicNext& next, ClassicTurns::Turn turn);
  void wait(EventId looked_at);
  void woken(push::Wake wake);

  /// Takes this out of the table. The hub may be calling just now, so its Wait ends a moment later.
  void forget() {
    disarm();
    shard_.post([self = std::move(place_->second)] { self->wait_.reset(); });
    house_.tables_[shard_.index()].erase(place_);
  }

  ClassicKeepline& house_;
  net::Shard& shard_;
  const ClassicCaller caller_;
  const base::Tick deadline_;
  bool acknowledges_ = false;               ///< the client moves the position itself
  std::optional<EventId> unread_received_;  ///< what it said it has, until that is looked at
  Table::iterator place_;                   ///< where the table holds this while it is parked
  net::ParkedAnswer parked_;                ///< empty once answered, or when the client left
  std::unique_ptr<push::Wait> wait_;
  net::Response later_;
};

awaitable<void> ClassicKeepline::Poll::search(std::shared_ptr<Poll> self, ClassicTurns::Turn turn) {
  logic::Messages& messages = self->house_.messages_;
  const logic::Actor actor{self->caller_.user, {}};
  if (const auto received = std::exchange(self->unread_received_, std::nullopt);
      received && *received > turn.position()) {
    // Only the number of a message that is this user's next or a later one counts: a number from
    // another server's time must not make this one silent.
    const EventId before{received->value - 1};
    const Found at = co_await messages.classic_next(actor, before);
    if (at && at->message && at->message->id == *received) {
      turn.advance(*received);
      messages.classic_delivered(actor, *received);
    }
  }
  Found next = co_await messages.classic_next(actor, turn.position());
  if (!next && next.error().code == Errc::kNotFound) {
    // A client that never said Online: its stream begins now.
    const base::Status begun = co_await messages.classic_online(actor);
    if (begun) {
      next = co_await messages.classic_next(actor, turn.position());
    }
  }
  if (!self->parked_) {
    co_return;
  }
  if (!next) {
    self->answer_later(classic_refused(next.error()));
  } else if (next->message) {
    self->deliver(*next, std::move(turn));
  } else {
    turn = {};
    self->wait(next->looked_at);
  }
}

void ClassicKeepline::Poll::deliver(const logic::Messages::ClassicNext& next,
                                    ClassicTurns::Turn turn) {
  const net::Response response = classic_data(
      "", classic_message(*next.message, next.sender.value_or(entity::User{}), caller_.name));
  if (acknowledges_) {
    turn = {};
    answer(response);
    return;
  }
  // The turn ends when the answer is written: until then the next poll of this user does not know
  // whether to begin before or after this message.
  const logic::Actor actor{caller_.user, {}};
  const EventId id = next.message->id;
  auto held = std::make_shared<ClassicTurns::Turn>(std::move(turn));
  answer(response, [held, id, actor, &messages = house_.messages_](bool whole) {
    if (whole) {
      held->advance(id);
      messages.classic_delivered(actor, id);
    }
    *held = {};
  });
}

void ClassicKeepline::Poll::wait(EventId looked_at) {
  const base::Tick now = shard_.clock().tick();
  if (now >= deadline_) {
    answer(classic_nothing("Nothing yet."));
    return;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now);
  // All classic polls of a user are one client: the newest supersedes the others.
  wait_ = house_.hub_.shard(shard_.index())
              .wait(caller_.user, looked_at, "classic", left,
                    [self = shared_from_this()](push::Wake wake) {
                      // Not inside the hub's call: what follows destroys the Wait.
                      self->shard_.post([self, wake] { self->woken(wake); });
                    });
}

void ClassicKeepline::Poll::woken(push::Wake wake) {
  wait_.reset();
  if (!parked_) {
    return;
  }
  switch (wake) {
    case push::Wake::kEvents:
      look();
      return;
    case push::Wake::kSuperseded:
      answer_later(classic_nothing("A newer Keepline of this user took the place of this one."));
      return;
    case push::Wake::kDrain:
      answer(classic_nothing("The server is about to restart."));
      return;
    case push::Wake::kTimeout:
    case push::Wake::kSessionEnded:
      answer(classic_nothing("Nothing yet."));
      return;
  }
}

ClassicKeepline::ClassicKeepline(std::vector<net::Shard*> shards, push::Hub& hub,
                                 logic::Messages& messages)
    : shards_(std::move(shards)),
      hub_(hub),
      messages_(messages),
      common_headers_(api::common_headers()),
      turns_(shards_),
      tables_(shards_.size()) {}

ClassicKeepline::~ClassicKeepline() {
  for (Table& table : tables_) {
    for (auto& [user, poll] : table) {
      poll->cut();
    }
  }
}

std::shared_ptr<ClassicKeepline::Poll> ClassicKeepline::park(net::Exchange exchange,
                                                             ClassicCaller caller) {
  auto poll = std::make_shared<Poll>(*this, exchange.shard(), std::move(caller));
  poll->park(std::move(exchange));
  return poll;
}

void ClassicKeepline::start(net::Exchange exchange, ClassicCaller caller,
                            std::optional<EventId> received) {
  const std::shared_ptr<Poll> poll = park(std::move(exchange), std::move(caller));
  poll->set_received(received);
  poll->look();
}

void ClassicKeepline::refuse_later(net::Exchange exchange, const base::Error& error) {
  park(std::move(exchange), {})->answer_later(classic_refused(error));
}

void ClassicKeepline::end(UserId user, net::Shard& here, const std::function<void()>& done) {
  auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
  for (net::Shard* shard : shards_) {
    shard->post([this, user, shard, left, done, &here] {
      const auto [begin, end] = tables_[shard->index()].equal_range(user);
      std::vector<std::shared_ptr<Poll>> polls;
      std::transform(begin, end, std::back_inserter(polls),
                     [](const auto& row) { return row.second; });
      for (const auto& poll : polls) {
        poll->answer(classic_nothing("Offline."));
      }
      // After the Waits, whose end forget() has posted.
      shard->post([left, done, &here] {
        if (left->fetch_sub(1) == 1) {
          here.post(done);
        }
      });
    });
  }
}

}  // namespace keepline::api
