#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "data/event_log.h"
#include "entity/cursor.h"
#include "net/exchange.h"
#include "net/wheel.h"

// The push engine as the rest of the house sees it. It takes time, randomness, threads and the
// database by interface, so that a simulator can drive thousands of clients on one thread.
namespace keepline::push {

using entity::ConversationId;
using entity::EventId;
using entity::SessionId;
using entity::UserId;

/// Roads onto the shards. Thread-safe.
class Shards {
 public:
  virtual ~Shards() = default;
  virtual std::size_t count() const = 0;
  virtual void post(std::size_t shard, std::function<void()> task) = 0;
};

/// Reads of the log that answer on the shard that asked. Thread-safe.
class LogReads {
 public:
  virtual ~LogReads() = default;
  virtual void events_for(std::size_t shard, UserId user, EventId after, std::size_t limit,
                          std::function<void(base::Result<data::EventPage>)> done) = 0;
  virtual void view_of(std::size_t shard, UserId user, EventId spans_since,
                       std::function<void(base::Result<data::UserView>)> done) = 0;
};

struct HubOptions {
  data::LogPosition position;  ///< where the log stands at start
  std::uint64_t run = 0;       ///< this run's number, random
  std::string build;           ///< told in the first batch
  std::string common_headers;  ///< of every HTTP answer
  std::size_t ring_events_max = 65'536;
  std::size_t ring_bytes_max = 32U << 20U;
  std::size_t batch_events_max = 500;
  std::size_t fan_out_slice_max = 64;  ///< answers in one turn of a shard's loop: under 1 ms
  std::size_t drain_slice_min = 250;   ///< users released in a turn of the wheel when it ends
  std::chrono::milliseconds presence_grace{30'000};
  std::chrono::milliseconds typing_lasts{6'000};
  std::size_t polls_per_session_max = 2;
  std::size_t streams_per_user_max = 32;                ///< on one shard; one more ends the oldest
  std::chrono::milliseconds stream_lasts{15 * 60'000};  ///< +-20 %, then the client comes back
};

/// What a client asks for, whichever carrier is to bring it.
struct EventsRequest {
  UserId user;
  SessionId session;
  std::string client;                 ///< chosen by the client, <= 32 bytes; names one poller
  std::optional<std::string> cursor;  ///< as it came; none: begin now
  std::chrono::seconds wait{25};      ///< of a poll: 0 answers at once; of a stream: its silence
  bool hello = false;                 ///< of a poll: the first of this client; say who and what
};

/// How a client wants its stream.
struct Carrier {
  net::Framing framing = net::Framing::kChunked;
  std::string websocket_accept;  ///< for a WebSocket's handshake
};

/// Why a wait ended.
enum class Wake : std::uint8_t { kEvents, kTimeout, kSuperseded, kDrain, kSessionEnded };

/// A wait under way; destroying it cancels it. Lives on its shard.
class Wait {
 public:
  virtual ~Wait() = default;
};

/// One user's presence as others may see it.
struct Presence {
  bool online = false;
  bool busy = false;  ///< online, and not to be disturbed

  friend bool operator==(Presence, Presence) = default;
};

/// The engine's part on one shard. Lives on that shard.
class ShardHub {
 public:
  virtual ~ShardHub() = default;

  /// Answers with one batch, at once or when there is something to say. Takes the exchange.
  virtual void poll(EventsRequest request, net::Exchange exchange) = 0;

  /// Answers with one batch after another, the first at once, until one side ends it. Streams
  /// supersede nobody. Takes the exchange.
  virtual void stream(EventsRequest request, Carrier carrier, net::Exchange exchange) = 0;

  /// Calls `done` once: as soon as an event with id > `seen` concerns `user` (which may be before
  /// wait() returns to the caller's loop, never inside wait() itself), or for another reason of
  /// Wake. Counts as a stream for presence. A wait of the same user and client supersedes an older
  /// one.
  virtual std::unique_ptr<Wait> wait(UserId user, EventId seen, std::string client,
                                     std::chrono::milliseconds timeout,
                                     std::function<void(Wake)> done) = 0;

  /// Counts as a stream that ended just now: the user is online for presence_grace from now on.
  virtual void touch(UserId user) = 0;
  /// Ends the user's presence without the grace, unless a stream of theirs is open.
  virtual void leave(UserId user) = 0;

  virtual Presence presence(UserId user) const = 0;
  /// A cursor at `event` and at the newest signal this shard knows: read it before the snapshot it
  /// goes with.
  virtual entity::Cursor cursor_at(EventId event) const = 0;
  virtual std::uint64_t signal_head() const = 0;

  /// Tells the members of `conversation` that `user` types. Dropped first under load.
  virtual void typing(UserId user, ConversationId conversation) = 0;

  /// `heard` is called on this shard with every SessionEnded event, in order, before its streams
  /// end.
  virtual void on_session_ended(std::function<void(UserId, SessionId, EventId)> heard) = 0;

  /// Parked polls and waits, and streams, on this shard.
  virtual std::size_t parked() const = 0;
};

/// The push engine: follows the log and tells whom it concerns.
class Hub : public data::EventSink {
 public:
  /// Is told of edges of presence as others see it: a user came online, or went offline at a time;
  /// also that one who is online is busy, or no more. On any thread.
  using PresenceEdge = std::function<void(UserId, bool online, base::Time at)>;

  virtual ShardHub& shard(std::size_t index) = 0;

  /// Answers what is parked with `advice`, in slices over `over` at most, few at once; what parks
  /// later is answered at once. Thread-safe.
  virtual void drain(std::chrono::milliseconds over) = 0;

  /// Ends the tail's thread, if it has one. Blocks.
  virtual void stop() = 0;
};

/// What the hub is built on. All must outlive it.
struct HubParts {
  Shards* shards = nullptr;
  std::vector<net::Wheel*> wheels;  ///< one for each shard
  LogReads* reads = nullptr;
  const base::Clock* clock = nullptr;
  base::Random* random = nullptr;
  Hub::PresenceEdge presence_edge;
  bool own_thread = true;  ///< the tail runs on its own thread; a simulator runs it in committed()
};

/// `recent` fills the ring: the newest events, ending at options.position.head.
std::unique_ptr<Hub> make_hub(HubOptions options, HubParts parts,
                              const std::vector<entity::Event>& recent);

}  // namespace keepline::push
