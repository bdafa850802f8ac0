#include "push_world.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace keepline::push::sim {
namespace {

using namespace std::chrono_literals;

/// A schedule begins with some history, so that the ring's floor is not the log's.
Log history(base::Random& random, std::int64_t users, std::int64_t rooms) {
  Log log;
  for (std::int64_t room = 1; room <= rooms; ++room) {
    for (std::int64_t user = 1; user <= users; ++user) {
      if (random.between(0, 1) == 0) {
        log.join(UserId(user), ConversationId(room));
      }
    }
  }
  for (std::int64_t user = 2; user <= users; user += 2) {
    if (random.between(0, 1) == 0) {
      log.befriend(UserId(user - 1), UserId(user));
    }
    log.join(UserId(user - 1), ConversationId(1000 + user), entity::ConversationKind::kDirect);
    log.join(UserId(user), ConversationId(1000 + user), entity::ConversationKind::kDirect);
  }
  // Who never shared their read marks, and sees nobody's.
  for (std::int64_t user = 1; user <= users; ++user) {
    if (random.between(0, 3) == 0) {
      entity::Settings settings;
      settings.receipts = false;
      log.set(UserId(user), settings);
      log.person(UserId(user)).receipts_changed = false;
    }
  }
  log.commit();
  return log;
}

}  // namespace

World::World(std::uint64_t seed) : random_(seed) {
  users_ = dice(2, 6);
  for (std::int64_t n = dice(1, 3); n > 0; --n) {
    rooms_.emplace_back(next_room_++);
  }
  start_server(history(random_, users_, std::ssize(rooms_)), 0ms);
  for (std::int64_t user = 1; user <= users_; ++user) {
    for (std::int64_t n = dice(1, 3); n > 0; --n) {
      Client client;
      client.user = UserId(user);
      client.session = SessionId(next_session_++);
      client.name = "tab" + std::to_string(n);
      if (one_in(2) && !clients_.empty() && clients_.back().user == client.user) {
        client.session = clients_.back().session;
      }
      clients_.push_back(std::move(client));
    }
  }
}

World::~World() {
  // The hub lets go of what is parked; replies outlive it.
  stage_->hub->stop();
}

std::int64_t World::dice(std::int64_t low, std::int64_t high) { return random_.between(low, high); }
UserId World::any_user() { return UserId(dice(1, users_)); }
ConversationId World::any_room() {
  return one_in(3) ? ConversationId(1000 + 2 * dice(1, std::max<std::int64_t>(users_ / 2, 1)))
                   : rooms_[static_cast<std::size_t>(dice(0, std::ssize(rooms_) - 1))];
}

void World::fail(const std::string& what) {
  if (failure_.empty()) {
    failure_ = what;
  }
}

std::string World::run(std::size_t steps) {
  for (std::size_t i = 0; i < steps && failure_.empty(); ++i) {
    step();
    for (Client& client : clients_) {
      hear(client);
      hear_stream(client);
    }
    if (failure_.empty() && one_in(25)) {
      settle();
      check_quiet();
    }
    if (failure_.empty() && one_in(300)) {
      restart();
    }
  }
  // In the end everybody catches up, one after another since tabs of one session may part each
  // other, and has exactly what concerns them.
  for (Client& client : clients_) {
    if (client.stream) {
      client.stream->feed->clear();
    }
  }
  for (Client& client : clients_) {
    settle();
    if (client.stream && client.stream->cursor != client.cursor) {
      cut_stream(client);
    }
    for (int round = 0; client.asked.empty() && !client.stream && failure_.empty(); ++round) {
      ask(client, false);
      settle();
      if (round == 3000) {
        fail("a client never comes to rest");
      }
    }
  }
  if (!failure_.empty()) {
    return failure_;
  }
  check_quiet();
  for (const Client& client : clients_) {
    if (client.begun) {
      check_range(client, client.from, stage_->log.head(), client.applied);
    }
  }
  counts.pages += stage_->reads.pages_asked;
  counts.views += stage_->reads.views_asked;
  part_all();
  return failure_;
}

void World::step() {
  switch (dice(0, 9)) {
    case 0:
    case 1:
      change_world();
      return;
    case 2:
    case 3:
      hand_batch();
      return;
    case 4:
    case 5:
      move_shard();
      return;
    case 6:
      answer_read();
      return;
    case 7:
      if (one_in(6)) {
        pass(std::chrono::milliseconds(dice(1, 40) * 200));
      } else {
        pass(100ms);
      }
      return;
    default:
      act(clients_[static_cast<std::size_t>(dice(0, std::ssize(clients_) - 1))]);
      return;
  }
}

void World::change_world() {
  Log& log = stage_->log;
  const UserId who = any_user();
  const ConversationId where = any_room();
  const bool is_room = where.value < 1000;
  switch (dice(0, 14)) {
    case 12:
    case 13:
    case 14:
      change_message(who);
      break;
    case 0:
      if (!parted_.empty() && one_in(2)) {
        come_back();
      } else if (is_room && !log.talk(where).has(who)) {
        come(who, where);
      }
      break;
    case 1:
      if (is_room && log.talk(where).has(who)) {
        part(who, where);
      }
      break;
    case 2:
      if (log.talk(where).has(who)) {
        log.read(who, where);
      }
      break;
    case 3: {
      const UserId other = any_user();
      if (other != who) {
        log.befriend(who, other,
                     one_in(3) ? entity::RelationState::kNone : entity::RelationState::kFriends);
      }
      break;
    }
    case 4:
      if (one_in(4)) {
        entity::Settings settings = log.person(who).settings;
        settings.receipts = one_in(2);
        settings.typing = one_in(2);
        settings.presence = static_cast<entity::PresenceChoice>(dice(0, 2));
        log.set(who, settings);
      }
      break;
    case 5:
      log.profile(who);
      break;
    case 6:
      if (log.talk(where).has(who)) {
        stage_->local(static_cast<std::size_t>(dice(0, std::ssize(stage_->wheels) - 1)))
            .typing(who, where);
      }
      return;
    case 7:
      if (one_in(3)) {
        const Client& client =
            clients_[static_cast<std::size_t>(dice(0, std::ssize(clients_) - 1))];
        log.end_session(client.user, client.session);
        const SessionId ended = client.session;
        ended_.insert(ended);
        // Whoever had it signs in again.
        for (Client& other : clients_) {
          if (other.session == ended) {
            other.session = SessionId(next_session_);
          }
        }
        ++next_session_;
      }
      break;
    default:
      for (std::int64_t n = one_in(8) ? dice(5, 50) : dice(1, 3); n > 0; --n) {
        if (log.talk(where).has(who)) {
          log.say(who, where, secret_of(EventId(log.head().value + 1)));
        }
      }
      break;
  }
  // The commit is visible to readers now; the hub hears of it later.
  committed_.push_back(log.commit(one_in(20)));
}

/// Somebody of the room, but not `who`; nobody where there is nobody else.
UserId World::another_member(UserId who, ConversationId where) {
  std::vector<UserId> others;
  for (std::int64_t user = 1; user <= users_; ++user) {
    if (UserId(user) != who && stage_->log.talk(where).has(UserId(user))) {
      others.emplace_back(user);
    }
  }
  return others.empty() ? UserId()
                        : others[static_cast<std::size_t>(dice(0, std::ssize(others) - 1))];
}

/// They join, or a member brings them in.
void World::come(UserId who, ConversationId where) {
  if (const auto parted = parted_.find({who, where}); parted != parted_.end()) {
    counts.readmitted += parted->second == entity::Parting::kRemoved ? 1U : 0U;
    counts.unbanned += parted->second == entity::Parting::kBanned ? 1U : 0U;
    parted_.erase(parted);
  }
  stage_->log.join(who, where, entity::ConversationKind::kRoom,
                   one_in(2) ? another_member(who, where) : UserId());
}

/// One of those who left, or had to, is there again. That a ban was taken back first is nothing of
/// which the log speaks.
void World::come_back() {
  const auto one = std::next(parted_.begin(), dice(0, std::ssize(parted_) - 1));
  const auto [who, where] = one->first;
  come(who, where);
}

/// They leave, or are removed or banned; or the whole room goes, and another takes its place.
void World::part(UserId who, ConversationId where) {
  Log& log = stage_->log;
  if (one_in(8)) {
    log.close(who, where);
    ++counts.closed;
    std::erase_if(parted_, [where](const auto& entry) { return entry.first.second == where; });
    std::replace(rooms_.begin(), rooms_.end(), where, ConversationId(next_room_));
    log.join(who, ConversationId(next_room_++));
    return;
  }
  const UserId by = one_in(4) ? UserId() : another_member(who, where);
  const auto why = by ? static_cast<entity::Parting>(dice(1, 2)) : entity::Parting::kLeft;
  log.part(by ? by : who, who, where, why);
  parted_[{who, where}] = why;
  counts.removed += why == entity::Parting::kRemoved ? 1U : 0U;
  counts.banned += why == entity::Parting::kBanned ? 1U : 0U;
}

/// Edits, deletes or answers one of the newest messages.
void World::change_message(UserId who) {
  Log& log = stage_->log;
  std::vector<entity::MessageId> recent;
  for (auto event = log.all().rbegin(); event != log.all().rend() && recent.size() < 20; ++event) {
    const auto* message = std::get_if<entity::Message>(&event->data);
    if (message != nullptr && !message->deleted && log.talk(message->conversation).has(who)) {
      recent.push_back(message->id);
    }
  }
  if (recent.empty()) {
    return;
  }
  const auto id = recent[static_cast<std::size_t>(dice(0, std::ssize(recent) - 1))];
  const std::string text = secret_of(id);
  switch (dice(0, 2)) {
    case 0:
      log.edit(who, id, text);
      break;
    case 1:
      log.answer(who, id, "answer");
      break;
    default:
      log.erase(who, id);
      ++counts.deleted;
      break;
  }
}

void World::hand_batch() {
  if (!committed_.empty()) {
    stage_->hub->committed(std::move(committed_.front()));
    committed_.pop_front();
  }
}

void World::move_shard() {
  const auto shard = static_cast<std::size_t>(dice(0, static_cast<std::int64_t>(shards_) - 1));
  if (one_in(30)) {
    still_.insert(shard);
  } else if (one_in(8)) {
    still_.erase(shard);
  }
  if (!still_.contains(shard)) {
    stage_->wheels[shard]->advance(stage_->clock.tick());
    for (std::int64_t n = dice(1, 6); n > 0; --n) {
      stage_->shards_.run_one(shard);
    }
  }
}

void World::answer_read() {
  stage::ManualReads& reads = stage_->reads;
  const auto any = [&](std::size_t count) {
    return static_cast<std::size_t>(dice(0, static_cast<std::int64_t>(count) - 1));
  };
  // What was read may be old when it arrives.
  reads.fail = one_in(20);
  if (reads.waiting() > 0) {
    reads.read(any(reads.waiting()));
  }
  reads.fail = false;
  if (reads.travelling() > 0 && one_in(2)) {
    reads.arrive(any(reads.travelling()));
  }
}

void World::pass(std::chrono::milliseconds time) {
  for (bool first = true; first || time > 0ms; time -= 100ms, first = false) {
    stage_->clock.advance(std::clamp(time, 0ms, 100ms));
    for (std::size_t i = 0; i < shards_; ++i) {
      if (!still_.contains(i)) {
        stage_->wheels[i]->advance(stage_->clock.tick());
      }
    }
  }
}

void World::settle() {
  still_.clear();
  pass(0ms);
  while (!committed_.empty()) {
    hand_batch();
  }
  for (;;) {
    stage_->settle();
    bool any = false;
    for (Client& client : clients_) {
      const std::size_t before = client.asked.size();
      hear(client);
      any |= client.asked.size() != before;
      any |= hear_stream(client);
    }
    if (!any) {
      return;
    }
  }
}

}  // namespace keepline::push::sim
