#include "app/seed.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <vector>

#include "app/seed_messages.h"
#include "base/clock.h"
#include "base/random.h"
#include "data/folder.h"
#include "data/sqlite/store.h"
#include "entity/validate.h"

namespace keepline::app {
namespace {

/// Rows are committed in groups of about this many steps: one fsync each.
constexpr std::int64_t kStepsPerCommit = 4'000;
constexpr std::chrono::days kTokensLast{365};
/// The other conversations have the first users for members.
constexpr std::ptrdiff_t kMembersOfOthers = 20;

template <class T>
T must(base::Result<T> result, std::string_view doing) {
  if (!result) {
    throw std::runtime_error(fmt::format(
        "cannot {}: {} ({})", doing, base::code_name(result.error().code), result.error().detail));
  }
  return std::move(result).value();
}

class Seeder {
 public:
  explicit Seeder(data::Store& store)
      : connection_(must(store.open_writer(), "open the database")) {}

  /// Runs `step(tx, i)` for i in 1..count, committed in groups.
  void each(std::int64_t count, const std::function<void(data::Transaction&, std::int64_t)>& step) {
    for (std::int64_t next = 1; next <= count;) {
      data::Transaction& tx = *must(connection_->begin(clock_.now()), "begin a transaction");
      const std::int64_t end = std::min(count + 1, next + kStepsPerCommit);
      for (; next < end; ++next) {
        step(tx, next);
      }
      must(connection_->commit(), "commit");
      connection_->maintain(clock_.now(), data::Pause::kLong);
    }
  }

  data::WriteConnection& connection() { return *connection_; }
  data::Time now() const { return clock_.now(); }

 private:
  base::SystemClock clock_;
  std::unique_ptr<data::WriteConnection> connection_;
};

data::EventId joined(data::Transaction& tx, data::ConversationId conversation,
                     const entity::User& user, entity::Role role) {
  entity::Event event;
  event.kind = entity::EventKind::kJoined;
  event.stream = entity::Stream::of(conversation);
  event.actor = user.id;
  entity::MemberChange change{conversation, user, role};
  change.member_count = must(tx.conversation(conversation), "read a conversation").member_count + 1;
  event.data = std::move(change);
  const data::EventId id = must(tx.record(std::move(event)), "record an event");
  must(tx.add_member(conversation, user.id, role, id), "add a member");
  return id;
}

void befriend(data::Transaction& tx, const entity::User& user, const entity::User& peer) {
  entity::Event event;
  event.kind = entity::EventKind::kRelation;
  event.stream = entity::Stream::of(user.id);
  event.actor = peer.id;
  event.data = entity::RelationChange{peer, entity::RelationState::kFriends};
  const data::EventId id = must(tx.record(std::move(event)), "record an event");
  must(tx.set_relation(user.id, peer.id, entity::RelationState::kFriends, id), "store a relation");
}

/// An open room: it shows all of its past to all of its members.
data::ConversationId add_room(data::Transaction& tx, std::string_view title) {
  const data::ConversationId id =
      must(tx.add_conversation(entity::ConversationKind::kRoom, title), "add a room");
  entity::Conversation room = must(tx.conversation(id), "read a room");
  room.access = entity::Access::kOpen;
  must(tx.update_conversation(room), "open a room");
  return id;
}

std::string user_name(std::int64_t number) { return fmt::format("user{:06}", number); }

}  // namespace

void seed(const SeedWish& wish) {
  if (wish.conversations < 1 || wish.conversations > 100'000) {
    throw std::runtime_error("seed makes 1 to 100000 conversations");
  }
  if (wish.users < 1 || wish.users > 1'000'000 || wish.messages < 0) {
    throw std::runtime_error("seed makes 1 to 1000000 users and no negative number of messages");
  }
  const std::string title = must(entity::valid_title(wish.room), "use this room name");
  const data::FolderKind kind = must(data::folder_kind(wish.data), "look at the data folder");
  if (kind != data::FolderKind::kAbsent && kind != data::FolderKind::kEmpty) {
    throw std::runtime_error(
        fmt::format("seed fills an empty data folder, and {} is not empty", wish.data));
  }
  std::ofstream out(wish.out, std::ios::trunc);
  if (!out) {
    throw std::runtime_error(fmt::format("cannot write {}", wish.out));
  }

  const auto store =
      must(data::open_sqlite({.folder = wish.data, .create = true, .demo = false, .vfs = {}}),
           "open the data folder");
  base::SystemRandom random;
  Seeder seeder(*store);
  data::ConversationId room;
  seeder.each(1, [&](data::Transaction& tx, std::int64_t) { room = add_room(tx, title); });

  std::vector<data::UserId> users;
  seeder.each(wish.users, [&](data::Transaction& tx, std::int64_t number) {
    data::NewUser wished;
    wished.name = wished.name_key = wished.display_name = user_name(number);
    wished.created_at = tx.now();
    const data::UserId id = must(tx.add_user(wished), "add a user");
    const entity::User user = must(tx.user(id), "read a user");
    const std::string token = base::new_token(random);
    data::NewSession session;
    session.user = id;
    session.token_hash = base::token_hash(token);
    session.kind = entity::SessionKind::kBearer;
    session.agent = "seed";
    session.created_at = tx.now();
    session.expires_at = tx.now() + kTokensLast;
    must(tx.add_session(session), "add a session");
    joined(tx, room, user, number == 1 ? entity::Role::kOwner : entity::Role::kMember);
    if (number % 2 == 0) {
      const entity::User peer = must(tx.user(users.back()), "read a user");
      befriend(tx, user, peer);
      befriend(tx, peer, user);
      const data::ConversationId direct =
          must(tx.add_direct_conversation(peer.id, id), "add a direct chat");
      joined(tx, direct, peer, entity::Role::kMember);
      joined(tx, direct, user, entity::Role::kMember);
    }
    users.push_back(id);
    out << id.value << '\t' << user.name << '\t' << token << '\n';
  });

  std::vector<SeedRoom> rooms{{room, users}};
  seeder.each(wish.conversations - 1, [&](data::Transaction& tx, std::int64_t number) {
    const data::ConversationId more = add_room(tx, fmt::format("{} {}", title, number + 1));
    std::vector<data::UserId> members(
        users.begin(), users.begin() + std::min(std::ssize(users), kMembersOfOthers));
    for (const data::UserId id : members) {
      joined(tx, more, must(tx.user(id), "read a user"),
             id == members.front() ? entity::Role::kOwner : entity::Role::kMember);
    }
    rooms.push_back({more, std::move(members)});
  });
  if (wish.messages > 0) {
    seed_messages(seeder.connection(), rooms, wish.messages, seeder.now());
  }

  out.flush();
  if (!out) {
    throw std::runtime_error(fmt::format("cannot write {}", wish.out));
  }
}

}  // namespace keepline::app
