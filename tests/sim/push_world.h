#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "push/test_stage.h"

namespace keepline::push::sim {

using stage::Feed;
using stage::FeedPtr;
using stage::Log;
using stage::Reply;
using stage::ReplyPtr;
using stage::Stage;

inline constexpr std::chrono::seconds kGrace{5};

/// One seeded schedule: people who join, leave, remove and ban each other and come back, close
/// rooms, write, edit, answer, delete, read, befriend and sign out; clients that poll, stream, read
/// slowly, lose answers, go away, come back elsewhere and on another carrier, and ask twice; a log
/// whose batches reach the shards late, shards that stand still, reads that take their time; a
/// server that drains, crashes and starts anew over the same log. At every moment at which nothing
/// is under way it is checked that nobody waits for something that is there, and in the end that
/// nothing is kept of who left.
class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  /// Runs the schedule; returns "" or the promise that was broken.
  std::string run(std::size_t steps);

  /// What happened, for a summary: that the schedule went where it should.
  struct Counts {
    std::size_t answers = 0;
    std::size_t events = 0;
    std::size_t pages = 0;
    std::size_t views = 0;
    std::size_t superseded = 0;
    std::size_t lost = 0;
    std::size_t resumed = 0;
    std::size_t signals = 0;
    std::size_t streams = 0;
    std::size_t batches = 0;  ///< that streams brought
    std::size_t slow = 0;     ///< batches that were on their way for a while
    std::size_t rotated = 0;
    std::size_t starts = 0;  ///< of the server, after its first
    std::size_t deleted = 0;
    std::size_t removed = 0;     ///< from a room, by another
    std::size_t banned = 0;      ///< likewise
    std::size_t readmitted = 0;  ///< came back after they were removed
    std::size_t unbanned = 0;    ///< came back after they were banned
    std::size_t closed = 0;      ///< rooms
  };
  Counts counts;

 private:
  struct Asked {
    std::optional<std::string> cursor;
    ReplyPtr reply;
    std::size_t shard = 0;
    SessionId session;
  };
  /// One stream, and how far it has brought its client by itself.
  struct Streamed {
    FeedPtr feed;
    std::size_t read = 0;  ///< of feed->batches
    std::optional<std::string> cursor;
    bool begun = false;
    EventId upto;
    SessionId session;
  };
  struct Client {
    UserId user;
    SessionId session;
    std::string name;
    std::optional<std::string> cursor;
    bool begun = false;
    EventId from;  ///< it applies what comes after
    EventId upto;  ///< of `cursor`
    std::vector<EventId> applied;
    std::vector<Asked> asked;
    std::optional<Streamed> stream;
    /// One that the server ended may still be on its way.
    bool streams() const { return stream && !stream->feed->ended; }
    bool stands_back = false;
    std::map<std::int64_t, Presence> presence;
    std::map<std::int64_t, std::int64_t> versions;
    std::map<std::pair<std::int64_t, std::int64_t>, bool> types;
  };

  // What may happen next.
  void step();
  void change_world();
  void change_message(UserId who);
  void come(UserId who, ConversationId where);
  void come_back();
  void part(UserId who, ConversationId where);
  UserId another_member(UserId who, ConversationId where);
  /// The text of a message, by which it is known wherever it shows.
  static std::string secret_of(entity::MessageId id) {
    return "secret-" + std::to_string(id.value) + "-";
  }
  void act(Client& client);
  void ask(Client& client, bool at_once);
  void hand_batch();
  void move_shard();
  void answer_read();
  void pass(std::chrono::milliseconds time);
  void settle();

  // Streams: push_world_streams.cpp.
  void act_on_stream(Client& client);
  void open_stream(Client& client);
  void cut_stream(Client& client);
  bool hear_stream(Client& client);
  void take_batch(Client& client, Streamed& stream, const Feed::Batch& batch);
  void check_streams(const Client& client);

  // The server's life: push_world_server.cpp.
  void start_server(Log log, std::chrono::milliseconds now);
  void restart();
  void drain();
  void part_all();

  // What must hold.
  void hear(Client& client);
  void apply(Client& client, const Asked& asked);
  void accept(Client& client, const std::string& cursor, const std::string& body);
  void apply_signals(Client& client, const std::string& body);
  void check_quiet();
  void check_left();
  void check_bounds();
  void check_range(const Client& client, EventId after, EventId upto, std::vector<EventId> got);
  void check_presence();
  void check_signals(const Client& client);
  void check_deleted(EventId upto, const std::string& body);
  void fail(const std::string& what);

  UserId any_user();
  ConversationId any_room();
  std::int64_t dice(std::int64_t low, std::int64_t high);
  bool one_in(std::int64_t n) { return dice(1, n) == 1; }

  base::SeededRandom random_;
  std::size_t shards_;
  std::int64_t users_;
  std::vector<ConversationId> rooms_;  ///< those that are not closed
  std::int64_t next_room_ = 1;
  std::map<std::pair<UserId, ConversationId>, entity::Parting>
      parted_;  ///< how the last time ended
  std::unique_ptr<Stage> stage_;
  std::vector<Client> clients_;
  std::deque<data::BatchPtr> committed_;  ///< in the log, not yet told to the hub
  std::set<std::size_t> still_;           ///< shards that do not move for now
  std::int64_t next_session_ = 1;
  std::set<SessionId> ended_;
  std::map<UserId, base::Time> last_stream_;
  std::string failure_;
};

}  // namespace keepline::push::sim
