#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "entity/user.h"
#include "net/shard.h"

namespace keepline::api {

/// How far each user's classic client has read, and whose turn it is to read on.
///
/// The position in the database is written along with later batches, so within one run this is the
/// newer one. A user's polls take turns: who has the turn looks for the next message and writes it,
/// and the next one sees the position that resulted. So two connections of one user never get the
/// same message because one asked while the other's answer was on its way to the kernel.
///
/// Thread-safe: a user's entry lives on their home shard, and others post to it. Bounded: past
/// kUsersMax an entry that nobody uses makes room; the position in the database then counts again,
/// and what it does not know yet is delivered twice.
class ClassicTurns {
  struct State;

 public:
  static constexpr std::size_t kUsersMax = 65'536;  ///< for each shard

  explicit ClassicTurns(std::vector<net::Shard*> shards, std::size_t users_max = kUsersMax);
  /// Call it after the shards' threads ended; turns may outlive it.
  ~ClassicTurns();
  ClassicTurns(const ClassicTurns&) = delete;
  ClassicTurns& operator=(const ClassicTurns&) = delete;

  /// The right to deliver to one user. Gives itself back when it is destroyed. Move-only.
  class Turn {
   public:
    Turn() = default;
    Turn(Turn&& other) noexcept = default;
    Turn& operator=(Turn&& other) noexcept;
    ~Turn();

    /// The user has everything up to here. Never moves back.
    void advance(entity::EventId position);
    entity::EventId position() const { return position_; }

   private:
    friend class ClassicTurns;
    Turn(std::shared_ptr<State> state, entity::UserId user, entity::EventId position);
    void give_back();

    std::shared_ptr<State> state_;
    entity::UserId user_;
    entity::EventId position_;
  };

  /// Calls `go` on shard `here` when it is this caller's turn, first come first served.
  void take(entity::UserId user, net::Shard& here, std::function<void(Turn)> go);

 private:
  struct Waiter {
    net::Shard* shard;
    std::function<void(Turn)> go;
  };
  struct Entry {
    entity::EventId position;
    bool taken = false;
    std::deque<Waiter> waiting;
  };
  using Table = std::unordered_map<entity::UserId, Entry>;  ///< lives on one shard

  struct State {
    std::vector<net::Shard*> shards;
    std::vector<Table> tables;  ///< one for each shard
    std::size_t users_max = 0;
    bool ended = false;  ///< set when the shards' threads have ended

    std::size_t home(entity::UserId user) const {
      return std::hash<entity::UserId>{}(user) % shards.size();
    }
  };
  static void hand_on(const std::shared_ptr<State>& state, entity::UserId user, Entry& entry);
  static void make_room(Table& table, std::size_t users_max);

  std::shared_ptr<State> state_;
};

}  // namespace keepline::api
