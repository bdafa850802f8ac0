#include "api/classic_turns.h"

#include <algorithm>
#include <utility>

namespace keepline::api {

ClassicTurns::ClassicTurns(std::vector<net::Shard*> shards, std::size_t users_max)
    : state_(std::make_shared<State>()) {
  state_->tables.resize(shards.size());
  state_->shards = std::move(shards);
  state_->users_max = users_max;
}

ClassicTurns::~ClassicTurns() {
  state_->ended = true;
  for (Table& table : state_->tables) {
    table.clear();
  }
}

void ClassicTurns::take(entity::UserId user, net::Shard& here, std::function<void(Turn)> go) {
  const std::size_t home = state_->home(user);
  state_->shards[home]->post([state = state_, home, user, waiter = Waiter{&here, std::move(go)}] {
    Table& table = state->tables[home];
    if (!table.contains(user)) {
      make_room(table, state->users_max);
    }
    Entry& entry = table[user];
    entry.waiting.push_back(waiter);
    if (!entry.taken) {
      hand_on(state, user, entry);
    }
  });
}

void ClassicTurns::hand_on(const std::shared_ptr<State>& state, entity::UserId user, Entry& entry) {
  entry.taken = !entry.waiting.empty();
  if (!entry.taken) {
    return;
  }
  Waiter next = std::move(entry.waiting.front());
  entry.waiting.pop_front();
  // The turn travels in a shared pointer: a posted task must be copyable.
  auto turn = std::make_shared<Turn>(Turn(state, user, entry.position));
  next.shard->post([turn, go = std::move(next.go)] { go(std::move(*turn)); });
}

void ClassicTurns::make_room(Table& table, std::size_t users_max) {
  if (table.size() < users_max) {
    return;
  }
  const auto idle =
      std::find_if(table.begin(), table.end(), [](const auto& row) { return !row.second.taken; });
  if (idle != table.end()) {
    table.erase(idle);
  }
}

ClassicTurns::Turn::Turn(std::shared_ptr<State> state, entity::UserId user,
                         entity::EventId position)
    : state_(std::move(state)), user_(user), position_(position) {}

ClassicTurns::Turn& ClassicTurns::Turn::operator=(Turn&& other) noexcept {
  if (this != &other) {
    give_back();
    state_ = std::move(other.state_);
    user_ = other.user_;
    position_ = other.position_;
  }
  return *this;
}

ClassicTurns::Turn::~Turn() { give_back(); }

void ClassicTurns::Turn::advance(entity::EventId position) {
  position_ = std::max(position_, position);
}

void ClassicTurns::Turn::give_back() {
  const std::shared_ptr<State> state = std::move(state_);
  if (!state || state->ended) {
    return;
  }
  const std::size_t home = state->home(user_);
  state->shards[home]->post([state, home, user = user_, position = position_] {
    Table& table = state->tables[home];
    Entry& entry = table[user];
    entry.position = std::max(entry.position, position);
    hand_on(state, user, entry);
  });
}

}  // namespace keepline::api
