#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "push/answer.h"
#include "push/batch.h"
#include "push/channel.h"
#include "push/core.h"
#include "push/listener.h"
#include "push/nearby.h"
#include "push/presence.h"

namespace keepline::push {

/// The push engine on one shard. Parking is race-free by order: a listener is registered, looks
/// again, then parks; each answer from the database leads back to that look.
///
/// What may take long is cut: about fan_out_slice_max listeners are told in one turn of the shard's
/// loop, and what few hear goes before what many hear.
///
/// Lives on one shard. The shard must have stopped, or never run again, when it is destroyed: then
/// whoever is parked loses its connection.
class LocalHub final : public ShardHub,
                       private Heard,
                       private HomesHeard,
                       private InboxOwner,
                       private ListenerOwner {
 public:
  /// An event that more inboxes hear than this waits behind those that fewer do.
  static constexpr std::size_t kSmallCompanyMax = 64;

  /// `core` must outlive it.
  LocalHub(Core& core, std::size_t index, Ring ring);
  ~LocalHub() override;

  void poll(EventsRequest request, net::Exchange exchange) override;
  /// As poll() of an exchange: what a test or a simulator calls.
  void poll(EventsRequest request, std::unique_ptr<Answer> answer);
  void stream(EventsRequest request, Carrier carrier, net::Exchange exchange) override;
  /// As stream() over an exchange: what a test or a simulator calls.
  void stream(EventsRequest request, std::unique_ptr<Channel> channel);
  std::unique_ptr<Wait> wait(UserId user, EventId seen, std::string client,
                             std::chrono::milliseconds timeout,
                             std::function<void(Wake)> done) override;
  void touch(UserId user) override;
  void leave(UserId user) override;
  Presence presence(UserId user) const override;
  entity::Cursor cursor_at(EventId event) const override;
  std::uint64_t signal_head() const override { return nearby_.signal_head(); }
  void typing(UserId user, ConversationId conversation) override;
  void on_session_ended(std::function<void(UserId, SessionId, EventId)> heard) override;
  std::size_t parked() const override { return parked_; }

  /// What the tail hands over. Called in order.
  void deliver(const Delivery& delivery);
  void drain(std::chrono::milliseconds over);

  const Nearby& nearby() const { return nearby_; }
  Batches& batches() override { return batches_; }
  const Homes& homes() const { return homes_; }

 private:
  /// One thing on the wheel that is the hub's own.
  class Alarm final : public net::Timer {
   public:
    explicit Alarm(std::function<void()> ring) : ring_(std::move(ring)) {}

   private:
    void expired() override { ring_(); }
    const std::function<void()> ring_;
  };
  struct SessionEnd {
    UserId user;
    SessionId session;
    EventId id;
  };
  struct TypingAsk {
    UserId user;
    ConversationId conversation;
  };

  // Listeners: local_hub.cpp.
  ListenerOwner& owner() { return *this; }
  /// Where a client begins; or why it may not, which is a reset.
  struct Start {
    entity::Cursor cursor;
    bool picture = false;
    std::string_view refused;
  };
  Start start_of(const EventsRequest& request) const;
  Listener& enlist(std::unique_ptr<Listener> listener, std::chrono::milliseconds timeout);
  void go(Listener& listener);
  void park(Listener& listener);
  std::unique_ptr<Listener> take(Listener& listener);
  void become(Listener& listener, Listener::State state);
  /// Tells what `found_` holds.
  void tell(Listener& listener);
  void tell_nothing(Listener& listener, End why);
  void finish(Listener& listener, End why);
  std::string_view refusal(const std::optional<entity::Cursor>& cursor) const;
  void claim(Listener& listener);
  void timed_out(Listener& listener) override;
  void client_gone(Listener& listener) override;
  EventId head() const override { return nearby_.head(); }
  base::Tick tick() const override { return core_.parts().clock->tick(); }
  entity::Cursor cursor(EventId event, std::uint64_t signal) const override {
    return {core_.options().position.epoch, event, core_.options().run, signal};
  }

  // Those that stay: local_hub_streams.cpp.
  void beat(Listener& listener);
  void go_on_later(Listener& listener);
  void drained(Listener& listener) override;
  void make_room(Inbox& inbox);

  // The database: local_hub_reads.cpp.
  void load(Inbox& inbox);
  void viewed(UserId user, std::uint32_t serial, base::Result<data::UserView> view);
  void install(Inbox& inbox, const data::UserView& view);
  void no_view(Inbox& inbox);
  void install_early_views();
  void read(Listener& listener);
  void read_done(UserId user, std::uint64_t number, base::Result<data::EventPage> page);

  // Deliveries and their fan-out: local_hub_fan_out.cpp.
  void touched(Inbox& inbox, std::size_t company) override;
  void joined(Inbox& inbox) override;
  void settings_changed(Inbox& inbox) override;
  void session_ended(UserId user, SessionId session, EventId id) override;
  void end_sessions();
  void queue(Inbox& inbox, std::size_t lane);
  void fan_out();
  std::size_t visit(Inbox& inbox);
  void drain_slice();

  // What is per user across shards: local_hub_presence.cpp.
  void appear(Inbox& inbox);
  void linger(Inbox& inbox);
  void vanish(Inbox& inbox);
  void idle(Inbox& inbox) override;
  void say_showing(const Inbox& inbox);
  void edge(UserId user, Presence seen, base::Time at, bool told) override;
  void part(std::size_t shard, UserId user) override;
  void yield(std::size_t shard, UserId user, ClientKey key, Stamp newer) override;
  void evict(std::size_t shard, UserId user, ClientKey key) override;
  void yield_here(UserId user, ClientKey key, Stamp newer);
  void unclaim(Inbox& inbox, ClientKey key);
  void home(UserId user, std::function<void(Homes&)> task);
  void say_typing(const Inbox& inbox, ConversationId conversation);
  void typing_due();

  Core& core_;
  const std::size_t index_;
  net::Wheel& wheel_;
  base::SeededRandom random_;  ///< of the shard's own, for jitter
  Batches batches_;
  Found found_;  ///< kept for its memory; valid within one look
  std::uint64_t reads_ = 0;
  std::size_t parked_ = 0;  ///< those in kParked or kBusy

  std::array<std::deque<UserId>, 2> lanes_;  ///< inboxes to visit: few hear, many hear
  bool fan_out_posted_ = false;
  std::unordered_map<UserId, std::unique_ptr<data::UserView>> early_views_;
  std::vector<UserId> to_refresh_;
  std::vector<SessionEnd> ended_;
  std::vector<std::function<void(UserId, SessionId, EventId)>> session_heard_;

  bool draining_ = false;
  std::size_t drain_slice_ = 0;
  std::deque<UserId> to_drain_;
  Alarm drain_alarm_{[this] { drain_slice(); }};

  std::deque<TypingAsk> typing_asks_;   ///< until their inbox is ready; bounded
  std::deque<base::Tick> typing_ends_;  ///< when what this shard reported is due; bounded
  Alarm typing_alarm_{[this] { typing_due(); }};

  Homes homes_;
  Nearby nearby_;
};

}  // namespace keepline::push
