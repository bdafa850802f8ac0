#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/scratch_folder.h"
#include "data/store.h"
#include "entity/validate.h"

// What every implementation of data::Store must do. The tests are in store_*.cpp; an implementation
// joins in implementations().
namespace keepline::data {

/// An implementation, as the suite needs it.
struct Implementation {
  std::string name;
  /// Opens the database in a folder; makes it where it is empty.
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path&)> open;
};

/// All there are.
std::vector<Implementation> implementations();
inline std::string implementation_name(const testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

inline std::ostream& operator<<(std::ostream& out, const Implementation& implementation) {
  return out << implementation.name;
}

/// A database with one writer and one reader, and short words for what tests say often. What must
/// succeed for a test to make sense, and does not, throws.
class StoreContract : public testing::TestWithParam<Implementation> {
 protected:
  StoreContract() { reopen(); }

  /// Closes everything and opens it anew.
  void reopen() {
    reader_.reset();
    writer_.reset();
    store_.reset();
    store_ = must(GetParam().open(folder_.path()));
    writer_ = must(store_->open_writer());
    reader_ = must(store_->open_reader());
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) {
      throw std::runtime_error("unexpected: " + std::string(code_name(result.error().code)) + " " +
                               result.error().detail);
    }
    return std::move(*result);
  }

  /// What `rule(Transaction&)` answers, in a batch of its own, undone where it is an error.
  template <class Rule>
  auto write(Rule rule) {
    Transaction* tx = must(writer_->begin(now_));
    must(writer_->savepoint());
    auto answer = rule(*tx);
    must(answer ? writer_->release() : writer_->rollback_to());
    batch_ = must(writer_->commit());
    return answer;
  }

  /// What `query(Reader&)` answers, in a snapshot.
  template <class Query>
  auto read(Query query) {
    Reader* reader = must(reader_->begin(std::chrono::seconds(60)));
    auto answer = query(*reader);
    reader_->end();
    return answer;
  }

  /// Runs `look_at(Reader&)` in a snapshot.
  template <class Look>
  void look(Look look_at) {
    look_at(*must(reader_->begin(std::chrono::seconds(60))));
    reader_->end();
  }

  static NewUser new_user(std::string_view name) {
    NewUser user;
    user.name = name;
    user.name_key = entity::name_key(name);
    user.display_name = name;
    user.password_hash = "hash of " + std::string(name);
    user.created_at = base::from_millis(1'700'000'000'000);
    return user;
  }

  UserId add_user(std::string_view name) {
    return must(write([&](Transaction& tx) { return tx.add_user(new_user(name)); }));
  }

  /// Joins `user` and says so in the conversation's stream.
  static Result<EventId> join(Transaction& tx, ConversationId conversation, UserId user) {
    entity::Event event = member_event(entity::EventKind::kJoined, conversation, user);
    auto id = tx.record(std::move(event));
    if (!id) {
      return id;
    }
    auto added = tx.add_member(conversation, user, entity::Role::kMember, *id);
    return added ? id : Result<EventId>(added.error());
  }

  static Result<EventId> leave(Transaction& tx, ConversationId conversation, UserId user) {
    entity::Event event = member_event(entity::EventKind::kLeft, conversation, user);
    auto id = tx.record(std::move(event));
    if (!id) {
      return id;
    }
    auto removed = tx.remove_member(conversation, user, *id);
    return removed ? id : Result<EventId>(removed.error());
  }

  static entity::Event member_event(entity::EventKind kind, ConversationId conversation,
                                    UserId user) {
    entity::Event event;
    event.kind = kind;
    event.stream = entity::Stream::of(conversation);
    event.actor = user;
    entity::MemberChange change;
    change.conversation = conversation;
    change.user.id = user;
    event.data = std::move(change);
    return event;
  }

  static entity::Event read_event(entity::Stream stream, ConversationId conversation, UserId user,
                                  std::int64_t seq) {
    entity::Event event;
    event.kind = entity::EventKind::kRead;
    event.stream = stream;
    event.actor = user;
    event.data = entity::ReadMark{conversation, user, seq};
    return event;
  }

  static entity::Event relation_event(UserId side, UserId peer, entity::RelationState state) {
    entity::Event event;
    event.kind = entity::EventKind::kRelation;
    event.stream = entity::Stream::of(side);
    event.actor = side;
    entity::RelationChange change;
    change.peer.id = peer;
    change.state = state;
    event.data = std::move(change);
    return event;
  }

  ConversationId add_direct(UserId a, UserId b) {
    return must(write([&](Transaction& tx) -> Result<ConversationId> {
      const auto id = must(tx.add_direct_conversation(a, b));
      must(join(tx, id, a));
      must(join(tx, id, b));
      return id;
    }));
  }

  ConversationId add_room(const std::vector<UserId>& users) {
    return must(write([&](Transaction& tx) -> Result<ConversationId> {
      const auto id = must(tx.add_conversation(entity::ConversationKind::kRoom, "room"));
      for (const UserId user : users) {
        must(join(tx, id, user));
      }
      return id;
    }));
  }

  entity::NewMessage new_message(ConversationId conversation, UserId sender,
                                 std::string_view text) {
    entity::NewMessage message;
    message.conversation = conversation;
    message.sender = sender;
    message.nonce = "nonce " + std::to_string(++nonces_);
    message.text = text;
    return message;
  }

  entity::Message say(ConversationId conversation, UserId sender, std::string_view text) {
    return must(
        write([&](Transaction& tx) { return tx.append(new_message(conversation, sender, text)); }));
  }

  EventId head() {
    return must(read([](Reader& reader) { return reader.position(); })).head;
  }

  ScratchFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WriteConnection> writer_;
  std::unique_ptr<ReadConnection> reader_;
  base::Time now_ = base::from_millis(1'750'000'000'000);
  entity::EventBatch batch_;  ///< of the last write()
  int nonces_ = 0;
};

/// The code of an error, or nothing of a value: for EXPECT_EQ.
template <class T>
std::optional<base::Errc> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code);
}

}  // namespace keepline::data
